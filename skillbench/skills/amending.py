"""Terms with amendments in them: what a sheet says, and what circulars put in its place for some entities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from skillbench.core.schema import Amendment
from skillbench.skills.contract import Findings, Terms


def amended(
    terms: Terms, amendments: Iterable[Amendment], entities: Sequence[str], upstream: Mapping[str, Findings]
) -> Terms:
    """The terms in force for every entity.

    Args:
        terms: what the sheets say.
        amendments: what changes it, in the order in which they took effect.
        entities: codes of the entities in play.
        upstream: findings by skill tag, for amendments that go by an upstream measure's flags.

    Returns:
        Terms of their own for the entities that an amendment touches; where all entities come out alike, these terms
        as a whole, so that a skill which knows one set of terms alone can be amended for everybody.
    """
    own = dict.fromkeys(entities, terms)
    for one in amendments:
        flagged = upstream[one.flagged_by].flagged if one.flagged_by in upstream else frozenset(one.codes)
        for code in flagged & own.keys():
            held = own[code]
            own[code] = Terms({**held.params, **one.params}, {**held.clauses, **one.clauses})
    different = list(own.values())
    if all(other == different[0] for other in different):
        return different[0]
    return Terms(terms.params, terms.clauses, {code: held for code, held in own.items() if held != terms})
