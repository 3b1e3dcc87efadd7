"""Gate 4: records hold more than the entities in play, names say nothing, and no answer is common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from skillbench.compose.domain import load_domains
from skillbench.compose.world import draw_world
from skillbench.core.streams import stream
from skillbench.skills.catalogue import load_catalogue
from skillbench.skills.contract import Block, Dials
from skillbench.verify.frozen import Failure, Frozen

NAME = "4 unguessable"
FREQUENCY_SEEDS = 2000


def gate_unguessable(frozen: Frozen) -> Iterator[str]:
    """What a case gives away."""
    world = frozen.world
    if not world.decoys:
        yield "the register lists only entities in play"
    if any(character.isdigit() for entity in world.everyone for character in entity.name):
        yield "an entity's name holds a digit"
    for link in frozen.links:
        text = "\n".join(link.files.values())
        if not any(decoy.code in text or decoy.name in text for decoy in world.decoys):
            yield f"{link.tag}: the records name only entities in play"
    order = [entity.code for entity in world.active]
    for point in frozen.case.checkpoints:
        if sorted(order, key=lambda code: point.values[code]) in (order, order[::-1]):
            yield f"{point.tag}: values rise or fall in the order of the codes"


def check_frequency(tag: str, seeds: int = FREQUENCY_SEEDS) -> list[Failure]:
    """Over many seeds the most frequent total of a skill is at most 10 % of them."""
    skill = load_catalogue()[tag]
    domain = next(iter(load_domains().values()))
    totals: Counter[float] = Counter()
    for number in range(seeds):
        name = ("gates", "frequency", tag, str(number))
        world = draw_world(stream("gates", "frequency"), domain, 8)
        block = Block(skill.records(stream(*name, "rows"), world, 1), skill.draw_terms(stream(*name, "rules")))
        dials = Dials({quantity: dict.fromkeys(world.base(quantity), 20.0) for quantity in skill.reads})
        totals[round(sum(skill.solve(block, dials).values.values()), skill.measure.digits)] += 1
    answer, count = totals.most_common(1)[0]
    return [Failure(tag, NAME, f"{count} of {seeds} seeds give the same total {answer}")] if count > seeds / 10 else []
