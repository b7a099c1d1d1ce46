"""Real pages in a real browser: fixtures that tests/conftest.py offers to every test."""

import os
import shutil
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


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: apt-get install chromium")
        pytest.skip("Chromium is missing: apt-get install chromium")
    # Playwright's loop runs in this thread, which Django would take for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens an empty page in a context of its own; an error that a page logs to its console fails the test,
    unless `refusals` are part of it."""
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
    assert not errors, "\n".join(errors)
