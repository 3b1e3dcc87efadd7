"""Backtracking over the candidates in order of votes, cutting as soon as an article is broken."""
from pathlib import Path


def figures(folder):
    people = []
    for line in Path(folder, "candidates.csv").read_text().splitlines()[1:]:
        name, side, polder, votes, book, note = line.split(",")
        # Two terms in a row up to 2026, the last of them 2023-2026, whatever the first was called.
        spent = "2023-2026" in note
        if int(votes) > 19 and not spent:
            people.append((int(votes), name, side, polder, book == "yes", note))
    people.sort(reverse=True)

    def grow(start, board, most):
        if len(board) == 5:
            sides = "".join(p[2] for p in board)
            if 2 <= sides.count("A") <= 3 and any(p[4] for p in board):
                yield board
            return
        for i in range(start, len(people)):
            new = people[i]
            if sum(p[3] == new[3] for p in board) >= most:
                continue
            if any("of " + p[1] in new[5] and ("wife" in new[5] or "husband" in new[5]) for p in board):
                continue
            yield from grow(i + 1, [*board, new], most)

    found = sorted(((sum(p[0] for p in b), sorted(p[1] for p in b)) for b in grow(0, [], 2)), reverse=True)
    return {
        "eligible": len(people),
        "boards": len(found),
        "elected": ",".join(found[0][1]),
        "votes": found[0][0],
        "lead": found[0][0] - found[1][0],
        "boards_if_three": sum(1 for _ in grow(0, [], 3)),
    }
