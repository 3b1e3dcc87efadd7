"""Files that lie among the records and that no measure of the brief needs, as in any real folder."""

from __future__ import annotations

from collections.abc import Sequence

from skillbench.compose.chain import Chain
from skillbench.core.streams import stream
from skillbench.skills.catalogue import load_catalogue

SPARE = 2
"""Other desks' records that come along with every case of a chain."""


def spare_files(chain: Chain, tags: Sequence[str]) -> dict[str, str]:
    """Records of skills that the chain does not ask for, the same ones at every k, and none that would be needed."""
    own = {link.tag for link in chain.links} | set(tags)
    draw = stream(*chain.names, "spare")
    others = draw.shuffled([tag for tag in load_catalogue() if tag not in own])[:SPARE]
    files: dict[str, str] = {}
    for tag in others:
        skill = load_catalogue()[tag]
        rows = skill.records(stream(*chain.names, "spare", tag, "rows"), chain.world, 1)
        files |= skill.render(stream(*chain.names, "spare", tag, "render"), rows)
    return files
