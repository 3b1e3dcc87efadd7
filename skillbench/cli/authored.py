"""An authored case for a person: what ``skillbench show`` prints of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from skillbench.core.authored import Authored, Criterion, Figure


def shown(task: Authored) -> str:
    """What an authored case holds beside its prompt, as markdown: needs, figures, rubric, reference, gates."""
    wrote = f"{task.author}; read by {', '.join(task.readers) or 'nobody else'}"
    needs = [(need.skill, need.quote, need.file or "brief") for need in task.needs]
    gates = [f"- {'passed' if one.passed else 'failed'} {one.gate} {one.reason}".rstrip() for one in task.passages]
    parts = [
        f"# TASK: {task.title}",
        task.setting,
        f"Written by {wrote}. Samples shown: {', '.join(task.sources) or 'none'}.",
        "## Needs",
        _rows(("skill", "words that need it", "where"), needs),
        "## Hand-overs",
        "\n".join(f"- {one.src} → {one.dst}: {one.what}" for one in task.handovers),
        "## Figures",
        _rows(("name", "value", "within", "skill", "meaning"), map(_figure, task.figures)),
        "## Criteria",
        _rows(("id", "weight", "of", "decided by", "statement"), map(_criterion, task.criteria)),
        "# REFERENCE",
        task.reference,
        "# GATES",
        "\n".join(gates),
    ]
    return "\n\n".join(parts)


def _figure(figure: Figure) -> tuple[str, ...]:
    within = (
        f"{figure.tolerance.absolute:g} or {figure.tolerance.relative:.2%}" if figure.tolerance else "word for word"
    )
    value = f"{figure.value:g}" if isinstance(figure.value, float) else str(figure.value)
    return figure.name, f"{value} {figure.unit}".strip(), within, figure.skill, figure.meaning


def _criterion(criterion: Criterion) -> tuple[str, ...]:
    how = f"code: {criterion.check} {criterion.target}" if criterion.check else "a reader"
    sign = "−" if criterion.must_not else ""
    return criterion.id, f"{sign}{criterion.weight}", " + ".join(criterion.of) or "the whole", how, criterion.text


def _rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cells = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/').replace(chr(10), ' ') for cell in row)} |" for row in cells)
