"""What customers who were let down at a touchpoint write about most, and one of them in their own masked words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from dashboards.periods import Period
from surveys.models import Topic, Verbatim
from surveys.models.asking import Audience

LATEST = 300
UNHAPPY = 50.0
SHORTEST, LONGEST = 20, 240


@dataclass(frozen=True)
class Said:
    """`texts` were written by the let down, `about` of them on the `topic` (its id and names), None where no topic is
    told of any. `quote` is the newest of those on it that is neither a word nor a page long, with its text's id."""

    texts: int
    topic: Topic | None
    about: int
    quote: str
    quote_id: str


def words_at(
    touchpoint_id: int, *, period: Period, zone: ZoneInfo, minimum: int, topics: Sequence[Topic]
) -> Said | None:
    """Of the newest texts there in the period; None where fewer than `minimum` of the let down wrote. One query."""
    rows: list[dict[str, Any]] = list(
        Verbatim.objects.filter(
            touchpoint_id=touchpoint_id,
            audience=Audience.CUSTOMER,
            answered_at__gte=datetime.combine(period.start, time(), zone),
            answered_at__lt=datetime.combine(period.end, time(), zone),
        )
        .order_by("-answered_at")
        .values("response_id", "text", "topics", "sentiment", "value")[:LATEST]
    )
    unhappy = [row for row in rows if _let_down(row)]
    if len({row["response_id"] for row in unhappy}) < minimum:
        return None
    known = {str(topic.pk): topic for topic in topics}
    told = Counter(topic for row in unhappy for topic in row["topics"] if topic in known)
    most = max(told, key=lambda topic: (told[topic], topic), default="")
    of_topic = [row for row in unhappy if most in row["topics"]] if most else unhappy
    quoted = next((row for row in of_topic if SHORTEST <= len(row["text"]) <= LONGEST), None)
    return Said(
        texts=len(unhappy),
        topic=known.get(most),
        about=told[most] if most else 0,
        quote=quoted["text"] if quoted else "",
        quote_id=str(quoted["response_id"]) if quoted else "",
    )


def _let_down(row: dict[str, Any]) -> bool:
    """By the answer's own score, else by what the text says."""
    if row["value"] is not None:
        return bool(row["value"] <= UNHAPPY)
    return row["sentiment"] is not None and bool(row["sentiment"] < 0)
