"""For each entry the third earliest moment at which a replica has it, from its first sufficient ack."""
from datetime import datetime, timedelta
from pathlib import Path


def figures(folder):
    lines = lambda name: [l.split(",") for l in Path(folder, name).read_text().splitlines()[1:]]
    ahead = {n: timedelta(seconds=int(s)) for n, _, s in lines("nodes.csv")}
    log = [(datetime.strptime(t, "%H:%M:%S") - ahead[n], n, e, term, i, v) for t, n, e, term, i, v in lines("replica_log.csv")]
    third = sorted(x[0] for x in log if x[2].startswith("vote_for"))[2]

    def settled(term, index):
        first = {}
        for t, n, e, tm, i, _ in log:
            if tm == term and (e == "append" and int(i) == index or e == "ack" and int(i) >= index):
                first[n] = min(t, first.get(n, t))
        return sorted(first.values())[2] if len(first) > 2 else None

    appended = [(x[3], int(x[4])) for x in log if x[2] == "append"]
    false = [x[0] for x in log if x[2] == "tell_operator" and settled(x[3], int(x[4])) is None]
    end = [x[0] for x in log if x[2] == "step_down"][0]
    say = lambda t: t.strftime("%H:%M:%S")
    return {
        "elected_at": say(third), "two_leaders_s": (end - third).total_seconds(), "never_settled": sum(settled(*a) is None for a in appended),
        "settled_44": say(settled("8", 44)), "settled_45": say(settled("8", 45)), "told_wrongly_at": say(false[0]),
    }
