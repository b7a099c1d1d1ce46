"""Respondents' own answers side by side: what drivers are worked out from. For workers; no page reads these."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from django.db import connection

from cxplatform.ids import as_array
from cxplatform.stats.drivers import MOST, Floats
from cxplatform.stats.metrics import METRICS, metric
from dashboards.periods import Period

OVERALL = ("nps/0-10", "nps/1-10", "csat/1-10", "csat/1-5")
"""Questions whose answer may be the whole that others go with, the first asked of most."""
_NOT_DRIVERS = {"nps", "csat", "faces", "importance", "competitors", "fixed"}
MOST_PEOPLE, MOST_ANSWERS, MOST_SURVEYS = 20_000, 20_000, 5
# How many of the newest answers are looked through: ids are in the order of arrival, so that is one range of the key.
NEWEST = 1_000_000

# Read once, as a range of the key from its end; who answered twice is taken by the latest answer.
_OVERALL = """
SELECT DISTINCT ON (customer_id) customer_id, answered_at, (scores ->> %(metric)s)::int
FROM (
    SELECT customer_id, answered_at, scores, wave, is_test, audience FROM surveys_response
    ORDER BY tenant_id DESC, id DESC LIMIT %(newest)s
) recent
WHERE wave <> '' AND wave NOT LIKE '%%:%%' AND customer_id IS NOT NULL AND audience = 'customer' AND NOT is_test
    AND answered_at >= %(since)s AND answered_at < %(until)s AND scores ? %(metric)s
ORDER BY customer_id, answered_at DESC
LIMIT %(most)s
"""
_ASKED = """
SELECT name, count(*) FROM (
    SELECT scores, wave, customer_id, audience, is_test, answered_at FROM surveys_response
    ORDER BY tenant_id DESC, id DESC LIMIT %(newest)s
) recent CROSS JOIN unnest(%(metrics)s::text[]) AS m (name)
WHERE wave <> '' AND wave NOT LIKE '%%:%%' AND customer_id IS NOT NULL AND audience = 'customer' AND NOT is_test
    AND answered_at >= %(since)s AND answered_at < %(until)s AND scores ? name
GROUP BY name
"""
# By response_by_customer, a customer at a time: what they had answered about encounters before they gave the whole.
_BEFORE = """
SELECT o.place, r.touchpoint_id, r.bin FROM unnest(%(customers)s::uuid[], %(times)s::timestamptz[])
    WITH ORDINALITY AS o (customer_id, answered_at, place)
CROSS JOIN LATERAL (
    SELECT touchpoint_id, (scores ->> %(metric)s)::int AS bin FROM surveys_response
    WHERE customer_id = o.customer_id AND wave = '' AND audience = 'customer' AND NOT is_test
        AND touchpoint_id = ANY(%(touchpoints)s) AND answered_at <= o.answered_at
        AND answered_at > o.answered_at - interval '365 days' AND scores ? %(metric)s
    ORDER BY answered_at DESC LIMIT 50
) r
"""
_WITHIN = """
SELECT survey_id, scores FROM (
    SELECT survey_id, scores, wave, audience, is_test, answered_at FROM surveys_response
    ORDER BY tenant_id DESC, id DESC LIMIT %(newest)s
) recent
WHERE wave = '' AND audience = 'customer' AND NOT is_test AND answered_at >= %(since)s AND answered_at < %(until)s
LIMIT %(most)s
"""


@dataclass(frozen=True)
class Sample:
    """`x` [respondents, keys] and `y` [respondents] on 0-100, nan = not answered. `overall` is the metric of y and
    `metric` that of x, "" where each key is a metric itself. `survey_id` is None across surveys."""

    keys: tuple[str, ...]
    x: Floats
    y: Floats
    overall: str
    metric: str = ""
    survey_id: int | None = None


def across_touchpoints(*, name: str, touchpoints: Mapping[int, int], period: Period, zone: ZoneInfo) -> Sample | None:
    """Customers who answered a relationship survey: what they say of the whole, beside the mean of what they had
    answered at each touchpoint in the year before.

    `name` is the metric asked at touchpoints; `touchpoints` gives how many answered it at each: of many the most
    answered are taken. None where nobody was asked about the whole. Three queries.
    """
    values: dict[str, Any] = {**_between(period, zone), "newest": NEWEST}
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, values | {"metrics": list(OVERALL)})
        asked = dict(cursor.fetchall())
        overall = max(asked, key=lambda one: (asked[one], -OVERALL.index(one)), default="")
        if not overall:
            return None
        cursor.execute(_OVERALL, values | {"metric": overall, "most": MOST_PEOPLE})
        people = cursor.fetchall()
        chosen = sorted(touchpoints, key=lambda place: -touchpoints[place])[:MOST]
        cursor.execute(
            _BEFORE,
            {
                "customers": as_array(customer for customer, _, _ in people),
                "times": [at for _, at, _ in people],
                "metric": name,
                "touchpoints": chosen,
            },
        )
        before = cursor.fetchall()
    normal = _normal(name)
    total, n = np.zeros((len(people), len(chosen))), np.zeros((len(people), len(chosen)))
    column = {place: at for at, place in enumerate(chosen)}
    for person, place, answered in before:
        total[person - 1, column[place]] += normal[answered]
        n[person - 1, column[place]] += 1
    with np.errstate(divide="ignore", invalid="ignore"):
        x = np.where(n > 0, total / n, np.nan)
    of = _normal(overall)
    y = np.array([of[answered] for _, _, answered in people])
    return Sample(keys=tuple(map(str, chosen)), x=x, y=y, overall=overall, metric=name)


def within_answers(*, period: Period, zone: ZoneInfo) -> list[Sample]:
    """The questions of each survey about encounters beside its overall one, of its newest answers: the surveys
    answered most. A survey without an overall question or without others has none. One query."""
    with connection.cursor() as cursor:
        most = MOST_ANSWERS * MOST_SURVEYS
        cursor.execute(_WITHIN, {**_between(period, zone), "newest": NEWEST, "most": most})
        rows = cursor.fetchall()
    by_survey: dict[int, list[dict[str, Any]]] = {}
    for survey_id, scores in rows:
        of = by_survey.setdefault(survey_id, [])
        if len(of) < MOST_ANSWERS:
            of.append(msgspec.json.decode(scores))  # Django leaves jsonb to be read by whoever knows its shape
    largest = sorted(by_survey, key=lambda one: (-len(by_survey[one]), one))[:MOST_SURVEYS]
    samples = [_of_survey(survey_id, by_survey[survey_id]) for survey_id in largest]
    return [sample for sample in samples if sample is not None]


def _of_survey(survey_id: int, answers: Sequence[Mapping[str, int]]) -> Sample | None:
    asked = Counter(name for scores in answers for name in scores)
    overall = max(OVERALL, key=lambda one: asked[one])
    keys = tuple(name for name, _ in asked.most_common() if _is_driver(name))[:MOST]
    if not asked[overall] or not keys:
        return None
    x = np.full((len(answers), len(keys)), np.nan)
    for column, key in enumerate(keys):
        normal = _normal(key)
        x[:, column] = [normal[scores[key]] if key in scores else np.nan for scores in answers]
    of = _normal(overall)
    y = np.array([of[scores[overall]] if overall in scores else np.nan for scores in answers])
    return Sample(keys=keys, x=x, y=y, overall=overall, survey_id=survey_id)


def _is_driver(name: str) -> bool:
    of = METRICS.get(name.partition(":")[0])
    return of is not None and of.answered and of.key not in _NOT_DRIVERS


def _normal(name: str) -> Floats:
    return np.array([np.nan if value is None else value for value in metric(name).normal])


def _between(period: Period, zone: ZoneInfo) -> dict[str, datetime]:
    def midnight(day: date) -> datetime:
        return datetime.combine(day, time(), zone)

    return {"since": midnight(period.start), "until": midnight(period.end)}
