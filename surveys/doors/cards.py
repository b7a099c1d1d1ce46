"""A card of size A6 to stand at a till: QR code, short address and code, as SVG or PDF. Pure: no database."""

import io
import unicodedata
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

WIDTH, HEIGHT = 105.0, 148.0  # mm
_MARGIN = 9.0
_QR = 72.0  # mm, with the four quiet modules that the standard asks for
_POINT = 25.4 / 72  # mm
_TYPOGRAPHIC = str.maketrans({"–": "-", "—": "-", "“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "…": "..."})


class NotPrintable(ValueError):
    """A text that the PDF's own typeface has no signs for; the SVG has, as the viewer's typeface draws it."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """What the card says. `colour` and `on_colour` (`#rrggbb`) are of the band with the company's name."""

    company: str
    title: str
    scan: str
    type: str
    code: str
    address: str
    colour: str
    on_colour: str
    language: str


@dataclass(frozen=True)
class _Line:
    """One line of text: its baseline and size in mm."""

    text: str
    y: float
    size: float
    bold: bool = False
    colour: str = "#16191d"


def svg(card: Card) -> str:
    """The card as one SVG that prints at its true size."""
    x, y = _qr_corner(card)
    texts = "".join(
        f'<text x="{WIDTH / 2}" y="{line.y:.2f}" font-size="{line.size:.2f}" fill="{line.colour}"'
        f"{' font-weight=' + chr(34) + '700' + chr(34) if line.bold else ''}>{escape(line.text)}</text>"
        for line in _lines(card)
    )
    path = "".join(f"M{a} {b}h1v1h-1z" for a, b in _dark(card.address))
    side = _QR / _modules(card.address)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}mm" height="{HEIGHT}mm"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}" lang={quoteattr(card.language)}>'
        f"<title>{escape(card.company)}: {escape(card.code)}</title>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f'<rect width="{WIDTH}" height="{_band(card)}" fill="{card.colour}"/>'
        f'<g font-family="Helvetica, Arial, sans-serif" text-anchor="middle">{texts}</g>'
        f'<path transform="translate({x} {y}) scale({side:.5f})" d="{path}" fill="#000" shape-rendering="crispEdges"/>'
        "</svg>"
    )


def pdf(card: Card) -> bytes:
    """The card as one page of PDF. Raises `NotPrintable` for a name outside the Latin alphabet."""
    from fpdf import FPDF

    page = FPDF(unit="mm", format=(WIDTH, HEIGHT))
    page.set_auto_page_break(False)
    page.set_title(_latin(f"{card.company}: {card.code}"))
    page.set_lang(card.language)
    page.add_page()
    page.set_fill_color(card.colour)
    page.rect(0, 0, WIDTH, _band(card), style="F")
    for line in _lines(card):
        page.set_font("Helvetica", "B" if line.bold else "", line.size / _POINT)
        page.set_text_color(line.colour)
        text = _latin(line.text)
        page.text((WIDTH - page.get_string_width(text)) / 2, line.y, text)
    x, y = _qr_corner(card)
    side = _QR / _modules(card.address)
    page.set_fill_color("#000000")
    for a, b in _dark(card.address):
        # A hair wider than it is: neighbours must touch on every printer.
        page.rect(x + a * side, y + b * side, side + 0.02, side + 0.02, style="F")
    out = io.BytesIO()
    page.output(out)
    return out.getvalue()


def _band(card: Card) -> float:
    return 10.0 + 6.5 * len(_wrap(card.company, size=5.2, bold=True))


def _qr_corner(card: Card) -> tuple[float, float]:
    return (WIDTH - _QR) / 2, _above(card)[1]


def _lines(card: Card) -> list[_Line]:
    above, y = _above(card)
    lines = [*above]
    y += _QR + 5.0
    for text in _wrap(card.type, size=3.9):
        lines.append(_Line(text, y, 3.9))
        y += 5.2
    lines.append(_Line(card.code, y + 5.0, 9.0, bold=True))
    return lines


def _above(card: Card) -> tuple[list[_Line], float]:
    """The lines over the QR code, and where it begins."""
    lines, y = [], 9.5
    for text in _wrap(card.company, size=5.2, bold=True):
        lines.append(_Line(text, y, 5.2, bold=True, colour=card.on_colour))
        y += 6.5
    y = _band(card) + 10.0
    for text in _wrap(card.title, size=7.0, bold=True):
        lines.append(_Line(text, y, 7.0, bold=True))
        y += 8.0
    y -= 1.0
    for text in _wrap(card.scan, size=3.9):
        lines.append(_Line(text, y, 3.9))
        y += 5.2
    return lines, y - 3.0


def _wrap(text: str, *, size: float, bold: bool = False, most: int = 2) -> list[str]:
    """Lines that fit between the margins; the last of `most` ends in an ellipsis where there is more."""
    from fpdf import FPDF

    ruler = FPDF(unit="mm")
    ruler.set_font("Helvetica", "B" if bold else "", size / _POINT)

    def fits(line: str) -> bool:
        # Signs that the ruler has not are about as wide as an n.
        known = "".join(sign if ord(sign) < 256 else "n" for sign in line)
        return bool(ruler.get_string_width(known) <= WIDTH - 2 * _MARGIN)

    lines: list[str] = []
    for word in text.split():
        if lines and fits(f"{lines[-1]} {word}"):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]} …"]
    for place, line in enumerate(lines):
        while len(line) > 2 and not fits(line):
            line = line[:-2].rstrip() + "…"
        lines[place] = line
    return lines


def _matrix(address: str) -> tuple[bytearray, ...]:
    import segno

    return tuple(segno.make(address, error="m", micro=False).matrix)


def _modules(address: str) -> int:
    return len(_matrix(address)) + 8


def _dark(address: str) -> list[tuple[int, int]]:
    """Column and row of each dark module, the quiet zone included."""
    return [(x + 4, y + 4) for y, row in enumerate(_matrix(address)) for x, dark in enumerate(row) if dark]


def _latin(text: str) -> str:
    """The text in Latin-1, accents that it has not left out."""
    signs = []
    for sign in text.translate(_TYPOGRAPHIC):
        if ord(sign) > 255:
            sign = unicodedata.normalize("NFKD", sign).encode("latin-1", "ignore").decode("latin-1")
            if not sign.strip():
                raise NotPrintable(text)
        signs.append(sign)
    return "".join(signs)
