"""What a model wrote, as data: one JSON object or one Python literal, and nothing beside it."""

from __future__ import annotations

import ast
import json
import re
import warnings
from typing import Any

LONGEST = 400_000
"""Characters of a reply that are read."""

_FENCE = re.compile(r"\A```[\w-]*[ \t]*\n(.*)\n[ \t]*```\Z", re.DOTALL)


class ReplyError(ValueError):
    """Why a reply cannot be used, in words that tell the model what to do."""


def parsed(text: str) -> Any:
    """The value that a reply is: JSON, or a Python literal as the paper asks for; one fence around it is let pass.

    Raises:
        ReplyError: it is empty, too long, or has anything besides the value.
    """
    stripped = text.strip()
    if not stripped:
        raise ReplyError("the reply is empty")
    if len(stripped) > LONGEST:
        raise ReplyError(f"the reply has {len(stripped)} characters; at most {LONGEST} are read")
    fenced = _FENCE.match(stripped)
    body = fenced[1].strip() if fenced else stripped
    try:
        return json.loads(body, strict=False)
    except (ValueError, RecursionError) as error:
        told = str(error)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.literal_eval(body)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        raise ReplyError(f"the reply is not one JSON value and nothing else ({told})") from None
