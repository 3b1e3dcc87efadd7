"""A local HTTP server that speaks the providers' formats, so that the judge is tested through their real clients."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

USAGE_IN, USAGE_OUT = 100, 50


@dataclass(frozen=True)
class Reply:
    """One scripted reply: a text, a refusal, a cut text, a tool call, or a fault of the wire."""

    kind: str = "text"
    text: str = ""


Script = Callable[[int, str], Reply]
"""From the request's number and the text of its prompt to the reply."""


@dataclass
class Wire:
    """A running server: its address and the bodies it was sent."""

    url: str
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@contextmanager
def wire(script: Script) -> Iterator[Wire]:  # noqa: C901  one handler, one branch per fault
    """Serve a script until the block ends."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                number = len(running.requests)
                running.requests.append((self.path, body))
            reply = script(number, prompt_of(body))
            if reply.kind == "slow":
                time.sleep(0.4)
            if reply.kind == "429":
                self._send(429, {"error": {"type": "rate_limit_error", "message": "slow down"}}, retry_after="0")
            elif reply.kind == "500":
                self._send(500, {"error": {"type": "api_error", "message": "broken"}})
            elif reply.kind == "truncated body":
                self._send(200, b'{"id": "x", "choices": [{"mess')
            elif body.get("stream"):
                self._stream(reply)
            else:
                self._send(200, payload(self.path, reply))

        def _send(self, status: int, content: dict[str, Any] | bytes, retry_after: str | None = None) -> None:
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            if retry_after is not None:
                self.send_header("Retry-After", retry_after)
            self.end_headers()
            self.wfile.write(data)

        def _stream(self, reply: Reply) -> None:
            data = "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in message_events(reply)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Tests read requests, not logs."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running = Wire(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def prompt_of(body: dict[str, Any]) -> str:
    """The last user message of a request, in any of the three formats."""
    turns = body.get("messages") or body.get("input")
    content = next(turn["content"] for turn in reversed(turns) if turn.get("role") == "user")
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def payload(path: str, reply: Reply) -> dict[str, Any]:
    """A reply in the format of the address asked."""
    if path.endswith("/chat/completions"):
        return chat(reply)
    if path.endswith("/responses"):
        return response(reply)
    return message(reply)


def chat(reply: Reply) -> dict[str, Any]:
    """OpenAI chat completions."""
    turn: dict[str, Any] = {"role": "assistant", "content": reply.text, "refusal": None}
    finish = {"length": "length", "tool call": "tool_calls", "refusal": "stop"}.get(reply.kind, "stop")
    if reply.kind == "refusal":
        turn |= {"content": None, "refusal": "I cannot help with that."}
    if reply.kind == "tool call":
        call = {"id": "c1", "type": "function", "function": {"name": "python", "arguments": "{}"}}
        turn |= {"content": None, "tool_calls": [call]}
    return {
        "id": "chat-1",
        "object": "chat.completion",
        "created": 1,
        "model": "judge",
        "choices": [{"index": 0, "message": turn, "finish_reason": finish, "logprobs": None}],
        "usage": {"prompt_tokens": USAGE_IN, "completion_tokens": USAGE_OUT, "total_tokens": USAGE_IN + USAGE_OUT},
    }


def response(reply: Reply) -> dict[str, Any]:
    """OpenAI responses."""
    part: dict[str, Any] = {"type": "output_text", "text": reply.text, "annotations": []}
    if reply.kind == "refusal":
        part = {"type": "refusal", "refusal": "I cannot help with that."}
    item: dict[str, Any] = {
        "type": "message",
        "id": "m1",
        "role": "assistant",
        "status": "completed",
        "content": [part],
    }
    if reply.kind == "tool call":
        item = {
            "type": "function_call",
            "id": "f1",
            "call_id": "c1",
            "name": "python",
            "arguments": "{}",
            "status": "completed",
        }
    cut = reply.kind == "length"
    return {
        "id": "resp-1",
        "object": "response",
        "created_at": 1,
        "model": "judge",
        "status": "incomplete" if cut else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "error": None,
        "instructions": None,
        "metadata": {},
        "output": [item],
        "parallel_tool_calls": False,
        "temperature": 0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1,
        "usage": {
            "input_tokens": USAGE_IN,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": USAGE_OUT,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": USAGE_IN + USAGE_OUT,
        },
    }


def message(reply: Reply) -> dict[str, Any]:
    """Anthropic messages."""
    content: list[dict[str, Any]] = [{"type": "text", "text": reply.text}]
    if reply.kind == "tool call":
        content = [{"type": "tool_use", "id": "c1", "name": "python", "input": {}}]
    stop = {"length": "max_tokens", "refusal": "refusal", "tool call": "tool_use"}.get(reply.kind, "end_turn")
    return {
        "id": "msg-1",
        "type": "message",
        "role": "assistant",
        "model": "judge",
        "content": [] if reply.kind == "refusal" else content,
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": {"input_tokens": USAGE_IN, "output_tokens": USAGE_OUT},
    }


def message_events(reply: Reply) -> Iterator[dict[str, Any]]:
    """Anthropic messages as server-sent events."""
    whole = message(reply)
    yield {"type": "message_start", "message": whole | {"content": [], "stop_reason": None}}
    for index, block in enumerate(whole["content"]):
        empty = block | ({"text": ""} if block["type"] == "text" else {"input": {}})
        yield {"type": "content_block_start", "index": index, "content_block": empty}
        delta = (
            {"type": "text_delta", "text": block["text"]}
            if block["type"] == "text"
            else {"type": "input_json_delta", "partial_json": "{}"}
        )
        yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    yield {
        "type": "message_delta",
        "delta": {"stop_reason": whole["stop_reason"], "stop_sequence": None},
        "usage": {"output_tokens": USAGE_OUT},
    }
    yield {"type": "message_stop"}
