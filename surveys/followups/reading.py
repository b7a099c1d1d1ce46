"""What of a claim's events may be a signal: one read of the event with its answer, its customer and what is known."""

from collections.abc import Sequence
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
        normal = {name: metric(name).normal[place] for name, place in self.scores.items() if _judged(name)}
        known = {name: value for name, value in normal.items() if value is not None}
        asked = [value for name, value in known.items() if name.startswith("nps/")]
        return min(asked or known.values(), default=None)

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
        causes: list[str] = [Cause.CONTACT_WISHED] if self.contact else []
        if self.scores.get("fcr/5") in _NOT_SOLVED:
            causes.append(Cause.FAILED_FCR)
        return [*causes, *self._mood()]

    def _mood(self) -> list[str]:
        for name, place in self.scores.items():
            if name.startswith("nps/"):
                parts = METRICS[name].parts
                return [cause for cause in (Cause.DETRACTOR, Cause.PROMOTER) if place in parts[f"{cause}s"]]
        if self.value is None:
            return []
        return [Cause.DETRACTOR] if self.value < 50 else [Cause.PROMOTER] if self.value > 80 else []

    def _reachable(self, cause: str) -> bool:
        """A known customer can be looked up by number even where no address stands here; a complaint of nobody we
        know is a unit's or a case's to answer. An answer without a name or a contact would be noise."""
        if self.contact:
            return True
        if self.customer_id is None:
            return cause == Cause.COMPLAINT and bool(self.correlation or self.unit_id)
        return not (self.opted_out and cause in _UNWISHED)


def _judged(name: str) -> bool:
    return name in METRICS and not name.startswith("fcr")


# Answers of staff, tests and answers about a recovery are no signals. Keys alone: event, response and customer by
# (tenant, id), follow_up_once, opt_out_once.
_READ = """
WITH claimed AS MATERIALIZED (
    SELECT e.* FROM unnest(%(ids)s::uuid[]) AS c (id)
    CROSS JOIN LATERAL (
        SELECT * FROM journeys_event WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = c.id LIMIT 1
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
    SELECT * FROM surveys_response WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = e.id LIMIT 1
) r ON e.type = %(answered)s
LEFT JOIN LATERAL (
    SELECT dimensions, erased_at FROM journeys_customer
    WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = e.customer_id LIMIT 1
) c ON true
LEFT JOIN LATERAL (
    SELECT id FROM surveys_followup WHERE tenant_id = (SELECT %(tenant)s::bigint) AND event_id = e.id LIMIT 1
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
