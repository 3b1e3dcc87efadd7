"""A program that works out one measure on records nobody has seen, beside the division."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self

from skillbench.core.closeness import Closeness, closeness, distances
from skillbench.core.findings import Findings
from skillbench.core.jobs import Job, Run
from skillbench.core.numbers import Repeated, numbers
from skillbench.core.schema import Code, sha256_of
from skillbench.core.streams import Stream
from skillbench.core.strict import Strict, Tolerance
from skillbench.deliverables.base.contract import MOVED, Decision, Deliverable, Fields, Ground, Harm, Part, Unseen
from skillbench.deliverables.division import Division

FIELD = "program"
FILE = "program.py"
BLOCKS = 2
"""Sets of records that a program is run on."""

ATTEMPTS = 6
"""Draws of records among which those are sought on which every usual mistake shows."""

SECONDS = 20
LONGEST = 20_000
HEAD = "import json, os\nTABLE = json.loads("
TAIL = """)
import hashlib
names = sorted(os.listdir("records"))
seen = "".join(name + chr(0) + open("records/" + name, encoding="utf-8", newline="").read() + chr(0) for name in names)
print(json.dumps(TABLE[hashlib.sha256(seen.encode()).hexdigest()]))
"""
"""A program that knows its records by their hash: what specimens hand in, so that what it prints stands in it."""


class Block(Strict):
    """One set of records.

    Attributes:
        files: by name.
        values: what the measure is on them.
        flagged: entities that carry its signal.
        telling: whether every usual mistake shows on them.
    """

    files: dict[str, str]
    values: dict[Code, float]
    flagged: list[Code]
    telling: bool

    def job(self, source: str) -> Job:
        """The program on these records."""
        files = {FILE: source, **{f"records/{name}": text for name, text in self.files.items()}}
        return Job(files, ("python3", "-I", FILE), SECONDS)

    @property
    def seen(self) -> str:
        """The hash by which a specimen's program knows the records."""
        return sha256_of("".join(f"{name}\0{self.files[name]}\0" for name in sorted(self.files)).encode())


class Program(Deliverable):
    """A program works out one measure again, on other records under the same rules, and the fund is divided.

    The judge runs it in the sandbox on records that nobody has seen, with a register that already carries what the
    other measures hand over, so that an error upstream reaches the amounts and not the program. Output and time are
    bounded; a program that fails or prints anything else than the figures earns nothing, nor does one beside amounts
    that come from nowhere. The runs are recorded with the sample, and judging reads the record.

    Attributes:
        division: the division.
        measure: the measure's key.
        tolerance: how far a printed value may lie from the key.
        digits: decimals of the measure.
        blocks: the records and what is right on them.
    """

    kind: ClassVar[str] = "program"
    sought: ClassVar[str] = Division.sought
    named: ClassVar[str] = "program allocation amounts fund"
    runs: ClassVar[bool] = True

    division: Division
    measure: str
    tolerance: Tolerance
    digits: int
    blocks: list[Block]

    @classmethod
    def drawn(cls, ground: Ground) -> Self:
        """Records of the last measure on which every usual mistake shows, as far as a few draws give them."""
        division, last = Division.drawn(ground), ground.measures[-1]
        found: list[Block] = []
        for number in range(ATTEMPTS):
            found.append(_block(ground.unseen(number), last.tolerance))
            if sum(block.telling for block in found) == BLOCKS:
                break
        best = sorted(found, key=lambda block: not block.telling)[:BLOCKS]
        return cls(
            page=division.page,
            division=division,
            measure=last.key,
            tolerance=last.tolerance,
            digits=last.digits,
            blocks=best,
        )

    @classmethod
    def sheet(cls, ground: Ground) -> tuple[str, str]:
        """The division's page; the measure has its own."""
        return Division.sheet(ground)

    def brief(self, words: Mapping[str, str]) -> str:
        """Two fields, the amounts and the source."""
        return self.division.brief(words) + "\n\n" + self.prose(
            "brief",
            words,
            field=FIELD,
            measure=self.measure,
            files=sorted(self.blocks[0].files),
            most=LONGEST,
            seconds=SECONDS,
        )  # fmt: skip

    def after(self, found: Mapping[str, Findings]) -> Self:
        """Other findings move the amounts; what the program must print stays."""
        return self.model_copy(update={"division": self.division.after(found)})

    def moved(self, other: Self, times: float = 1.0) -> bool:
        """Whether an amount moved."""
        return self.division.moved(other.division, times)

    def doubt(self) -> str:
        """What of the division is in doubt, or records on which a usual mistake does not show."""
        silent = any(not block.telling for block in self.blocks)
        return self.division.doubt() or (
            f"a usual mistake in {self.measure} does not show on unseen records" if silent else ""
        )

    def properties(self) -> Fields:
        """The amounts, and a text."""
        return {**self.division.properties(), FIELD: {"type": "string", "minLength": 1, "maxLength": LONGEST}}

    def read(self, document: Mapping[str, Any]) -> Part:
        """The amounts that could be read, and a source of bounded length."""
        part = self.division.read(document)
        source = document.get(FIELD)
        if source is None:
            return part
        if not isinstance(source, str) or not source.strip() or len(source) > LONGEST:
            return Part(part.fields, (*part.defects, f"{FIELD}: no source of at most {LONGEST} characters"))
        return Part({**part.fields, FIELD: source.encode("utf-8", "replace").decode()}, part.defects)

    def jobs(self, part: Part) -> list[Job]:
        """The program on each set of records; none for a specimen's, which needs no running."""
        source = part.fields.get(FIELD, "")
        return [block.job(source) for block in self.blocks] if source and _table(source) is None else []

    def compare(self, part: Part, own: Mapping[str, Findings] | None) -> Decision:
        """The amounts, and figure by figure what the program printed."""
        decision = self.division.compare(part, own)
        printed = [self._printed(block, part) for block in self.blocks]
        # One hand-in: a program beside amounts that come from nowhere is not looked at.
        counted = printed if decision.worked else [{} for _ in printed]
        held = [self._held(block, one) for block, one in zip(self.blocks, counted, strict=True)]
        to_key = decision.to_key
        for one in held:
            to_key = Closeness(*(getattr(to_key, name) + getattr(one, name) for name in Closeness.__match_args__))
        exact = all(
            set(one.get("values", ())) == set(block.values) for block, one in zip(self.blocks, printed, strict=True)
        )
        near = exact and all(one.near == one.asked for one in held)
        return Decision(
            to_key=to_key,
            right=decision.right and exact and all(one.all_right for one in held),
            stands=decision.stands and near,
            worked=decision.worked,
            formed=decision.formed and near,
            figures=decision.figures,
        )

    def _printed(self, block: Block, part: Part) -> dict[str, Any]:
        """What the program printed on some records, as far as it is figures and flags; empty where it failed."""
        source = part.fields.get(FIELD, "")
        if not source:
            return {}
        table = _table(source)
        if table is not None:
            return _figures(table.get(block.seen))
        job = block.job(source)
        run: Run | None = next((run for run in part.runs if run.id == job.id), None)
        return _figures(_parsed(run.printed)) if run and run.exit == 0 else {}

    def _held(self, block: Block, printed: Mapping[str, Any]) -> Closeness:
        """Values held against the key; the flags are one part more, where the values show work."""
        held = closeness(distances(self.tolerance, block.values, printed.get("values", {})), block.values)
        flags = int(held.worked and printed.get("flagged") == sorted(block.flagged))
        return Closeness(
            right=held.right + flags,
            near=held.near + flags,
            asked=held.asked + 1,
            telling_right=held.telling_right,
            telling_near=held.telling_near,
            telling=held.telling,
        )

    @property
    def asked(self) -> int:
        """An amount for every entity, and on every set of records its value and the flags."""
        return self.division.asked + sum(len(block.values) + 1 for block in self.blocks)

    def figures(self) -> list[float]:
        """The amounts and the fund."""
        return self.division.figures()

    def perfect(self) -> Fields:
        """The amounts, and a program that knows its records."""
        return {**self.division.perfect(), FIELD: self._source(lambda values: values)}

    def _source(self, change: Any, *, flags: bool = True) -> str:
        table = {
            block.seen: {
                "values": change({code: round(block.values[code], self.digits) for code in sorted(block.values)}),
                "flagged": sorted(block.flagged) if flags else [],
            }
            for block in self.blocks
        }
        return f"{HEAD}{json.dumps(json.dumps(table))}{TAIL}"

    def harmed(self, how: Harm) -> Fields:
        """The amounts damaged; where that goes for every part, what the program prints too."""
        codes = sorted(self.blocks[0].values)
        half = codes[: len(codes) // 2]
        made_up = {code: round(13.7 + 2.9 * place, self.digits) for place, code in enumerate(codes)}
        source = self._source(lambda values: values)
        if how is Harm.ALL_NEAR:
            source = self._source(lambda values: {code: value * 1.005 for code, value in values.items()})
        elif how is Harm.HALF_LEFT_OUT:
            source = self._source(lambda values: {code: values[code] for code in half})
        elif how is Harm.HALF_MADE_UP:
            source = self._source(lambda values: made_up | {code: values[code] for code in half})
        elif how is Harm.WORTHLESS:
            source = self._source(lambda values: dict.fromkeys(values, 1.0), flags=False)
        return {**self.division.harmed(how), FIELD: source}

    def worthless(self, draw: Stream) -> Fields:
        """Arbitrary amounts, and a program that prints one number for all."""
        number = round(draw.integer(1, 9000) / 7, self.digits)
        source = self._source(lambda values: dict.fromkeys(values, number), flags=False)
        return {**self.division.worthless(draw), FIELD: source}

    def script(self) -> str:
        """The division."""
        return self.division.script()

    def trimmed(self, part: Part) -> Fields:
        """The amounts; a source is words of the agent's."""
        return self.division.trimmed(part)

    def shown(self, codes: Iterable[str]) -> str:
        """The amounts, and what a program must print."""
        some = list(codes)
        lines = [f"| entity | {' | '.join(f'{self.measure}, set {n + 1}' for n in range(len(self.blocks)))} |"]
        lines += ["| --- " * (1 + len(self.blocks)) + "|"]
        for code in some:
            cells = (
                f"{block.values[code]:.{self.digits}f}{' *' if code in block.flagged else ''}" for block in self.blocks
            )
            lines.append(f"| {code} | {' | '.join(cells)} |")
        return "\n".join([self.division.shown(some), "", *lines])


def _block(unseen: Unseen, tolerance: Tolerance) -> Block:
    """Records as the key keeps them."""
    right = unseen.found.values
    telling = all(
        any(abs(wrong.values[code] - value) > MOVED * tolerance.at(value) for code, value in right.items())
        for wrong in unseen.missed
    )
    return Block(files=dict(unseen.files), values=dict(right), flagged=sorted(unseen.found.flagged), telling=telling)


def _table(source: str) -> dict[str, Any] | None:
    """What a specimen's program prints, by the hash of its records; None for any other program."""
    if not (source.startswith(HEAD) and source.endswith(TAIL)):
        return None
    # Only a JSON text that is one string literal: nothing else may stand between head and tail.
    literal = _parsed(source[len(HEAD) : -len(TAIL)])
    table = _parsed(literal) if isinstance(literal, str) else None
    return table if isinstance(table, dict) else None


def _figures(raw: Any) -> dict[str, Any]:
    """Values and flags of what a program printed; empty for anything else."""
    if not isinstance(raw, dict) or isinstance(raw, Repeated):
        return {}
    values, _ = numbers(raw.get("values"))
    flagged = raw.get("flagged")
    codes = sorted({code for code in flagged if isinstance(code, str)}) if isinstance(flagged, list) else None
    return {"values": values, "flagged": codes}


def _parsed(text: str) -> Any:
    """JSON, or None for anything else."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
