"""Real endpoints on this machine for what is posted."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


class Receiver(ThreadingHTTPServer):
    """A real endpoint on this machine: answers with `statuses` in turn, the last one for good; keeps what came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statuses = [204]
        self.headers: dict[str, str] = {}
        self.body = b""
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.before: Callable[[], object] = lambda: None
        self.came = threading.Semaphore(0)  # once for each that came

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hooks"

    def types(self) -> list[str]:
        return [json.loads(body)["data"]["n"] for _, body in self.got]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.before()
        self.server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.server.came.release()
        statuses = self.server.statuses
        self.send_response(statuses.pop(0) if len(statuses) > 1 else statuses[0])
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def receivers(settings: Any) -> Iterator[list[Receiver]]:
    settings.WEBHOOKS_INSIDE = True
    found = [Receiver() for _ in range(2)]
    for each in found:
        threading.Thread(target=each.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield found
    for each in found:
        each.shutdown()
        each.server_close()
