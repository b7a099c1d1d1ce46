"""What is new this week in what customers write: topics whose share rose or fell, and words not heard before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Sum

from cxplatform.stats import anonymity
from cxplatform.stats.proportions import Shift, shifts
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from dashboards.insights.finders import Finder, Found
from dashboards.periods import Period
from surveys.models import Topic, TopicRollup

TOPICS, WORDS = "topic_change", "new_word"
WEEK, BEFORE = timedelta(days=7), timedelta(days=28)
MOST = 8
SHORTEST = 4
_EVERY_TEXT, _COMPANY = 0, 0


@dataclass(frozen=True)
class News:
    """One topic or word: `n` of `of` texts this week, `then` of `then_of` in the four weeks before."""

    topic: int | None
    word: str
    n: int
    of: int
    then: int
    then_of: int
    shift: Shift


def find_topics(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """Topics whose share of the week's texts is another than before, the greatest change first."""
    week, before = _windows(today)
    now, then = _topic_counts(week), _topic_counts(before)
    of, then_of = now.pop(_EVERY_TEXT, 0), then.pop(_EVERY_TEXT, 0)
    known = set(Topic.objects.in_use().values_list("id", flat=True))
    topics = sorted(topic for topic in {*now, *then} & known if _enough(now.get(topic, 0) + then.get(topic, 0), tenant))
    found = shifts([now.get(t, 0) for t in topics], of, [then.get(t, 0) for t in topics], then_of)
    news = [
        News(topic, "", now.get(topic, 0), of, then.get(topic, 0), then_of, shift)
        for topic, shift in zip(topics, found, strict=True)
    ]
    return _told(news, week, courses=("rose", "fell"))


# A word counts once a text, and only where enough different people used it.
_WORDS = """
SELECT word, count(DISTINCT id) FILTER (WHERE fresh), count(DISTINCT id) FILTER (WHERE NOT fresh)
FROM (
    SELECT id, answered_at >= %(week)s AS fresh, coalesce(customer_id, response_id) AS who,
        unnest(string_to_array(btrim(lemmas), ' ')) AS word
    FROM surveys_verbatim
    WHERE tenant_id = %(tenant)s AND answered_at >= %(start)s AND answered_at < %(end)s AND audience = 'customer'
) said
WHERE length(word) >= %(shortest)s
GROUP BY word HAVING count(DISTINCT who) FILTER (WHERE fresh) >= %(minimum)s
"""
_TEXTS = """
SELECT count(*) FILTER (WHERE answered_at >= %(week)s), count(*) FILTER (WHERE answered_at < %(week)s)
FROM surveys_verbatim
WHERE tenant_id = %(tenant)s AND answered_at >= %(start)s AND answered_at < %(end)s AND audience = 'customer'
"""


def find_words(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """Words that the week's texts have more of than those before, the greatest rise first."""
    week, before = _windows(today)
    values: dict[str, Any] = {
        "tenant": active_tenant_id(),
        "start": _moment(before.start, tenant),
        "week": _moment(week.start, tenant),
        "end": _moment(week.end, tenant),
        "shortest": SHORTEST,
        "minimum": max(tenant.anonymity_minimum, anonymity.FLOOR),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS, values)
        of, then_of = cursor.fetchone()
        cursor.execute(_WORDS, values)
        words = cursor.fetchall()
    found = shifts([n for _, n, _ in words], of, [then for _, _, then in words], then_of)
    news = [News(None, word, n, of, then, then_of, shift) for (word, n, then), shift in zip(words, found, strict=True)]
    return _told(news, week, courses=("rose",))


def read(data: Mapping[str, Any]) -> News:
    """What a finder kept."""
    return News(**{**data, "shift": Shift(**data["shift"])})


def _told(news: Sequence[News], week: Period, *, courses: Sequence[str]) -> list[Found]:
    clear = [one for one in news if one.shift.course in courses]
    clear.sort(key=lambda one: -abs(one.shift.difference or 0))
    return [
        Found(data=vars(one) | {"shift": vars(one.shift)}, start=week.start, last=week.last) for one in clear[:MOST]
    ]


def _topic_counts(period: Period) -> dict[int, int]:
    rows = TopicRollup.objects.filter(touchpoint_id=_COMPANY, day__gte=period.start, day__lt=period.end)
    told = rows.values_list("topic_id").annotate(n=Sum(F("negative") + F("neither") + F("positive")))
    return dict(told.order_by("topic_id"))


def _windows(today: date) -> tuple[Period, Period]:
    end = today + timedelta(days=1)
    return Period(end - WEEK, end), Period(end - WEEK - BEFORE, end - WEEK)


def _moment(day: date, tenant: Tenant) -> datetime:
    return datetime.combine(day, time(), tenant.zone)


def _enough(n: int, tenant: Tenant) -> bool:
    return anonymity.enough(n, minimum=tenant.anonymity_minimum)


FINDERS = (Finder(TOPICS, find_topics), Finder(WORDS, find_words))
