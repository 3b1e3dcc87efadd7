"""The brief asks for what the rubric then looks for: every heading, and every figure by its name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from skillbench.authoring.draft import Exam


def check(exam: Exam) -> Iterator[str]:
    """Headings, figures and files that the brief does not name."""
    draft = exam.draft
    brief = " ".join(draft.brief.split())
    for what, names in (
        ("heading", draft.headings),
        ("figure", [figure.name for figure in draft.figures]),
        ("file", list(draft.files)),
    ):
        if missing := [name for name in names if not re.search(rf"(?<!\w){re.escape(name)}(?![\w.]\w)", brief)]:
            yield f"the brief does not name the {what}{'s' if len(missing) > 1 else ''} {', '.join(missing)}"
    if "json" not in brief.casefold() or "figures" not in brief:
        yield "the brief does not ask for the json block with the figures that ends an answer"
