"""Amendment: dated circulars that change the sheets for some, from a day on, while the sheets stay as they were."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from skillbench.complications.base.circulars import Desk, Slip
from skillbench.complications.base.contract import Complication, Effect, Ground
from skillbench.core.prompts import render_prompt
from skillbench.core.streams import Stream
from skillbench.core.world import World


class AmendmentComplication(Complication):
    """Circulars change one clause or one parameter of a sheet in force, for some entities, from a day on.

    The sheet is not printed again. Whom a circular concerns is a list of names, a column of the register or the flags
    of an upstream measure. Some circulars are repealed or amended again before the day of the brief, some take effect
    after it, some are another house's. A skill whose work cannot be parted by entity (all share one network, say) is
    amended for everybody: a circular for some of them is written only where everybody then gets what they would get if
    their terms were everybody's, so that it cannot be read in two ways.
    """

    name = "amendment"
    meets = "dated circulars change single clauses and parameters for some entities; the sheets stay as they were"
    levels = (
        "the first two skills and one later skill in three have a circular in force and one that does not count",
        "the first two skills and one later skill in two, with two that do not count; half of them were amended again",
        "every skill has two in force, one of them amended again, and three that do not count",
    )
    slips: ClassVar[Mapping[StrEnum, str]] = {
        Slip.SHEET_BELIEVED: "the sheet is believed and no circular is read",
        Slip.SCOPE_IGNORED: "a circular for some entities is applied to all",
        Slip.REPEALED_BELIEVED: "a circular is applied that another one has repealed",
        Slip.SUPERSEDED_BELIEVED: "a circular is applied as it was before another one amended it",
        Slip.TOO_EARLY: "a circular is applied that takes effect after the day of the brief",
        Slip.OTHER_HOUSE: "a circular of an associated organisation is applied",
    }
    missed = Slip.SHEET_BELIEVED
    cross_cutting = True
    guide = "How circulars stand to sheets"
    lead = "A circular's header does not say whether it counts: which of them do, and what they do to sheets, stands on"

    def guide_text(self, world: World) -> str:
        """What circulars do, and which of them count."""
        words = world.words.namespace()
        return render_prompt("complications/amendment/guide.md.j2", organisation=world.organisation, **words).strip()

    def touches(self, stream: Stream, place: int, level: int) -> bool:
        """The first two skills of a chain, so that the shortest case has it too, and a share of the later ones."""
        return place < 2 or stream.chance(*((1, 3), (1, 2), (1, 1))[level - 1])

    def act(self, stream: Stream, ground: Ground, level: int) -> Effect | None:
        """Circulars in force, then those that do not count; each must move the measure by itself."""
        desk = Desk(stream, ground)
        for _ in range(2 if level == 3 else 1):
            if not desk.put_in_force():
                return None
        if (level == 3 or (level == 2 and stream.chance(1, 2))) and not desk.had_another_text():
            return None
        for kind in stream.sample((Slip.REPEALED_BELIEVED, Slip.TOO_EARLY, Slip.OTHER_HOUSE), level):
            if not desk.put_aside(kind):
                return None
        return desk.effect()
