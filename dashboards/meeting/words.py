"""What customers said, taken out of a kept page: their words stay where an erasure finds them."""

from html.parser import HTMLParser
from typing import Any

_QUOTES = frozenset({"q", "blockquote"})
CHAIR = "chair"


class _WithoutQuotes(HTMLParser):
    """Gives the HTML again, without quotations and what is inside them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.kept: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in _QUOTES:
            self.depth += 1
        else:
            self._keep(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        if tag not in _QUOTES:
            self._keep(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _QUOTES:
            self.depth = max(0, self.depth - 1)
        else:
            self._keep(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._keep(f"&#{name};")

    def _keep(self, text: str) -> None:
        if not self.depth:
            self.kept.append(text)


def without_quotes(html: str) -> str:
    """HTML of our own templates less every <q> and <blockquote>: there and nowhere else stand customers' words."""
    parser = _WithoutQuotes()
    parser.feed(html)
    parser.close()
    return "".join(parser.kept)


def without_words(page: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """A meeting's page less what customers said: the chair's step, which is one customer's case, is left empty, and
    quotations are cut."""
    return {
        language: {step: "" if step == CHAIR else without_quotes(html) for step, html in steps.items()}
        for language, steps in page.items()
    }
