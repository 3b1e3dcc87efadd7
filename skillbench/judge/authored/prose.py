"""Reading an answer in markdown: headings, sections, code blocks and the figures it ends with; total over any text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from skillbench.core.numbers import Repeated
from skillbench.judge.envelope import MAX_CHARACTERS, find_object
from skillbench.judge.quotes import normalised

FIGURES = "figures"
"""The field of the JSON block that ends an answer."""

LARGEST = 1e15
"""Beyond this a number is no figure of any task."""

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,}) *([\w+.#-]*)")
_ATX = re.compile(r" {0,3}#{1,6}[ \t]+(\S.*?)[ \t]*#*[ \t]*$")
_BOLD = re.compile(r" {0,3}(\*\*|__)([^*_\n]{2,120})\1:?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{3,})[ \t]*$")
_HIDDEN = re.compile(
    r"<!--.*?-->|~~.*?~~|<(del|s|strike)\b[^>]*>.*?</\1>|\[//\]: # \([^)\n]*\)", re.DOTALL | re.IGNORECASE
)
_NUMBERING = re.compile(r"^(?:\d{1,2}|[ivx]{1,4}|[a-h])[.)]\s+|^\d{1,2}(?:\.\d{1,2})+\s+")
_MARKS = re.compile(r"[*`|#>]+|\b_+|_+\b")
_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n+")
_MOST_LINES = 50_000


@dataclass(frozen=True)
class Fence:
    """One fenced block: the language named, and what stands in it."""

    language: str
    text: str


@dataclass(frozen=True)
class ProseSection:
    """A heading, empty for what stands before the first one, and the text below it, code blocks included."""

    heading: str
    text: str

    @property
    def sentences(self) -> list[str]:
        """Its sentences and lines without marks, normalised."""
        return [one for part in _SENTENCES.split(self.text) if (one := normalised(unmarked(part)))]


@dataclass(frozen=True)
class ProseAnswer:
    """An answer as read.

    Attributes:
        text: what a reader sees of it: without comments, struck words and hidden lines.
        prose: the same without code blocks.
        sections: in order, the one before the first heading included.
        blocks: fenced blocks, the figures among them.
        figures: what stands under ``figures``: finite numbers and texts, by name.
        ends_so: the figures stand in a fenced block and nothing follows it.
        defects: what could not be read, each a sentence.
    """

    text: str
    prose: str
    sections: tuple[ProseSection, ...]
    blocks: tuple[Fence, ...]
    figures: Mapping[str, float | str] = field(default_factory=dict)
    ends_so: bool = False
    defects: tuple[str, ...] = ()

    @property
    def headings(self) -> list[str]:
        """Headings in order, plain; the fields of a JSON object that is handed in count as headings where it stands."""
        return [heading for section in self.sections for heading in (section.heading, *_fields(section)) if heading]

    @property
    def words(self) -> int:
        """Words of the prose."""
        return len(self.prose.split())


def read_prose(text: str) -> ProseAnswer:
    r"""The answer in a text; total over any text.

    Example:
        >>> found = read_prose('## Advice\\nWait.\\n```json\\n{"figures": {"days": 12}}\\n```')
        >>> found.headings, dict(found.figures), found.ends_so
        (['advice'], {'days': 12.0}, True)
    """
    if len(text) > MAX_CHARACTERS:
        return ProseAnswer("", "", (), (), defects=(f"too large: {len(text)} characters, {MAX_CHARACTERS} are read",))
    shown = _HIDDEN.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = shown.split("\n")
    if len(lines) > _MOST_LINES:
        return ProseAnswer("", "", (), (), defects=(f"too long: {len(lines)} lines, {_MOST_LINES} are read",))
    prose, blocks, sections, tail = _parted(lines)
    document = find_object(shown, FIGURES)
    figures, defects = ({}, [document]) if isinstance(document, str) else _figures(document)
    ends_so = bool(blocks) and f'"{FIGURES}"' in blocks[-1].text and not tail.strip()
    return ProseAnswer(shown, prose, tuple(sections), tuple(blocks), figures, ends_so, tuple(defects))


def plain_heading(text: str) -> str:
    """A heading without marks, numbering and final punctuation, normalised.

    Example:
        >>> plain_heading("2) **What we advise:**")
        'what we advise'
    """
    return _NUMBERING.sub("", normalised(unmarked(text.replace("_", " "))).strip()).strip(" :.-")


def unmarked(text: str) -> str:
    """A text without markdown's marks: bold and italic stars, code ticks, table bars, heading and quotation signs."""
    return _MARKS.sub("", text)


def _parted(lines: list[str]) -> tuple[str, list[Fence], list[ProseSection], str]:
    """Prose, blocks, sections, and what follows the last block."""
    prose: list[str] = []
    blocks: list[Fence] = []
    sections: list[tuple[str, list[str]]] = [("", [])]
    fence, language, inside, tail = "", "", list[str](), list[str]()
    for place, line in enumerate(lines):
        mark = _FENCE.match(line)
        if fence:
            sections[-1][1].append(line)
            if mark and mark[1].startswith(fence) and not line.strip(" `~"):
                blocks.append(Fence(language, "\n".join(inside)))
                fence, inside, tail = "", [], []
            else:
                inside.append(line)
            continue
        if mark:
            fence, language = mark[1], mark[2].casefold()
            sections[-1][1].append(line)
            continue
        prose.append(line)
        tail.append(line)
        if heading := _heading(lines, place):
            sections.append((heading, []))
        else:
            sections[-1][1].append(line)
    if fence:
        blocks.append(Fence(language, "\n".join(inside)))
        tail = []
    return "\n".join(prose), blocks, [ProseSection(head, "\n".join(body)) for head, body in sections], "\n".join(tail)


def _heading(lines: list[str], place: int) -> str:
    line = lines[place]
    if found := _ATX.match(line):
        return plain_heading(found[1])
    if found := _BOLD.match(line):
        return plain_heading(found[2])
    under = lines[place + 1] if place + 1 < len(lines) else ""
    alone = place == 0 or not lines[place - 1].strip()
    if alone and 0 < len(line.strip()) <= 120 and _UNDERLINE.match(under) and line.strip(" -=|"):
        return plain_heading(line)
    return ""


def _fields(section: ProseSection) -> Iterator[str]:
    """Fields of the JSON objects in a section's fenced blocks, as headings."""
    if '"' not in section.text or "{" not in section.text:
        return
    _, blocks, _, _ = _parted(section.text.split("\n"))
    for block in blocks:
        try:
            found = json.loads(block.text) if block.language in {"", "json"} else None
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            yield from (plain_heading(name) for name in found if name != FIGURES)


def _figures(document: dict[str, Any]) -> tuple[dict[str, float | str], list[str]]:
    raw = document.get(FIGURES)
    if not isinstance(raw, dict) or isinstance(raw, Repeated):
        return {}, [f"{FIGURES}: {'a name stands twice' if isinstance(raw, Repeated) else 'not an object'}"]
    read = {name[:60]: value for name, given in raw.items() if (value := _usable(given)) is not None}
    strange = [name[:40] for name in raw if name[:60] not in read]
    return read, [f"{FIGURES}: neither number nor text: {', '.join(strange[:5])}"] if strange else []


def _usable(value: Any) -> float | str | None:
    if isinstance(value, str):
        return value[:300]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = float(value)
    return number if abs(number) <= LARGEST else None
