"""Read the nesting of locks from the syntax tree, the proposal's table, the tests and the log."""
import ast
import csv
import os
import re

RANK = {"sail": 0, "cabin": 1, "till": 2}


def chains(node, held=()):
    """The locks held, outermost first, at each place where one is taken."""
    if isinstance(node, ast.With):
        held = (*held, node.items[0].context_expr.attr.removesuffix("_lock"))
        yield held
    for child in ast.iter_child_nodes(node):
        yield from chains(child, held)


def rising(locks):
    return all(RANK[a] < RANK[b] for a, b in zip(locks, locks[1:]))


def figures(folder):
    def read(name):
        with open(os.path.join(folder, name), newline="") as file:
            return file.read()

    methods = {n.name: n for n in ast.walk(ast.parse(read("bookings.py"))) if isinstance(n, ast.FunctionDef)}
    breaks = [m for m, node in methods.items() if not all(map(rising, chains(node)))]
    takes = {m for m, node in methods.items() if list(chains(node))}
    tests = [(r["calls"].split(";"), int(r["threads"])) for r in csv.DictReader(read("tests.csv").splitlines()) if r["asserts"]]
    ready, untested = [], 0
    for step, method, change, locks in re.findall(r"^\| (S\d) \| (\w+) \| (.*) \| ([a-z, ]+) \|$", read("proposal.md"), re.M):
        locks = locks.split(", ")
        mine = [threads for calls, threads in tests if method in calls]
        lacking = "rename" not in change and (not mine or (len(locks) > 1 and max(mine) < 2))
        untested += lacking
        calls = re.findall(r"`self\.(\w+)`", change)
        if rising(locks) and not lacking and not any(c in takes for c in calls):
            ready.append(step)
    sold, twice = {}, set()
    for verb, booking, cabin in re.findall(r"(confirm|refund) (k\d+) cabin (\d+)", read("tills.log")):
        now = sold.setdefault(cabin, set())
        (now.add if verb == "confirm" else now.discard)(booking)
        if len(now) > 1:
            twice.add(cabin)
    return {"ready_steps": ",".join(ready), "order_breaks_today": len(breaks), "untested_steps": untested, "double_sold": len(twice)}
