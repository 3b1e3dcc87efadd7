"""A local server for the batch interfaces of OpenAI and Anthropic: files, batches, results, one poll late."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from judge.wire import Reply, chat, message

Script = Callable[[dict[str, Any]], Reply]
"""From the body of one request of a batch to its reply."""


@dataclass
class BatchWire:
    """A running server: its address, the batches it got, and the polls of each."""

    url: str
    batches: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    polls: dict[str, int] = field(default_factory=dict)


@contextmanager
def batch_wire(script: Script) -> Iterator[BatchWire]:  # noqa: C901  one handler, one branch per address
    """Serve a script until the block ends."""
    files: dict[str, list[dict[str, Any]]] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path.endswith("/files"):
                name = f"file-{len(files)}"
                files[name] = [json.loads(line) for line in data.split(b"\n") if line.startswith(b'{"custom_id"')]
                facts = {"object": "file", "bytes": len(data), "created_at": 1, "filename": "b", "purpose": "batch"}
                self._send({"id": name, "status": "processed", **facts})
                return
            given = json.loads(data)
            name = f"batch_{len(running.batches)}"
            running.batches[name] = given["requests"] if "requests" in given else files[given["input_file_id"]]
            self._send(self._batch(name))

        def do_GET(self) -> None:
            parts = self.path.strip("/").split("/")
            if parts[-1] == "content":
                lines = [self._line(one) for one in running.batches[parts[-2].removeprefix("out-")]]
                self._send("".join(json.dumps(line) + "\n" for line in lines).encode())
            elif parts[-1] == "results":
                lines = [self._result(one) for one in running.batches[parts[-2]]]
                self._send("".join(json.dumps(line) + "\n" for line in lines).encode())
            else:
                running.polls[parts[-1]] = running.polls.get(parts[-1], 0) + 1
                self._send(self._batch(parts[-1]))

        def _batch(self, name: str) -> dict[str, Any]:
            ready, count = running.polls.get(name, 0) > 1, len(running.batches[name])
            if "messages" in self.path:
                counts = {"processing": 0 if ready else count, "succeeded": count if ready else 0}
                return {
                    "id": name,
                    "type": "message_batch",
                    "processing_status": "ended" if ready else "in_progress",
                    "request_counts": counts | {"errored": 0, "canceled": 0, "expired": 0},
                    "created_at": "2026-01-01T00:00:00Z",
                    "expires_at": "2026-01-02T00:00:00Z",
                    "results_url": f"{running.url}/v1/messages/batches/{name}/results" if ready else None,
                }
            return {
                "id": name,
                "object": "batch",
                "endpoint": "/v1/chat/completions",
                "completion_window": "24h",
                "created_at": 1,
                "input_file_id": "file-0",
                "status": "completed" if ready else "in_progress",
                "output_file_id": f"out-{name}" if ready else None,
                "request_counts": {"total": count, "completed": count if ready else 0, "failed": 0},
            }

        @staticmethod
        def _line(request: dict[str, Any]) -> dict[str, Any]:
            reply = script(request["body"])
            if reply.kind == "500":
                return {"custom_id": request["custom_id"], "error": {"code": 500, "message": "broken"}}
            return {
                "custom_id": request["custom_id"],
                "response": {"status_code": 200, "body": chat(reply)},
                "error": None,
            }

        @staticmethod
        def _result(request: dict[str, Any]) -> dict[str, Any]:
            reply = script(request["params"])
            if reply.kind == "500":
                fault = {"type": "error", "error": {"type": "api_error", "message": "broken"}}
                return {"custom_id": request["custom_id"], "result": {"type": "errored", "error": fault}}
            return {"custom_id": request["custom_id"], "result": {"type": "succeeded", "message": message(reply)}}

        def _send(self, content: dict[str, Any] | bytes) -> None:
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json" if isinstance(content, dict) else "application/x-jsonl")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Tests read batches, not logs."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running = BatchWire(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
