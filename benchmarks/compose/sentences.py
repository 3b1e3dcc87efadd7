"""How many sentences of a chain's pages an agent has read before."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from statistics import mean

from drawn import READ, Options, Row, composed

from skillbench.compose.chain import Chain
from skillbench.compose.couplings import carries
from skillbench.compose.domain import load_domains
from skillbench.compose.handbook import handbook, needed_pages
from skillbench.compose.recipes import draw_recipes
from skillbench.core.errors import CompositionError
from skillbench.core.streams import stream
from skillbench.skills.catalogue import load_catalogue

END = re.compile(r"(?<=[.:;?!])\s+(?=[A-Z\"`])")
NUMBER = re.compile(r"HB-\d{4}")
MARK = re.compile(r"^(\d+\.|-) ")
ONE, OTHER = "museums", "depots"


def needed_sentences(chain: Chain, *, sheets: bool = False) -> list[str]:
    """The sentences of the pages a solver of the whole chain needs, once each, without page numbers and tables."""
    wanted = needed_pages(chain, [link.tag for link in chain.links])
    out: dict[str, None] = {}
    for page in handbook(chain, 0):
        if page.id in wanted and (page.skill or not sheets):
            # A domain's template may break a line inside a sentence; an empty line or a list item ends one.
            for part in re.split(r"\n\n|\n(?=[-|] ?)", f"{page.body}\n\n{page.see}"):
                if part and not part.startswith("|"):
                    bare = MARK.sub("", NUMBER.sub("HB", " ".join(part.split())))
                    out |= dict.fromkeys(END.split(bare))
    return list(out)


def fresh_rows(options: Options) -> Iterator[Row]:
    """A chain's sentences that stand in none of twelve others of its set; each in turn is the new one."""
    for only, where in (("", "domains in turn"), (ONE, "all in one domain")):
        chains = _set_of(READ + 1, options.seed, only)
        texts = [needed_sentences(chain) for chain in chains]
        fresh = [_new(text, [other for other in texts if other is not text]) for text in texts]
        asked = mean(fresh) >= 60
        told = f"{mean(fresh):.0f} (least {min(fresh):.0f}, most {max(fresh):.0f})"
        yield Row(f"new of 300 sentences after {READ} chains, {where}", ">= 60", told, asked)
        met: Counter[str] = Counter()
        growth: dict[int, list[float]] = defaultdict(list)
        for place, chain in enumerate(chains):
            tags = [link.tag for link in chain.links]
            growth[round(mean(met[tag] for tag in tags))].append(_new(texts[place], texts[:place]))
            met.update(tags)
        told = ", ".join(f"{count}: {mean(some):.0f}" for count, some in sorted(growth.items()))
        yield Row("    when its skills were met so often before", "", told)


def _set_of(count: int, seed: str, only: str) -> list[Chain]:
    """The first chains of a set; where only one domain speaks, the first that this domain carries."""
    tags = [one.tags for one in draw_recipes(3 * count if only else count, 7, seed)]
    held = [some for some in tags if not only or carries(load_domains()[only], some)]
    return [composed(some, place, (seed, only), only=only) for place, some in enumerate(held[:count])]


def _new(text: list[str], others: list[list[str]]) -> float:
    """How many of 300 sentences are new."""
    old = {sentence for other in others for sentence in other}
    return 300 * sum(sentence not in old for sentence in text) / len(text)


def disjoint_rows(options: Options) -> Iterator[Row]:
    """Identical sentences of two chains that share no skill, in one domain and in two."""
    tags = list(load_catalogue())
    shares: dict[tuple[bool, str], list[float]] = defaultdict(list)
    for turn in range(options.chains):
        order = stream("disjoint", options.seed, str(turn)).shuffled(tags)
        names = (options.seed, "disjoint", str(turn))
        try:
            first = composed(order[: len(tags) // 2], 0, names, only=ONE)
            others = [composed(order[len(tags) // 2 :], 1, names, only=only) for only in (ONE, OTHER)]
        except CompositionError:  # an order that a domain does not carry
            continue
        for sheets in (True, False):
            mine = set(needed_sentences(first, sheets=sheets))
            for other, where in zip(others, ("one domain", "two domains"), strict=True):
                theirs = set(needed_sentences(other, sheets=sheets))
                shares[sheets, where].append(len(mine & theirs) / min(len(mine), len(theirs)))
    for (sheets, where), some in shares.items():
        pages = "rule sheets" if sheets else "all needed pages"
        told = f"{mean(some):.1%} (most {max(some):.1%}, {len(some)} pairs)"
        yield Row(f"identical sentences, no common skill, {pages}, {where}", "<= 10 %", told, mean(some) <= 0.1)
