"""Brief and reference are English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from skillbench.authoring.draft import Exam

_FENCED = re.compile(r"^(`{3,}).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{2,}")


def check(exam: Exam) -> Iterator[str]:
    """Texts that are in another language."""
    from py3langid import classify  # noqa: PLC0415  its model takes a moment to load, and most commands never need it

    for what, text in (("brief", exam.draft.brief), ("reference", exam.draft.reference)):
        prose = " ".join(_WORD.findall(_FENCED.sub(" ", text)))
        language, _ = classify(prose)
        if language != "en":
            yield f"the {what} reads as {language!r}; write it in English"
