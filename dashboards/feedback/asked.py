"""What is asked of the feedback stream: a frozen value, read from the address and written back to it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxplatform.tenancy.models import Membership
from dashboards.periods import Period
from dashboards.query import BadQuery, Segment, read_choice, read_period, read_segment, read_text
from dashboards.scope import own_units
from dashboards.structure import UNIT, Structure

MOODS: Mapping[str, Lazy] = {
    "good": gettext_lazy("good score"),
    "middling": gettext_lazy("middling score"),
    "bad": gettext_lazy("bad score"),
    "none": gettext_lazy("no score"),
}
"""Classes of an answer's score: of NPS promoters, passives and detractors, of others over 80, from 50, under 50."""
SENTIMENTS: Mapping[str, Lazy] = {
    "positive": gettext_lazy("positive"),
    "neutral": gettext_lazy("neutral"),
    "negative": gettext_lazy("negative"),
    "unknown": gettext_lazy("cannot tell"),
}
MOST_WORDS, SHORTEST_WORD = 6, 2


@dataclass(frozen=True)
class Mark:
    """Where a page of the stream ended."""

    time: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.time.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}_{self.id}"


@dataclass(frozen=True)
class Asked:
    """Journey, touchpoint and channel are slugs, "" = all; `topic` is a topic's id. `period` None is all of time.

    `own_units` are those to which the reader is limited, () = not; the address has no say in it.
    """

    period: Period | None = None
    journey: str = ""
    touchpoint: str = ""
    channel: str = ""
    segment: Segment | None = None
    topic: int | None = None
    score: str = ""
    sentiment: str = ""
    language: str = ""
    words: tuple[str, ...] = ()
    own_units: tuple[str, ...] = ()

    def querystring(self, **changes: Any) -> str:
        """The shortest address that asks the same, with some fields changed: `?topic=3`, or "?"."""
        return f"?{urlencode((replace(self, **changes) if changes else self).parameters())}"

    def parameters(self) -> dict[str, str]:
        """Parameters that say anything; `parse` of them gives this again."""
        given: dict[str, str] = {}
        if self.period:
            given |= {"from": self.period.start.isoformat(), "to": self.period.last.isoformat()}
        names = ("journey", "touchpoint", "channel", "segment", "topic", "score", "sentiment", "language")
        given |= {name: str(value) for name in names if (value := getattr(self, name))}
        return given | ({"q": " ".join(self.words)} if self.words else {})


def parse(given: Mapping[str, str], *, today: date, membership: Membership) -> Asked:
    """What an address asks, within what the member may see. Raises BadQuery naming the parameter."""
    own = own_units(membership)
    segment = read_segment(given)
    if own and segment and (segment.dimension != UNIT or segment.value not in own):
        raise BadQuery("segment", _("You see the results of your own units. Choose one of them."))
    topic = read_text(given, "topic")
    if topic and not (topic.isascii() and topic.isdecimal() and len(topic) < 18):
        raise BadQuery("topic", _("There is no such topic. Choose one from the list."))
    return Asked(
        period=read_period(given, today=today),
        journey=read_text(given, "journey"),
        touchpoint=read_text(given, "touchpoint"),
        channel=read_text(given, "channel"),
        segment=segment,
        topic=int(topic) if topic else None,
        score=read_choice(given, "score", tuple(MOODS), default=""),
        sentiment=read_choice(given, "sentiment", tuple(SENTIMENTS), default=""),
        language=read_text(given, "language")[:10],
        words=_words(read_text(given, "q")),
        own_units=own,
    )


def check(asked: Asked, structure: Structure) -> None:
    """Raises BadQuery for a journey, touchpoint, channel or dimension that is not there."""
    structure.journey(asked.journey)
    structure.channel_id(asked.channel)
    if asked.touchpoint and all(place.slug != asked.touchpoint for place in structure.places.values()):
        raise BadQuery("touchpoint", _("There is no such touchpoint in use. Choose another."))
    if asked.segment and asked.segment.dimension not in structure.dimensions:
        raise BadQuery("segment", _("There is no such dimension. Choose another."))


def read_mark(given: Mapping[str, str], parameter: str) -> Mark | None:
    """A place in the stream, None when absent. Raises BadQuery."""
    text = read_text(given, parameter)
    if not text:
        return None
    try:
        time, id_ = text.split("_")
        at = datetime.fromisoformat(time)
        # Times at the ends of the calendar have no UTC.
        mark = Mark(at.astimezone(UTC), UUID(id_)) if at.tzinfo else None
    except (ValueError, OverflowError):
        mark = None
    if mark is None:
        raise BadQuery(parameter, _("This is not a place in the stream. Begin from the newest."))
    return mark


def _words(text: str) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(re.findall(r"\w[\w'-]*", text.casefold())))
    if len(words) > MOST_WORDS:
        raise BadQuery("q", _("Search by at most %(most)d words.") % {"most": MOST_WORDS})
    if any(len(word) < SHORTEST_WORD for word in words):
        raise BadQuery("q", _("Write at least %(least)d letters of each word.") % {"least": SHORTEST_WORD})
    return words
