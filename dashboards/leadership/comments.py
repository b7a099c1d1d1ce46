"""What customers wrote, newest first, without what tells who wrote it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from cxplatform.stats.metrics import Metric, value_of
from dashboards.periods import Period
from dashboards.query import Query
from dashboards.structure import UNIT, Structure
from surveys.models import Response
from surveys.unsolicited import COLLECTED_BY

MOST = 20

# What may point at a person in a free text. Names cannot be found by a pattern; the rest can.
_MASKS = (
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    re.compile(r"https?://\S+"),
    re.compile(r"\b\d{6}[-+ABCDEFUVWXY]\d{3}[0-9A-Z]\b", re.IGNORECASE),  # Finnish identity code
    re.compile(r"\b\d{6,8}[-+]\d{4}\b"),  # Swedish personal number
    re.compile(r"\b[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,4})?\b"),  # IBAN
    re.compile(r"\b[A-ZÅÄÖ]{2,3}-\d{1,3}\b"),  # number plate
    re.compile(r"(?<!\w)\+?\d(?:[ ().-]?\d){5,}"),  # telephone, customer and order numbers
)
_MASKED = "•••"


@dataclass(frozen=True)
class Comment:
    """One answer's own words, masked; `value` is the answer to the page's metric where it was given.

    Unsolicited feedback has a `source` and maybe a `link` and a `rating` on its own scale ("4 (1-5)").
    """

    day: date
    texts: tuple[str, ...]
    value: int | None
    source: str = ""
    link: str = ""
    rating: str = ""


def mask(text: str) -> str:
    """The text without addresses, numbers and codes that point at a person."""
    for pattern in _MASKS:
        text = pattern.sub(_MASKED, text)
    return text


def newest(
    *,
    touchpoint_id: int,
    of: Metric,
    query: Query,
    structure: Structure,
    zone: ZoneInfo,
    unit_ids: Sequence[int],
) -> list[Comment]:
    """The newest comments of a touchpoint in the query's period, channel and segment. One query.

    `unit_ids` are the reader's own units, empty = all: a unit manager reads what is said of their own.
    """
    start, end = _moments(query.period, zone)
    rows = Response.objects.filter(
        touchpoint_id=touchpoint_id, answered_at__gte=start, answered_at__lt=end, audience="customer", is_test=False
    ).exclude(texts={})
    channel_id = structure.channel_id(query.channel)
    if channel_id is not None:
        rows = rows.filter(channel_id=channel_id)
    if unit_ids:
        rows = rows.filter(unit_id__in=unit_ids)
    if query.segment:
        dimension, value = query.segment.dimension, query.segment.value
        rows = rows.filter(unit_id=value) if dimension == UNIT else rows.filter(dimensions__contains={dimension: value})
    columns = ("answered_at", "collected_by", "answers", "texts", "scores")
    return [
        _unsolicited(answered_at.astimezone(zone).date(), answers, texts)
        if collected_by == COLLECTED_BY
        else Comment(
            day=answered_at.astimezone(zone).date(),
            texts=tuple(mask(text) for text in texts.values() if isinstance(text, str) and text.strip()),
            value=None if of.choices or of.name not in scores else value_of(of, int(scores[of.name])),
        )
        for answered_at, collected_by, answers, texts, scores in rows.order_by("-answered_at").values_list(*columns)[
            :MOST
        ]
    ]


def _unsolicited(day: date, answers: Mapping[str, Any], texts: Mapping[str, str]) -> Comment:
    """Its author's name stays with the source: the link leads there."""
    rating = answers.get("rating")
    return Comment(
        day=day,
        texts=(mask(texts["text"]),) if texts.get("text") else (),
        value=None,
        source=str(answers.get("source", "")),
        link=texts.get("link", ""),
        rating="" if rating is None else f"{rating:g} ({answers.get('rating_scale', '')})",
    )


def _moments(period: Period, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return datetime.combine(period.start, time(), zone), datetime.combine(period.end, time(), zone)
