"""Names for folders, made from what people call their models and agents."""

from __future__ import annotations

import hashlib
import re
from typing import Final

LONGEST_SLUG: Final = 60


def slug(text: str) -> str:
    """A name for a folder: lower case letters, digits and dots, parted by hyphens.

    Example:
        >>> slug("OpenAI/GPT-5.2 (high)")
        'openai-gpt-5.2-high'
        >>> slug("lab/" + "long-" * 20)
        'lab-long-long-long-long-long-long-long-long-long-lo-710ce8a8'
    """
    name = re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-.") or "unnamed"
    if len(name) <= LONGEST_SLUG:
        return name
    return f"{name[: LONGEST_SLUG - 9].strip('-.')}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
