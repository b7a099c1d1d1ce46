"""How sure topics are told and how often they come up: what the topics page and the API say of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Sum
from django.utils.translation import get_language

from cxplatform.stats.intervals import wilson
from surveys.models import Teller, Topic, TopicRollup
from surveys.texts import teach
from surveys.texts.training import TEACH

DAYS = 90


@dataclass(frozen=True)
class Share:
    """A share in per cent, its 95 % interval, and of how many."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class TopicRow:
    """A topic as the page lists it. `f1` (0..100, with its interval) is cross-validated on its examples, None before
    it was taught enough; `lacking` examples are to be given before it learns from them. `share` of recent texts is
    about it, `negative` of those feel bad; both None where too few texts would be shown."""

    topic: Topic
    name: str
    examples: int
    about: int
    lacking: int
    f1: Share | None
    share: Share | None
    negative: Share | None


@dataclass(frozen=True)
class Sureness:
    """All topics, how sure feelings are told, and whether something taught still waits for being learnt."""

    topics: tuple[TopicRow, ...]
    feelings: Share | None
    told: float | None
    waits: bool
    figures: Mapping[str, Any]


def name_of(topic: Topic, language: str | None = None) -> str:
    """A topic's name in a language, the reader's unless told."""
    return str(topic.names.get((language or get_language() or "en")[:2]) or topic.name)


def sureness(*, today: date, minimum: int) -> Sureness:
    """Of the active tenant's topics in use; groups under `minimum` texts are hidden. Four queries."""
    teller = Teller.objects.defer("weights").first()
    figures: Mapping[str, Any] = teller.figures if teller else {}
    taught = teach.taught_counts()
    counts = _counts(today)
    every = sum(counts.get(0, (0, 0, 0)))
    rows = []
    for topic in Topic.objects.in_use():
        n, about = taught.get(topic.pk, (0, 0))
        told = figures.get("topics", {}).get(str(topic.pk), {})
        bins = counts.get(topic.pk, (0, 0, 0))
        here = sum(bins)
        shown = every >= minimum and not 0 < here < minimum
        rows.append(
            TopicRow(
                topic=topic,
                name=name_of(topic),
                examples=n,
                about=about,
                lacking=max(0, TEACH - n),
                f1=_of_hundred(told, "f1", told.get("examples", 0)) if "f1" in told else None,
                share=_share(here, every) if shown else None,
                negative=_share(bins[0], here) if shown and here else None,
            )
        )
    felt: dict[str, float] | None = figures.get("sentiment")
    return Sureness(
        topics=tuple(sorted(rows, key=lambda row: row.name.casefold())),
        feelings=_of_hundred(felt, "right", round(felt["n"] * felt["told"])) if felt else None,
        told=100 * felt["told"] if felt else None,
        waits=bool(teller and teller.taught_at and teller.trained_at and teller.taught_at > teller.trained_at),
        figures=figures,
    )


def _counts(today: date) -> dict[int, tuple[int, int, int]]:
    """By topic the recent texts that feel bad, neither and good; 0 is every text. Reads days of the total only."""
    rows = TopicRollup.objects.filter(touchpoint_id=0, day__gt=today - timedelta(days=DAYS), day__lte=today)
    summed = rows.values_list("topic_id").annotate(Sum("negative"), Sum("neither"), Sum("positive"))
    return {topic_id: (a, b, c) for topic_id, a, b, c in summed.order_by("topic_id")}


def _share(part: int, n: int) -> Share:
    low, high = wilson(part, n)
    return Share(100 * part / n, 100 * float(low), 100 * float(high), n)


def _of_hundred(told: Mapping[str, Any], name: str, n: int) -> Share:
    return Share(100 * told[name], 100 * told["low"], 100 * told["high"], n)
