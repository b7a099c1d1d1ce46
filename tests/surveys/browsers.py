"""A web shop of another origin, with a strict CSP and a stylesheet that overrides everything."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

_HOSTILE = """
*, *::before { all: unset !important; font-size: 60px !important; animation: none !important }
* { display: none !important; color: #fff !important; font-size: 3px !important; position: static !important }
html, head, body, main, div { display: block !important } head { display: none !important }
div.tall { height: 3000px !important }
cx-survey { opacity: 0 !important; transform: translateX(-9999px) !important; visibility: hidden !important }
button { width: 1px !important } section { all: unset !important }
"""


@pytest.fixture
def shop() -> Iterator[Any]:
    """Serves `page` with `policy` at every address, and its stylesheet."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            css = self.path == "/hostile.css"
            body = (_HOSTILE if css else server.page).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/css" if css else "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", server.policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    class Shop(ThreadingHTTPServer):
        page = policy = ""

        @property
        def origin(self) -> str:
            return f"http://localhost:{self.server_port}"

        def show(self, script: str, body: str = "", language: str = "fi") -> None:
            host = "/".join(script.split("/")[:3])
            self.policy = f"default-src 'none'; script-src {host}; connect-src {host}; style-src 'self'; img-src data:"
            self.page = (
                f'<!doctype html><html lang="{language}"><title>Shop</title><link rel="icon" href="data:,">'
                f'<link rel="stylesheet" href="/hostile.css"><script async src="{script}"></script>'
                f"<body><main>{body}</main>"
            )

    server = Shop(("localhost", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)  # it stops within these seconds
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def until(page: Any, condition: str) -> None:
    """Wait for a condition written in JavaScript: wait_for_function evaluates text, which a strict CSP forbids."""
    tries = "for (let tries = 0; tries < 500; tries++)"
    wait = "await new Promise((next) => setTimeout(next, 20))"
    met = page.evaluate(f"async () => {{ {tries} {{ if ({condition}) return true; {wait} }} return false }}")
    assert met, condition
