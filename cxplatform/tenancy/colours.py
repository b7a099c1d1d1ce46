"""A company's own colour, made readable on the house's grounds."""

from dataclasses import dataclass
from functools import lru_cache

# The grounds of static/css/tokens.css, and the least contrast of text on them (WCAG 2.2, 1.4.3).
LIGHT_GROUND, DARK_GROUND = "#ffffff", "#15181c"
READABLE = 4.5

_Rgb = tuple[float, float, float]


@dataclass(frozen=True)
class Accent:
    """The brand colour as text and as a ground of text, in light and in dark; all `#rrggbb`."""

    light: str
    on_light: str
    dark: str
    on_dark: str


@lru_cache(maxsize=256)
def accent(brand: str) -> Accent:
    """The nearest shades of `brand` (`#rrggbb`) that reach 4.5:1 on either ground, and the text to put on them."""
    light = _readable(brand, ground=LIGHT_GROUND, towards=(0, 0, 0))
    dark = _readable(brand, ground=DARK_GROUND, towards=(255, 255, 255))
    return Accent(light=light, on_light=_text_on(light), dark=dark, on_dark=_text_on(dark))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    high, low = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _readable(colour: str, *, ground: str, towards: _Rgb) -> str:
    start = _rgb(colour)
    for percent in range(0, 101, 2):
        shade = _hex(tuple(a + (b - a) * percent / 100 for a, b in zip(start, towards, strict=True)))
        if contrast(shade, ground) >= READABLE:
            return shade
    return _hex(towards)


def _text_on(ground: str) -> str:
    return max(LIGHT_GROUND, "#101214", key=lambda text: contrast(text, ground))


def _luminance(rgb: _Rgb) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (channel / 255 for channel in rgb)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _rgb(colour: str) -> _Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(rgb: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(channel):02x}" for channel in rgb)
