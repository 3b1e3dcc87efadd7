"""One draw of a skill as a person reads it: its sheets under drawn clauses, its files, and the key."""

from __future__ import annotations

from skillbench.core.quantities import Words
from skillbench.skills.catalogue import clause_texts, render
from skillbench.skills.contract import Skill, Terms
from skillbench.skills.formats import markdown_table
from skillbench.skills.trials import Draw


def specimen(skill: Skill, draw: Draw) -> str:
    """A draw as markdown: what the skill measures, sheets, parameters, dials, files, and the key with every slip."""
    words, terms = draw.world.words, draw.block.terms
    measure = skill.measure
    unit = render(measure.unit, words)
    parts = [
        f"# {skill.tag}: {measure.title} ({unit})",
        f"{render(measure.meaning, words)}; clauses: {', '.join(f'{s}={a}' for s, a in terms.clauses.items())}",
        *_sheets(skill, terms, words),
        "## Parameters",
        markdown_table(("parameter", "value"), terms.params.items()),
        *(f"## {name}\n\n```\n{text}```" for name, text in draw.files.items()),
        "## Key",
        _key(skill, draw),
    ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _sheets(skill: Skill, terms: Terms, words: Words) -> list[str]:
    out = []
    for sheet in skill.sheets:
        clauses = (render(text, words) for text in clause_texts(sheet, terms))
        out += [f"## {sheet.title}", "\n".join(f"{number}. {text}" for number, text in enumerate(clauses, 1))]
    return out


def _key(skill: Skill, draw: Draw) -> str:
    """A row per entity: what it reads, its value, and what each slip that can be made would give."""
    dials, digits = draw.dials, skill.measure.digits
    slips = skill.live_slips(draw.block.terms)
    found = skill.solve(draw.block, dials)
    wrong = [skill.solve(draw.block, dials, slip=slip) for slip in slips]
    rows = [
        (
            code,
            *(f"{dials.quantities[quantity][code]:.5g}" for quantity in skill.reads),
            "yes" if code in dials.exceptions else "",
            f"{found.values[code]:.{digits}f}",
            "yes" if code in found.flagged else "",
            *(f"{one.values[code]:.{digits}f}" for one in wrong),
        )
        for code in dials.entities
    ]
    return markdown_table(("code", *skill.reads, "exception", skill.measure.key, "flagged", *slips), rows)
