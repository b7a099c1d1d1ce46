"""What of a claim's events may be a signal: one read of the event with its answer, its customer and what is known."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from cxplatform.ids import as_array
from cxplatform.stats.metrics import METRICS, metric
from cxplatform.tenancy.context import active_tenant_id
from journeys.claimed import ANSWERED
from surveys.followups.happened import TYPES
from surveys.followups.rules import Signal
from surveys.models import Cause
from surveys.questionnaire.questions import WISH_SUFFIX

BROKEN, RETRACTED = "promise.broken", "promise.break_retracted"
COMPLAINT = "complaint.received"
HISTORY = timedelta(days=30)
"""What happened longer ago than this is history brought in: nobody is called about it."""
_NOT_SOLVED = frozenset(METRICS["fcr/5"].parts["partly"] + METRICS["fcr/5"].parts["no"])
# A customer who asked not to be asked again is not called about an answer or a promise, but about what they
# themselves wish to be heard of.
_UNWISHED = frozenset({Cause.BROKEN_PROMISE, Cause.FAILED_FCR, Cause.DETRACTOR, Cause.PROMOTER})


@dataclass(frozen=True)
class Found:
    """One event that may be a signal. `follow_up_id` is that of the one it opened already."""

    event_id: UUID
    type: str
    time: datetime
    customer_id: UUID | None
    touchpoint_id: int | None
    channel_id: int | None
    unit_id: int | None
    correlation: str
    properties: dict[str, Any]
    survey_id: int | None
    scores: dict[str, int]
    groups: dict[str, str]
    texts: dict[str, str]
    contact: dict[str, str] | None
    opted_out: bool
    follow_up_id: int | None

    @property
    def answer(self) -> bool:
        return self.type == ANSWERED

    @property
    def wish(self) -> str:
        """What would put it right, in the customer's own words."""
        return next((text for key, text in self.texts.items() if key.endswith(WISH_SUFFIX) and text), "")

    @property
    def value(self) -> float | None:
        """The score on 0-100 by which the answer is judged: recommendation where it was asked, else the lowest."""
        return _value(self.scores)

    def signals(self) -> list[Signal]:
        """All that this event may open a follow-up for, and that there is a way to follow up."""
        return [
            Signal(
                cause=cause,
                survey_id=self.survey_id,
                touchpoint_id=self.touchpoint_id,
                event_type=self.type,
                promise=str(self.properties.get("promise", "")),
                groups=self.groups,
            )
            for cause in self._causes()
            if self._reachable(cause)
        ]

    def _causes(self) -> list[str]:
        if self.type == BROKEN:
            # Our own promise of a follow-up: what is late in it is seen in it, and opens no other.
            return [] if self.properties.get("opening_type") in TYPES else [Cause.BROKEN_PROMISE]
        if not self.answer:
            return [Cause.COMPLAINT]
        return _causes_of_answer(self.scores, contact=bool(self.contact))

    def _reachable(self, cause: str) -> bool:
        """A known customer can be looked up by number even where no address stands here; a complaint of nobody we
        know is a unit's or a case's to answer. An answer without a name or a contact would be noise."""
        if self.contact:
            return True
        if self.customer_id is None:
            return cause == Cause.COMPLAINT and bool(self.correlation or self.unit_id)
        return not (self.opted_out and cause in _UNWISHED)


def _causes_of_answer(scores: Mapping[str, int], *, contact: bool) -> list[str]:
    """What an answer of these scores may be a signal of, by whether its giver left a contact."""
    causes: list[str] = [Cause.CONTACT_WISHED] if contact else []
    if scores.get("fcr/5") in _NOT_SOLVED:
        causes.append(Cause.FAILED_FCR)
    return [*causes, *_mood(scores)]


def _mood(scores: Mapping[str, int]) -> list[str]:
    for name, place in scores.items():
        if name.startswith("nps/"):
            parts = METRICS[name].parts
            return [cause for cause in (Cause.DETRACTOR, Cause.PROMOTER) if place in parts[f"{cause}s"]]
    value = _value(scores)
    if value is None:
        return []
    return [Cause.DETRACTOR] if value < 50 else [Cause.PROMOTER] if value > 80 else []


def _value(scores: Mapping[str, int]) -> float | None:
    normal = {name: metric(name).normal[place] for name, place in scores.items() if _judged(name)}
    known = {name: value for name, value in normal.items() if value is not None}
    asked = [value for name, value in known.items() if name.startswith("nps/")]
    return min(asked or known.values(), default=None)


def _judged(name: str) -> bool:
    return name in METRICS and not name.startswith("fcr")


# A claim of thousands of answers has few kinds of scores: of each kind whether a contact or a wish came with it.
_KINDS = """
SELECT r.scores::text, r.contact IS NOT NULL, r.wishes, array_agg(r.id) FROM unnest(%(ids)s::uuid[]) AS c (id)
CROSS JOIN LATERAL (
    SELECT id, scores, contact, EXISTS (
        SELECT FROM jsonb_object_keys(texts) AS k (key) WHERE right(key, length(%(wish)s)) = %(wish)s
    ) AS wishes
    FROM surveys_response WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = c.id OFFSET 0
) r GROUP BY 1, 2, 3
"""


def without_idle_answers(event_ids: Sequence[UUID], *, causes: Set[str]) -> list[UUID]:
    """These events of the active tenant without the answers that are no signal of these causes and wish for nothing:
    most of them, so that their customers need not be looked up."""
    ids = set(event_ids)
    with connection.cursor() as cursor:
        cursor.execute(_KINDS, {"tenant": active_tenant_id(), "ids": as_array(sorted(ids)), "wish": WISH_SUFFIX})
        for scores, contact, wishes, answers in cursor.fetchall():
            known = msgspec.json.decode(scores or "{}") or {}
            if not wishes and causes.isdisjoint(_causes_of_answer(known, contact=contact)):
                ids.difference_update(answers)
    return sorted(ids)


# Answers of staff, tests and answers about a recovery are no signals. Keys alone: event, response and customer by
# (tenant, id), follow_up_once, opt_out_once. OFFSET 0 and not LIMIT 1, by which the planner takes a scan for cheap
# where it has no statistics yet and thinks that many rows have the id.
_READ = """
WITH claimed AS MATERIALIZED (
    SELECT e.* FROM unnest(%(ids)s::uuid[]) AS c (id)
    CROSS JOIN LATERAL (
        SELECT * FROM journeys_event WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = c.id OFFSET 0
    ) e
    WHERE e.type = ANY(%(types)s) AND e.time >= %(since)s
        AND NOT coalesce(lower(e.properties ->> 'test') IN ('true', '1'), false)
)
SELECT e.id, e.type, e.time, e.customer_id, e.touchpoint_id, e.channel_id, e.unit_id, e.correlation,
    e.properties::text, r.survey_id, coalesce(r.scores, '{}')::text,
    (coalesce(c.dimensions, '{}') || CASE WHEN r.id IS NULL THEN e.properties ELSE r.dimensions END)::text,
    coalesce(r.texts, '{}')::text, r.contact::text,
    EXISTS (
        SELECT FROM surveys_optout o WHERE o.tenant_id = (SELECT %(tenant)s::bigint) AND o.customer_id = e.customer_id
    ),
    f.id
FROM claimed e
LEFT JOIN LATERAL (
    SELECT * FROM surveys_response WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = e.id OFFSET 0
) r ON e.type = %(answered)s
LEFT JOIN LATERAL (
    SELECT dimensions, erased_at FROM journeys_customer
    WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = e.customer_id OFFSET 0
) c ON true
LEFT JOIN LATERAL (
    SELECT id FROM surveys_followup WHERE tenant_id = (SELECT %(tenant)s::bigint) AND event_id = e.id OFFSET 0
) f ON true
WHERE c.erased_at IS NULL
    AND (e.type <> %(answered)s OR (r.audience = 'customer' AND NOT r.is_test AND NOT starts_with(r.wave, 'recovery:')))
    AND NOT (e.type = %(broken)s AND EXISTS (
        SELECT FROM journeys_event x
        WHERE x.tenant_id = (SELECT %(tenant)s::bigint) AND x.customer_id = e.customer_id AND x.type = %(retracted)s
            AND x.properties ->> 'outcome' = e.properties ->> 'outcome' AND x.id > e.id
    ))
ORDER BY e.time, e.id
"""


def read(event_ids: Sequence[UUID], *, types: Sequence[str], now: datetime) -> list[Found]:
    """Those of these events, of the active tenant and of these types, that may be signals, in order of time."""
    with connection.cursor() as cursor:
        cursor.execute(
            _READ,
            {
                "tenant": active_tenant_id(),
                "ids": as_array(sorted(set(event_ids))),
                "types": list(types),
                "since": now - HISTORY,
                "answered": ANSWERED,
                "broken": BROKEN,
                "retracted": RETRACTED,
            },
        )
        rows = cursor.fetchall()
    return [_found(row) for row in rows]


def _found(row: tuple[Any, ...]) -> Found:
    """A row of _READ; JSON comes as text, as decoding all of it here is faster."""
    plain = dict(zip(_COLUMNS, row, strict=True))
    for name in ("properties", "scores", "groups", "texts", "contact"):
        plain[name] = msgspec.json.decode(plain[name] or "null")
    plain["groups"] = {key: str(value) for key, value in plain["groups"].items() if isinstance(value, str | int)}
    return Found(**plain)


_COLUMNS = [field.name for field in fields(Found)]
