"""What customers say where a promise broke against where it was kept: counted by and by, read by the board.

Of a rule, the newest `SAMPLE` instances that broke and as many that were kept in the last year. A customer is one
person however many instances they had: among those to whom it broke if any did. Their newest answer given within
`WITHIN` of such an instance counts, of the one metric that most answered on both sides.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from cxplatform.stats.anonymity import enough
from cxplatform.stats.difference import Difference, difference
from cxplatform.stats.metrics import Metric, metric
from cxplatform.tenancy.models import Tenant
from promises.judging.outcomes import judged_rules
from promises.models import OutcomeScore, Rule
from surveys.questionnaire.choices import is_free

SAMPLE = 5_000
LOOKED_BACK = timedelta(days=365)
WITHIN = timedelta(days=90)
STALE = timedelta(minutes=15)
# Welch leans on the normal curve; below ten answers a side it is not there yet.
FEWEST = 10
# What is asked of the promise itself says again that it broke.
_ASKED_OF_IT = "promise_kept"

# A gesture is an event of this type, or of one that begins with it and a full stop; a top score is this on 0-100.
# Whose answers are opened: of those to whom it broke, of the others, of those among them who were surprised.
BROKE, KEPT, SURPRISED = SIDES = ("broke", "kept", "surprised")
_GESTURE, _TOP = "gesture", 90


@dataclass
class _Answers:
    """People by bin, of those to whom it broke (True) and of the others, and of the others who met a gesture."""

    sides: dict[bool, dict[int, int]] = field(default_factory=lambda: {True: {}, False: {}})
    with_gesture: dict[int, int] = field(default_factory=dict)

    def add(self, *, broken: bool, gesture: bool, place: int, people: int) -> None:
        side = self.sides[broken]
        side[place] = side.get(place, 0) + people
        if gesture and not broken:
            self.with_gesture[place] = self.with_gesture.get(place, 0) + people

    def people(self, broken: bool) -> int:
        return sum(self.sides[broken].values())


@dataclass(frozen=True)
class Gap:
    """How customers to whom a promise broke score against the others, on 0-100 of `metric`."""

    metric: Metric
    relationship: bool
    scores: Difference


def stale_rules(*, now: datetime | None = None) -> list[int]:
    """The judged rules of promises that were never counted, or not for a while."""
    fresh = OutcomeScore.objects.filter(counted_at__gt=(now or timezone.now()) - STALE).values("rule_id")
    rules = judged_rules().filter(part=Rule.Part.PROMISE).exclude(pk__in=fresh)
    return list(rules.values_list("pk", flat=True))


def count_scores(rule_id: int, *, now: datetime | None = None) -> None:
    """Count a rule's scores anew, whatever they were."""
    now = now or timezone.now()
    name, relationship, found = _most_answered(_answers(rule_id, now))
    normal = metric(name).normal if name else ()
    tops = _tops(name)
    OutcomeScore.objects.update_or_create(
        rule_id=rule_id,
        defaults={
            "metric": name,
            "relationship": relationship,
            "broken": [found.sides[True].get(place, 0) for place in range(len(normal))],
            "kept": [found.sides[False].get(place, 0) for place in range(len(normal))],
            "surprised": sum(found.with_gesture.get(place, 0) for place in tops),
            "counted_at": now,
        },
    )


def gaps(rules: Sequence[Rule], *, tenant: Tenant) -> dict[int, Gap]:
    """By rule, the gap where enough have answered on both sides; one query."""
    found = {}
    for row in OutcomeScore.objects.filter(rule_id__in=[rule.pk for rule in rules]).exclude(metric=""):
        of = metric(row.metric)
        gap = difference(of.normal, row.broken, row.kept)
        fewest = min(gap.n, gap.other_n)
        if fewest >= FEWEST and enough(fewest, minimum=tenant.anonymity_minimum) and gap.low is not None:
            found[row.rule_id] = Gap(of, row.relationship, gap)
    return found


def surprised(rule: Rule, *, tenant: Tenant) -> int | None:
    """Customers to whom it was kept, who met a gesture and gave a top score; None where too few have answered."""
    row = OutcomeScore.objects.filter(rule=rule).exclude(metric="").first()
    if row is None or not enough(sum(row.kept), minimum=tenant.anonymity_minimum):
        return None
    return int(row.surprised)


def behind(
    rule: Rule, side: str, *, before: tuple[datetime, UUID] | None, page: int, now: datetime | None = None
) -> list[UUID]:
    """The instances whose customers' answers are counted on a side, one for each customer, the latest due first.

    A side is one of SIDES. What was answered since the count is there too.
    """
    row = OutcomeScore.objects.filter(rule=rule).exclude(metric="").first()
    if row is None:
        return []
    now = now or timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _BEHIND,
            {
                **_values(rule.pk, now),
                "metric": row.metric,
                "relationship": row.relationship,
                "broken": side == BROKE,
                "surprised": side == SURPRISED,
                "tops": _tops(row.metric),
                "before": before[0] if before else None,
                "before_id": before[1] if before else None,
                "page": page,
            },
        )
        return [id_ for (id_,) in cursor.fetchall()]


def _tops(name: str) -> list[int]:
    """The bins of a metric's best answers."""
    normal = metric(name).normal if name else ()
    return [place for place, value in enumerate(normal) if value is not None and value >= _TOP]


def _values(rule_id: int, now: datetime) -> dict[str, Any]:
    return {
        "rule": rule_id,
        "now": now,
        "since": now - LOOKED_BACK,
        "gesture": _GESTURE,
        "within": WITHIN,
        "sample": SAMPLE,
    }


def _answers(rule_id: int, now: datetime) -> dict[tuple[str, bool], _Answers]:
    """By metric and whether it is of a survey round."""
    found: dict[tuple[str, bool], _Answers] = defaultdict(_Answers)
    with connection.cursor() as cursor:
        cursor.execute(_SCORES, _values(rule_id, now))
        for name, relationship, broken, gesture, place, people in cursor.fetchall():
            if not is_free(name) and not name.startswith(f"{_ASKED_OF_IT}/"):
                found[name, relationship].add(broken=broken, gesture=gesture, place=place, people=people)
    return found


def _most_answered(found: Mapping[tuple[str, bool], _Answers]) -> tuple[str, bool, _Answers]:
    """The metric that the smaller side answered most, then the others; by name where they are level."""

    def weight(key: tuple[str, bool]) -> tuple[int, int, bool, str]:
        broken, kept = (found[key].people(side) for side in (True, False))
        return min(broken, kept), kept, not key[1], key[0]

    best = max(found, key=weight, default=None)
    return ("", False, _Answers()) if best is None else (*best, found[best])


# Uses outcome_by_status for the instances, response_by_customer for the answers, event_by_customer for gestures.
_ANSWERED = """
WITH instances AS MATERIALIZED (
    SELECT o.id, o.customer_id, s.status = 'broken' AS broken, o.opened_at, o.due_at
    FROM unnest(ARRAY['broken', 'kept', 'fallback']) AS s (status)
    CROSS JOIN LATERAL (
        SELECT id, customer_id, opened_at, due_at FROM promises_promiseoutcome
        WHERE tenant_id = (SELECT tenant_id FROM promises_rule WHERE id = %(rule)s) AND rule_id = %(rule)s
            AND status = s.status AND due_at >= %(since)s AND due_at < %(now)s
        ORDER BY due_at DESC LIMIT %(sample)s) o
    WHERE o.customer_id IS NOT NULL
),
people AS MATERIALIZED (
    SELECT customer_id, bool_or(broken) AS broken FROM instances GROUP BY 1
),
answered AS (
    SELECT DISTINCT ON (p.customer_id, said.metric, r.wave <> '')
        said.metric, r.wave <> '' AS relationship, p.broken, said.bin::int AS bin, p.customer_id, i.id, i.opened_at,
        i.due_at, r.answered_at
    FROM people p
    JOIN instances i ON i.customer_id = p.customer_id AND i.broken = p.broken
    CROSS JOIN LATERAL (
        SELECT id, wave, answered_at, scores FROM surveys_response
        WHERE tenant_id = (SELECT tenant_id FROM promises_rule WHERE id = %(rule)s)
            AND customer_id = i.customer_id AND audience = 'customer' AND NOT is_test
            AND wave NOT LIKE 'recovery:%%'
            AND answered_at >= i.due_at AND answered_at < i.due_at + %(within)s
    ) r
    CROSS JOIN LATERAL jsonb_each_text(r.scores) AS said (metric, bin)
    ORDER BY p.customer_id, said.metric, r.wave <> '', r.answered_at DESC, r.id DESC, i.due_at DESC, i.id
)
"""
_GESTURED = """NOT broken AND EXISTS (
        SELECT FROM journeys_event e
        WHERE e.tenant_id = (SELECT tenant_id FROM promises_rule WHERE id = %(rule)s)
            AND e.customer_id = a.customer_id AND e.time >= a.opened_at AND e.time < a.answered_at
            AND (e.type = %(gesture)s OR starts_with(e.type, %(gesture)s || '.'))
    )"""
_SCORES = f"""{_ANSWERED}
SELECT metric, relationship, broken, {_GESTURED} AS gesture, bin, count(*)
FROM answered a GROUP BY 1, 2, 3, 4, 5
"""
_BEHIND = f"""{_ANSWERED}
SELECT id FROM answered a
WHERE metric = %(metric)s AND relationship = %(relationship)s AND broken = %(broken)s
    AND (NOT %(surprised)s OR (bin = ANY(%(tops)s) AND {_GESTURED}))
    AND (%(before)s::timestamptz IS NULL OR (due_at, id) < (%(before)s, %(before_id)s::uuid))
ORDER BY due_at DESC, id DESC LIMIT %(page)s
"""
