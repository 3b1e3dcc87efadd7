"""What models without a mind share: a scripted reply after a pause, a receipt for it, and usage without a tokenizer."""

from __future__ import annotations

import os
from abc import abstractmethod

import anyio
from inspect_ai.model import ChatMessage, GenerateConfig, ModelAPI, ModelOutput, ModelUsage
from inspect_ai.tool import ToolChoice, ToolInfo

from skillbench.core.errors import InputError

MODELS = ("plain", "nonsense")


class ScriptedAPI(ModelAPI):
    """An Inspect model provider whose models follow a script.

    Args:
        model_name: ``plain`` or ``nonsense``.
        base_url: unused, as are ``api_key`` and ``config``.
        api_key: see above.
        config: see above.
        delay: seconds a reply takes.
        receipts: a file to which each reply adds a line, so that what was paid can be counted.

    Raises:
        InputError: an unknown model.
    """

    def __init__(
        self,
        model_name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        config: GenerateConfig | None = None,
        delay: float = 0.0,
        receipts: str | None = None,
    ) -> None:
        super().__init__(model_name, base_url, api_key, [], config or GenerateConfig())
        if model_name not in MODELS:
            raise InputError(f"no rehearsal model {model_name!r}; there are: {', '.join(MODELS)}")
        self._fails, self._delay, self._receipts = model_name == "nonsense", float(delay), receipts

    @abstractmethod
    def reply(self, messages: list[ChatMessage], asked: str) -> tuple[str, str]:
        """The scripted reply and its receipt, which depend on the conversation and on what is asked alone."""

    async def generate(
        self,
        input: list[ChatMessage],  # noqa: A002  the name is Inspect's
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        """The reply, in time and on the books."""
        del tools, tool_choice
        if self._delay:
            await anyio.sleep(self._delay)
        text, receipt = self.reply(input, config.response_schema.name if config.response_schema else "")
        if self._receipts is not None:
            handle = os.open(self._receipts, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            os.write(handle, f"{receipt}\n".encode())
            os.close(handle)
        output = ModelOutput.from_content(self.model_name, text)
        read, written = len(said(input)) // 4, len(text) // 4
        output.usage = ModelUsage(input_tokens=read, output_tokens=written, total_tokens=read + written)
        return output


def said(messages: list[ChatMessage]) -> str:
    """A conversation as one text, from which a script draws."""
    return "\0".join(message.text for message in messages)
