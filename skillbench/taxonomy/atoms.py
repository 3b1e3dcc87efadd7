"""Atomic samples by skill: the inverted index of STEPS (appendix A.1) and its frequency-aware random selection.

>>> from skillbench.core.streams import stream
>>> index = AtomIndex([Atom("a", ("sql",), "ask", ""), Atom("b", ("sql", "tax"), "ask", "")])
>>> sorted(index.pick("sql", stream("demo", str(i))).id for i in range(4))
['a', 'a', 'b', 'b']
"""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from skillbench.core.errors import CorpusError
from skillbench.core.streams import Stream
from skillbench.taxonomy.reading.records import read_records, tags_at, turns_of

MOST = 200
"""Samples kept of a skill; which ones, their ids' hashes decide, so that memory is bounded and no order counts."""


@dataclass(frozen=True)
class Atom:
    """One row of a corpus.

    Attributes:
        id: its own id, or file and line.
        tags: its skills.
        instruction: what was asked.
        response: what was answered; empty in a corpus of work items.
    """

    id: str
    tags: tuple[str, ...]
    instruction: str
    response: str


class AtomIndex:
    """From a skill to its samples, and how often each was used.

    Args:
        atoms: the samples; read once.
        most: samples kept of each skill.
    """

    def __init__(self, atoms: Iterable[Atom], most: int = MOST) -> None:
        held: dict[str, list[tuple[int, str, Atom]]] = {}
        for atom in atoms:
            rank = -int.from_bytes(hashlib.sha256(atom.id.encode()).digest()[:8], "big")
            for tag in atom.tags:
                heap = held.setdefault(tag, [])
                if len(heap) < most:
                    heapq.heappush(heap, (rank, atom.id, atom))
                elif (rank, atom.id) > heap[0][:2]:
                    heapq.heapreplace(heap, (rank, atom.id, atom))
        self._of = {tag: [atom for _, _, atom in sorted(heap, key=lambda e: e[:2])] for tag, heap in held.items()}
        self._used = Counter[str]()

    @property
    def skills(self) -> frozenset[str]:
        """The skills that have samples."""
        return frozenset(self._of)

    def samples(self, skill: str) -> tuple[Atom, ...]:
        """The samples kept of a skill, none for one it has not."""
        return tuple(self._of.get(skill, ()))

    def pick(self, skill: str, draws: Stream, avoid: Collection[str] = ()) -> Atom:
        """One of the skill's samples used least so far, uniformly among those, and count the use.

        Args:
            skill: which skill.
            draws: the stream that decides.
            avoid: ids not to take again, unless the skill has no others.

        Raises:
            CorpusError: the corpus has no sample of the skill.
        """
        known = self._of.get(skill, [])
        if not known:
            raise CorpusError(f"no row of the corpus is tagged {skill!r}; add one, or leave the skill out")
        free = [atom for atom in known if atom.id not in avoid] or known
        fewest = min(self._used[atom.id] for atom in free)
        chosen = draws.choice([atom for atom in free if self._used[atom.id] == fewest])
        self._used[chosen.id] += 1
        return chosen


def read_atoms(source: Iterable[str], tags: str = "tags") -> Iterator[Atom]:
    """The samples of a tagged corpus; rows without a tag or a request are passed over.

    Args:
        source: files, folders or addresses.
        tags: column or dotted path of the tags (``label.ability_en``).

    Raises:
        CorpusError: a place that cannot be read.
    """
    for record in read_records(source):
        turns, found = turns_of(record.fields), tags_at(record.fields, tags)
        asked = "\n\n".join(text for role, text in turns if role == "user")
        if asked and found:
            answered = "\n\n".join(text for role, text in turns if role == "assistant")
            own = record.fields.get("id")
            name = str(own) if isinstance(own, str | int) and str(own) else str(record)
            yield Atom(name, tuple(found), asked, answered)
