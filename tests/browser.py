"""Real pages in a real browser: fixtures that tests/conftest.py offers to every test."""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

_SWITCHES = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
]


class Connections:
    """The connections that a threading server has open; a page may have left while its request was answered."""

    def __init__(self, server: Any) -> None:
        self.address = server.server_address
        self.open: set[Any] = set()
        self.ended: set[Any] = set()
        self.change = threading.Condition()
        begin, work = server.process_request, server.process_request_thread

        def process_request(request: Any, client: Any) -> None:
            with self.change:
                self.open.add(client)
            begin(request, client)

        def process_request_thread(request: Any, client: Any) -> None:
            try:
                work(request, client)
            finally:
                with self.change:
                    self.open.discard(client)
                    self.ended.add(client)
                    self.change.notify_all()

        server.process_request, server.process_request_thread = process_request, process_request_thread

    def wait_for_end(self) -> None:
        """Return when all of them have ended, and with them what their requests do to the database."""
        with self.change:
            self.ended.clear()  # ports come again
        with socket.create_connection(self.address) as last:
            # Connections are taken in order: when this one has ended, no earlier one still waits to be taken.
            ours = last.getsockname()
        with self.change:
            ended = self.change.wait_for(lambda: ours in self.ended and not self.open, timeout=20)
            assert ended, f"still open: {self.open}"


@pytest.fixture(scope="session")
def live_server(live_server: Any) -> Any:
    """pytest-django's, which knows its `connections`."""
    live_server.connections = Connections(live_server.thread.httpd)
    return live_server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright."""
    from playwright.sync_api import expect, sync_playwright

    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: apt-get install chromium")
        pytest.skip("Chromium is missing: apt-get install chromium")
    # Playwright's loop runs in this thread, which Django would take for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Opens an empty page in a context of its own; an error that a page logs to its console fails the test,
    unless `refusals` are part of it. What a page still asks for at the end of the test is answered within it."""
    contexts, errors = [], []

    def open_page(*, refusals: bool = False, **options: Any) -> Any:
        context = chromium.new_context(**{"viewport": {"width": 360, "height": 740}, "locale": "fi-FI"} | options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        if not refusals:
            page.on("console", lambda message: message.type == "error" and errors.append(message.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    live_server.connections.wait_for_end()
    assert not errors, "\n".join(errors)
