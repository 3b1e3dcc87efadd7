"""Which tuples of skills a data set is made from, and which samples each grows from (STEPS, A.1 and section 4.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from skillbench.core.errors import SelectionError
from skillbench.core.streams import stream
from skillbench.taxonomy.atoms import Atom, AtomIndex
from skillbench.taxonomy.sampler import Method, Sampler, SkillTuple
from skillbench.taxonomy.tree import Tree

Order = Literal["mixed", "curriculum"]
ORDERS: tuple[Order, ...] = get_args(Order)
MOST_SKILLS = 16


@dataclass(frozen=True)
class Planned:
    """One dialogue to be written.

    Attributes:
        number: its place in the data set, from 0.
        epoch: from 1; 0 where the order knows none.
        skills: its tuple.
        atoms: a sample for each skill, in the tuple's order.
    """

    number: int
    epoch: int
    skills: SkillTuple
    atoms: tuple[Atom, ...]


@dataclass(frozen=True)
class DialoguePlan:
    """All dialogues of a data set; iterated anew, it gives the same ones.

    Args:
        tree: the taxonomy.
        atoms: the corpus, as a list that can be read again.
        n: how many dialogues.
        mix: the share of each k, in any unit.
        method: how tuples are drawn.
        order: ``mixed``, or ``curriculum``: epochs of equal size in which the share of deep tuples grows.
        epochs: of a curriculum.
        seed: name of the random streams.

    Raises:
        SelectionError: nothing to draw, or a k for which the taxonomy has no tuple.
    """

    tree: Tree
    atoms: Sequence[Atom]
    n: int
    mix: Mapping[int, float]
    method: Method = "sweet-spot"
    order: Order = "mixed"
    epochs: int = 3
    seed: str = "synthesis"

    def __iter__(self) -> Iterator[Planned]:
        """Every dialogue with its samples, in the order of the data set."""
        index = AtomIndex(self.atoms)
        tuples = {k: self._tuples(k) for k in self.counts}
        number = 0
        for epoch, counts in enumerate(self._by_epoch(), start=1):
            ks = [k for k, count in counts.items() for _ in range(count)]
            for k in stream("synthesis", self.seed, "order", str(epoch)).shuffled(ks):
                drawn, taken = next(tuples[k]), list[Atom]()
                for place, skill in enumerate(drawn.skills):
                    draws = stream("synthesis", self.seed, "sample", str(number), str(place))
                    taken.append(index.pick(skill, draws, {atom.id for atom in taken}))
                yield Planned(number, epoch if self.order == "curriculum" else 0, drawn, tuple(taken))
                number += 1

    @property
    def counts(self) -> dict[int, int]:
        """How many dialogues of each k: the mix, rounded so that they sum to n."""
        ks, whole = sorted(self.mix), sum(self.mix.values())
        return dict(zip(ks, shared(self.n, [self.mix[k] / whole for k in ks]), strict=True))

    def _by_epoch(self) -> list[dict[int, int]]:
        """How many dialogues of each k stand in each epoch.

        With x the place of k between -1 and 1 around the mean of the mix and y that of the epoch, epoch e takes
        ``n_k / E (1 + x y)`` of k: epochs have equal size, every dialogue stands in one, the middle epoch has the mix
        itself, and the share of deep tuples grows from epoch to epoch.
        """
        counts = self.counts
        if self.order == "mixed" or self.epochs < 2:
            return [counts]
        mean = sum(k * count for k, count in counts.items()) / max(self.n, 1)
        reach = max((abs(k - mean) for k in counts), default=0) or 1.0
        left, out = dict(counts), list[dict[int, int]]()
        for epoch in range(self.epochs):
            y = 2 * epoch / (self.epochs - 1) - 1
            wanted = [count * (1 + (k - mean) / reach * y) / self.epochs for k, count in counts.items()]
            size = self.n * (epoch + 1) // self.epochs - self.n * epoch // self.epochs
            parts = shared(size, [one / max(sum(wanted), 1e-9) for one in wanted])
            given = {k: min(part, left[k]) for k, part in zip(counts, parts, strict=True)}
            for k in sorted(counts, reverse=epoch > 0):  # what rounding left over goes to what there still is
                given[k] += min(left[k] - given[k], size - sum(given.values()))
            left = {k: left[k] - given[k] for k in left}
            out.append(given)
        return out

    @cached_property
    def _sampler(self) -> Sampler:
        known = sorted({tag for atom in self.atoms for tag in atom.tags} & set(self.tree.names))
        if not known:
            raise SelectionError(
                "no skill of the taxonomy is a tag of the corpus; induce the taxonomy from this corpus, or name the "
                "column of its tags (--tags-path)"
            )
        return Sampler(self.tree, self.method, allowed=known)

    def _tuples(self, k: int) -> Iterator[SkillTuple]:
        """Tuples of one k without end: every start once a round, in a new order each round."""
        sampler = self._sampler
        if self.method == "random":
            names = (f"{self.seed}/{k}/{number}" for number in range(self.n))
            return (sampler.draw_random(stream("synthesis", name), k, name) for name in names)
        whole = [row for row in sampler.draw_leaves(sampler.leaves, k).tolist() if row[-1] >= 0]
        if not whole:
            raise SelectionError(f"the taxonomy has no tuple of {k} skills; lower -k, or give a larger corpus")
        return self._rounds(whole, k)

    def _rounds(self, whole: list[list[int]], k: int) -> Iterator[SkillTuple]:
        for number in range(self.n):
            for leaves in stream("synthesis", self.seed, "starts", str(k), str(number)).shuffled(whole):
                yield self._sampler.describe(leaves, k)


def parse_mix(text: str) -> dict[int, float]:
    """``1-6``, ``2,4`` or with shares ``1:4,2-6:1`` as the share of each k.

    Example:
        >>> parse_mix("1:4,2-3:1")
        {1: 4.0, 2: 1.0, 3: 1.0}

    Raises:
        SelectionError: anything else.
    """
    out: dict[int, float] = {}
    for part in text.replace(" ", "").split(","):
        found = re.fullmatch(r"(\d{1,2})(?:-(\d{1,2}))?(?::(\d{1,6}(?:\.\d{1,6})?))?", part)
        low, high = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        share = float(found[3] or 1) if found else 0.0
        if not 1 <= low <= high <= MOST_SKILLS or share <= 0 or set(range(low, high + 1)) & set(out):
            raise SelectionError(
                f"-k {text!r} is not understood: write 1-6, 2,4 or with shares 1:4,2-6:1; k is 1 to {MOST_SKILLS}, "
                "each once, shares above 0"
            )
        out |= dict.fromkeys(range(low, high + 1), share)
    return out


def shared(whole: int, shares: Sequence[float]) -> list[int]:
    """A number divided by shares that sum to 1, by largest remainders; ties go to the first.

    Example:
        >>> shared(10, [0.25, 0.25, 0.5])
        [3, 2, 5]
    """
    exact = [whole * share for share in shares]
    out = [int(one) for one in exact]
    order = sorted(range(len(shares)), key=lambda place: (-(exact[place] - out[place]), place))
    for place in order[: whole - sum(out)]:
        out[place] += 1
    return out
