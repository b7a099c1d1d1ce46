"""The opening hours of one day as people write them, to what the models keep and back."""

import re
from collections.abc import Iterable
from itertools import pairwise

from django.utils.translation import gettext as _

_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")


def read_spans(text: str) -> list[list[str]]:
    """The ranges of one day: "8-16" or "08:00-12:00, 13-17:30"; empty = closed. Raises ValueError saying how."""
    ranges = []
    for part in filter(None, (part.strip() for part in re.split(r"[,;]", text))):
        ends = [_TIME.fullmatch(end.strip()) for end in re.split(r"[-–]", part)]
        if len(ends) != 2 or not all(ends):
            raise ValueError(_("“%s” is not a time span. Write 8-16 or 08:00-16:30, several with a comma.") % part)
        opens, closes = (f"{int(end[1]):02}:{end[2] or '00'}" for end in ends if end)
        if not opens < closes <= "24:00" or opens[3:] > "59" or closes[3:] > "59":
            raise ValueError(_("“%s”: the day opens before it closes, between 0:00 and 24:00.") % part)
        ranges.append([opens, closes])
    ranges.sort()
    for (_first, closes), (opens, _last) in pairwise(ranges):
        if opens < closes:
            raise ValueError(_("The spans overlap at %s. Make one of them.") % opens)
    return ranges


def write_spans(ranges: Iterable[Iterable[str]]) -> str:
    return ", ".join("–".join(ends) for ends in ranges)
