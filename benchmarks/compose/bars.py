"""What composed chains must hold: rules and sentences that are new, decisions that are shared, dials that compose.

A program that was written against one chain is the second solvers of ``tests/independent`` strung together
(``tests/whole_case.py``) with the clauses of that chain; parameters, hand-overs and settlement it reads from the pages
in force, so the only thing it cannot do is read a clause. Everything is composed for its bar, in one process and in
temporary folders; the table holds ratios, counts and seconds of CPU time.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from statistics import median

from drawn import USUAL, Options, Row, composed, percent
from program import program_rows, slot_rows
from sentences import disjoint_rows, fresh_rows

from skillbench.compose.chain import Chain
from skillbench.compose.conditions import FEWEST, MOST
from skillbench.compose.recipes import draw_recipes
from skillbench.core.errors import CompositionError
from skillbench.core.schema import CaseDials
from skillbench.deliverables.division import LARGEST_SHARE, Division
from skillbench.skills.catalogue import load_catalogue

EXAMPLES = """examples:
  python benchmarks/compose/bars.py                                          every bar: two minutes
  python benchmarks/compose/bars.py --only dials --draws 100 --entities 4,8,12
  python benchmarks/compose/bars.py --only program,slots --chains 12 --programs 8
"""

USUAL_CHAINS, USUAL_SECONDS = 20, 10.0
DRAWS_THAT_COMPOSE = 0.95


def dial_rows(options: Options) -> Iterator[Row]:
    """Every dial at its end, then the usual chains; what was built is looked at for shares too."""
    built: list[Chain] = []
    for entities in options.entities:
        dials = USUAL.model_copy(update={"entities": entities, "level": 3, "coupling_density": 1.0})
        yield _at_the_end(options, dials, built)
    recipes = draw_recipes(USUAL_CHAINS, 7, options.seed)
    start = time.process_time()
    built += [composed(one.tags, place, (options.seed, "usual")) for place, one in enumerate(recipes)]
    took = time.process_time() - start
    yield Row(
        f"{USUAL_CHAINS} chains of seven: CPU seconds", f"<= {USUAL_SECONDS:g}", f"{took:.1f}", took <= USUAL_SECONDS
    )
    yield from _shares(built)


def _at_the_end(options: Options, dials: CaseDials, built: list[Chain]) -> Row:
    """All skills in one chain, in random orders."""
    k = len(load_catalogue())
    took, failed = [], 0
    for place, one in enumerate(draw_recipes(options.draws, k, f"{options.seed}-{dials.entities}", method="random")):
        start = time.process_time()
        try:
            built.append(composed(one.tags, place, (options.seed, f"{dials.entities} entities"), dials))
        except CompositionError as error:
            failed += 1
            print(error, file=sys.stderr)
        took.append(time.process_time() - start)
    held = options.draws - failed
    return Row(
        f"k = {k}, density 1, level 3, {dials.entities} entities: draws that compose",
        f">= {DRAWS_THAT_COMPOSE:.0%}",
        f"{percent(held, options.draws)}, {median(took):.1f} s each, most {max(took):.1f} s",
        held >= DRAWS_THAT_COMPOSE * options.draws,
    )


def _shares(built: list[Chain]) -> Iterator[Row]:
    """What one entity takes of a decision, and what flags and exceptions take of the entities."""
    largest, flags, exceptions = [], [], []
    for chain in built:
        truth = {link.tag: link.findings for link in chain.links}
        drawn = (Division.drawn(chain.ground(k)) for k in range(2, len(chain.links) + 1))
        largest += [max(division.amounts.values()) / chain.fund for division in drawn]
        for link in chain.links:
            flags.append(len(link.findings.flagged) / len(link.findings.values))
            exceptions.append(len(link.dials(truth).exceptions) / len(link.findings.values))
    told = f"most {max(largest):.1%} of {len(largest)} decisions"
    yield Row("largest share of a decision", f"<= {LARGEST_SHARE:.0%}", told, max(largest) <= LARGEST_SHARE)
    for name, shares in (("flagged", flags), ("under exception", exceptions)):
        told = f"{min(shares):.0%} to {max(shares):.0%} of the entities, {len(shares)} skills"
        inside = min(shares) >= FEWEST and max(shares) <= MOST
        yield Row(f"entities {name}", f"{FEWEST:.0%} to {MOST:.0%}", told, inside)


PARTS: Mapping[str, Callable[[Options], Iterator[Row]]] = {
    "program": program_rows,
    "slots": slot_rows,
    "fresh": fresh_rows,
    "disjoint": disjoint_rows,
    "dials": dial_rows,
}


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def main() -> int:
    """Print the table; the exit status is 1 when a bar is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", type=_list, default=list(PARTS), metavar="PARTS", help=f"of {','.join(PARTS)}")
    parser.add_argument(
        "--chains", type=int, default=4, help="chains of the other salt, and pairs without common skill"
    )
    parser.add_argument("--programs", type=int, default=3, help="chains that a program is written against")
    parser.add_argument("--draws", type=int, default=20, help="draws for each setting of the dials")
    parser.add_argument("--entities", type=_list, default=["6", "8", "12"], help="numbers of entities, by commas")
    parser.add_argument("--seed", default="bars", help="another one draws everything anew")
    given = parser.parse_args()
    unknown = sorted(set(given.only) - set(PARTS))
    if unknown:
        parser.error(f"--only {unknown[0]}: the parts are {', '.join(PARTS)}")
    entities = tuple(int(number) for number in given.entities)
    options = Options(given.chains, given.programs, given.draws, entities, given.seed)
    missed = 0
    print(f"{'bar':<86} {'asked':<11} {'measured':<46} held")
    for name in given.only:
        for row in PARTS[name](options):
            held = {True: "yes", False: "NO", None: ""}[row.held]
            missed += row.held is False
            print(f"{row.bar:<86} {row.asked:<11} {row.measured:<46} {held}".rstrip(), flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
