"""Real pages in a real browser: fixtures that tests/conftest.py offers to every test."""

import contextlib
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe

_SWITCHES = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--in-process-gpu",
    "--renderer-process-limit=1",  # pages of one site share a process as it is; a new one reads every script anew
]
_PATIENCE = 30_000  # milliseconds: the first page of a process reads all its templates, beside other processes


class Connections:
    """The connections that a threading server has open; a page may have left while its request was answered."""

    def __init__(self, server: Any) -> None:
        self.address = server.server_address
        self.open: dict[Any, socket.socket] = {}
        self.ended: set[Any] = set()
        self.change = threading.Condition()
        begin, work = server.process_request, server.process_request_thread

        def process_request(request: Any, client: Any) -> None:
            with self.change:
                self.open[client] = request
            begin(request, client)

        def process_request_thread(request: Any, client: Any) -> None:
            try:
                work(request, client)
            finally:
                with self.change:
                    self.open.pop(client, None)
                    self.ended.add(client)
                    self.change.notify_all()

        server.process_request, server.process_request_thread = process_request, process_request_thread

    def wait_for_end(self) -> None:
        """Return when all of them have ended, and with them what their requests do to the database.

        A browser keeps its connections for the next page: no more is read from them, so that they end when
        what was asked for is answered.
        """
        with self.change:
            self.ended.clear()  # ports come again
        with socket.create_connection(self.address) as last:
            # Connections are taken in order: when this one has ended, no earlier one still waits to be taken.
            ours = last.getsockname()
        with self.change:
            assert self.change.wait_for(lambda: ours in self.ended, timeout=20), "the live server takes no connection"
            for request in self.open.values():
                with contextlib.suppress(OSError):  # the browser has ended it
                    request.shutdown(socket.SHUT_RD)
            assert self.change.wait_for(lambda: not self.open, timeout=20), f"still open: {self.open}"


LOOKS = (("light", 1280), ("dark", 360))
THUMB = (("light", 360), ("dark", 360))  # customers' pages
# A chart is drawn anew some frames after its window has another width.
_FITS = """() => new Promise(told => {
    let frames = 0;
    const look = () => {
        const fits = document.documentElement.scrollWidth <= innerWidth;
        if (fits || ++frames > 120) told(fits);
        else requestAnimationFrame(look);
    };
    look();
})"""
# One scrolls aside where a cell of it is wider than a phone, or its style is not there; its parts have roles of theirs,
# as a screen reader may no longer take it for a table.
_STACKED = """innerWidth > 640 || [...document.querySelectorAll(".table-scroll:has(> .row-blocks)")].every(
    around => around.scrollWidth <= around.clientWidth + 1 && around.querySelector("td")?.role !== null)"""

# What another colour or width can change: what is seen only there (a menu, a picture) has its names asked there too.
_OF_LOOKS = [
    "aria-command-name", "aria-hidden-focus", "aria-input-field-name", "aria-toggle-field-name", "button-name",
    "color-contrast", "css-orientation-lock", "empty-heading", "heading-order", "image-alt", "input-button-name",
    "label", "link-in-text-block", "link-name", "nested-interactive", "page-has-heading-one", "region", "role-img-alt",
    "scrollable-region-focusable", "select-name", "summary-name", "svg-img-alt", "target-size",
]  # fmt: skip

# Each of axe's colours keeps its nine parts in as many WeakMaps, and each colour of each text is read by a library of
# colours anew: together half of its time. And a text of one letter, or one where something has an ornament before or
# after it, it leaves to people by itself.
_AXE = f"""((WeakMap, WeakSet) => {{
    {Axe().axe_script}
    const color = axe.commons.color.Color.prototype, parse = color.parseString, read = new Map();
    color.parseString = function (text) {{
        if (read.has(text)) [this.r, this.g, this.b, this.alpha] = read.get(text);
        else read.set(text, (({{r, g, b, alpha}}) => [r, g, b, alpha])(parse.call(this, text)));
        return this;
    }};
    axe.configure({{checks: [{{id: "color-contrast", options: {{
        ...axe._audit.checks["color-contrast"].options, ignoreLength: true, ignorePseudo: true,
    }}}}]}});
}})(class {{
    key = Symbol();
    has(of) {{ return this.key in of; }}
    get(of) {{ return of[this.key]; }}
    set(of, value) {{ of[this.key] = value; return this; }}
}}, class {{
    key = Symbol();
    has(one) {{ return this.key in one; }}
    add(one) {{ one[this.key] = true; return this; }}
}})"""
_JUDGED = f"""async ([within, options]) => {{
    const {{violations}} = await axe.run(within || document, options);
    return {{violations, fits: await ({_FITS})(), stacked: {_STACKED}}};
}}"""


def readable(
    page: Any, name: str = "", *, looks: tuple[tuple[str, int], ...] = LOOKS, within: str | list[str] | None = None
) -> None:
    """The page, loaded once, can be read by anybody in each of these looks (colours, width in pixels): nothing that
    axe finds, and nothing beyond the edge. It stays in the last of them. With CX_PICTURES=folder a picture of each."""
    for number, (scheme, width) in enumerate(looks):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # colours change at once
        page.set_viewport_size({"width": width, "height": page.viewport_size["height"]})
        accessible(page, f"{name}-{width}", within=within, again=number > 0)


def accessible(page: Any, name: str = "", *, within: str | list[str] | None = None, again: bool = False) -> None:
    """`readable` as it stands now; `again` asks only what may have changed since all was asked of the same page."""
    page.wait_for_load_state()  # a click waits for the next page's beginning alone
    if folder := os.environ.get("CX_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    if not page.evaluate("Boolean(window.axe)"):
        # Not by page.evaluate(): what the browser itself evaluates it compiles once, what a page does in every page.
        tools = page.context.new_cdp_session(page)
        tools.send("Runtime.evaluate", {"expression": _AXE})
        tools.detach()
    rules = (
        {"runOnly": {"type": "rule", "values": _OF_LOOKS}} if again else {"rules": {"target-size": {"enabled": True}}}
    )
    judged = page.evaluate(_JUDGED, [within, {"resultTypes": ["violations"]} | rules])
    found = AxeResults(judged)
    assert found.violations_count == 0, f"{name} {found.generate_report()}"
    assert judged["fits"], f"{name} is wider than its window"
    assert judged["stacked"], f"{name} has a table whose rows should stand as blocks, and scrolls aside"


@pytest.fixture(scope="session")
def live_server(live_server: Any) -> Any:
    """pytest-django's, which knows its `connections`."""
    live_server.connections = Connections(live_server.thread.httpd)
    return live_server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright: the one without windows if it is there, for two thirds of the cost."""
    from playwright.sync_api import expect, sync_playwright

    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: apt-get install chromium-headless-shell")
        pytest.skip("Chromium is missing: apt-get install chromium-headless-shell")
    # Playwright's loop runs in this thread, which Django would take for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_SWITCHES)
        yield browser
        browser.close()


class Tabs:
    """The tabs of one browser, used again: a new one costs as much as five pages do, as it reads every script anew.

    Each has a context of its own, in which nothing of an earlier test is left when it is given out.
    """

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self.free: dict[str, list[Any]] = {}
        self.kinds: dict[Any, str] = {}

    def take(self, viewport: dict[str, int], look: dict[str, str], options: dict[str, Any]) -> Any:
        """An empty page with these `options` of a context, which cannot be changed later as the others can."""
        kind = repr(sorted(options.items()))
        if free := self.free.setdefault(kind, []):
            page = free.pop()
        else:
            page = self.browser.new_context(viewport=viewport, **options).new_page()
            self.kinds[page] = kind
        page.set_viewport_size(viewport)
        page.emulate_media(media="null", **_LOOK | look)
        page.set_default_timeout(_PATIENCE)
        return page

    def give_back(self, page: Any) -> None:
        for other in page.context.pages:
            if other != page:
                other.close()
        if page.url.startswith("http"):
            page.evaluate("localStorage.clear(), sessionStorage.clear()")
        page.goto("about:blank")
        page.context.clear_cookies()
        self.free[self.kinds[page]].append(page)


_LOOK = {"color_scheme": "light", "reduced_motion": "no-preference"}


@pytest.fixture(scope="session")
def tabs(chromium: Any) -> Tabs:
    return Tabs(chromium)


@pytest.fixture
def browse(chromium: Any, tabs: Tabs, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Opens an empty page that shares nothing with another; an error that a page logs to its console fails the
    test, unless `refusals` are part of it. What a page still asks for at the end of the test is answered within it.
    Who `lasts` beyond the page, as a service worker does, or cuts its network off, has a context made for it.
    """
    contexts, pages, errors = [], [], []

    def open_page(*, refusals: bool = False, lasts: bool = False, **options: Any) -> Any:
        options = {"viewport": {"width": 360, "height": 740}, "locale": "fi-FI"} | options
        if lasts:
            contexts.append(chromium.new_context(**options))
            page = contexts[-1].new_page()
            page.set_default_timeout(_PATIENCE)
        else:
            look = {name: options.pop(name) for name in _LOOK if name in options}
            page = tabs.take(options.pop("viewport"), look, options)
        heard = {"pageerror": lambda error: errors.append(str(error))}
        if not refusals:
            heard["console"] = lambda message: message.type == "error" and errors.append(message.text)
        for what, hear in heard.items():
            page.on(what, hear)
        pages.append((page, lasts, heard))
        return page

    yield open_page
    for page, lasts, heard in pages:
        for what, hear in heard.items():
            page.remove_listener(what, hear)
        if not lasts:
            tabs.give_back(page)
    for context in contexts:
        context.close()
    live_server.connections.wait_for_end()
    assert not errors, "\n".join(errors)
