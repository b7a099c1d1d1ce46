"""The words of an HTML mail, line by line, without what was quoted. Pure."""

from collections import Counter
from html.parser import HTMLParser

_UNSEEN = {"style", "script", "head", "title", "template"}
_BREAKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "table", "ul", "ol", "blockquote", "pre"}
_EMPTY = {"br", "img", "hr", "meta", "link", "input", "col", "area", "base", "embed", "source", "track", "wbr"}
# Where mail programs put the message replied to.
_QUOTES = ("gmail_quote", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote", "divrplyfwdmsg", "appendonsend")


def plain_text(html: str) -> str:
    """The text of a mail in HTML; what its program marks as quoted is left out."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.parts).split("\n")]
    return "\n".join(lines).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unseen: list[str] = []
        self.open: Counter[str] = Counter()  # of `unseen`, which a mail may nest as deep as it likes
        self.over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        marks = " ".join(str(value).lower() for name, value in attrs if name in ("class", "id"))
        quoted = any(mark in marks for mark in _QUOTES)
        if quoted and not self.unseen and tag != "blockquote":
            self.over = True  # these stand at the end: all that follows is older
        if self.unseen or tag in _UNSEEN or tag == "blockquote":
            if tag not in _EMPTY:
                self.unseen.append(tag)
                self.open[tag] += 1
            return
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self.open[tag]:
            last = ""
            while last != tag:
                last = self.unseen.pop()
                self.open[last] -= 1
        elif tag in _BREAKS and tag != "br":
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen and not self.over:
            self.parts.append(data.replace("\n", " "))
