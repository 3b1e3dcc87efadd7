"""Keys that must not be published: their known shapes, looked for in everything that is packed."""

from __future__ import annotations

import re
from typing import Final

SHAPES: Final = {
    "an OpenAI or Anthropic key": re.compile(r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}"),
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a GitHub token": re.compile(r"\b(?:ghp|gho|ghs|ghu|github_pat)_[A-Za-z0-9_]{20,}"),
    "a Google API key": re.compile(r"\bAIza[0-9A-Za-z_-]{35}"),
    "a Hugging Face token": re.compile(r"\bhf_[A-Za-z0-9]{30,}"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
}


def find_secret(text: str) -> str | None:
    """What kind of key the text holds (never the key itself), or None."""
    return next((name for name, shape in SHAPES.items() if shape.search(text)), None)
