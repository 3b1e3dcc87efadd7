"""Blind solver for the expected fault loss rules: base rate, reports that count, Bayes' rule."""


def read_table(text: str) -> list[dict[str, str]]:
    """Rows of a Markdown table as dictionaries by column heading."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.splitlines() if "|" in line]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:] if set("".join(row)) - set("-: ")]


def read_rate(text: str) -> float:
    """Read `82 %`, `0.82` or `41 of 50`."""
    if "%" in text:
        return float(text.replace("%", "")) / 100
    if "of" in text:
        part, whole = text.split("of")
        return float(part) / float(whole)
    return float(text)


def counts(copies: list[dict[str, str]], evidence_from: str) -> bool:
    """Whether the report that these lines copy is evidence."""
    report = copies[0]
    told = report["outcome"] in ("positive", "clear") and report["sampled"] >= evidence_from
    return told and all(copy["status"] != "withdrawn" for copy in copies)


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the expected fault loss of every pumping station in scope and the flagged codes."""
    codes = list(quantities["exposure"])
    faults = dict.fromkeys(codes, 0.0)
    checks = dict.fromkeys(codes, 0.0)
    for row in read_table(files["check_history.md"]):
        if row["code"] in faults and int(row["year"]) >= params["first_year"] and row["faults"] != "-":
            faults[row["code"]] += float(row["faults"])
            checks[row["code"]] += float(row["checks"])

    tests = {row["test"]: row for row in read_table(files["test_register.md"])}
    reports: dict[str, list[dict[str, str]]] = {}
    for row in read_table(files["report_log.md"]):
        reports.setdefault(row["report"], []).append(row)

    faulty_weight = dict.fromkeys(codes, 1.0)
    sound_weight = dict.fromkeys(codes, 1.0)
    for copies in reports.values():
        report = copies[0]
        code = report["code"]
        if code not in faulty_weight or code in exceptions or not counts(copies, str(params["evidence_from"])):
            continue
        test = tests[report["test"]]
        if_faulty, if_sound = read_rate(test["if faulty"]), read_rate(test["if sound"])
        if report["outcome"] != test["counted"]:
            if_faulty, if_sound = 1 - if_faulty, 1 - if_sound
        faulty_weight[code] *= if_faulty
        sound_weight[code] *= if_sound

    losses: dict[str, float] = {}
    flagged: set[str] = set()
    for code in codes:
        base = (faults[code] + params["prior_faults"]) / (checks[code] + params["prior_checks"])
        faulty = base * faulty_weight[code]
        sound = (1 - base) * sound_weight[code]
        probability = faulty / (faulty + sound)
        full_loss = quantities["exposure"][code] * quantities["unit_cost"][code]
        losses[code] = full_loss * (probability + params["residual_share"] * (1 - probability))
        if probability > params["alarm_level"]:
            flagged.add(code)
    return losses, flagged
