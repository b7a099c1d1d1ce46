"""The one door by which events come in: validate, deduplicate, store, queue. Accepted means durable."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.db import connection
from django.utils import timezone

from cxplatform.ids import uuid7s
from cxplatform.pipeline import queue
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(hours=24)
_LONGEST = {
    "id": 200,
    "type": 100,
    "source": 100,
    "customer": 200,
    "touchpoint": 300,
    "channel": 300,
    "unit": 300,
    "correlation": 200,
}
_SEQUENCE = 2**63


class IncomingEvent(msgspec.Struct, frozen=True):
    """One event as integrators send it; `id` and `type` are required, a null is the same as leaving out."""

    id: str
    type: str
    source: str | None = None
    time: datetime | None = None
    sequence: int | None = None
    customer: str | None = None
    touchpoint: str | None = None
    channel: str | None = None
    unit: str | None = None
    correlation: str | None = None
    properties: dict[str, Any] | None = None


@dataclass(frozen=True)
class Rejection:
    """Why one event of a batch was not taken in; `errors` maps a field to what to do about it."""

    index: int
    id: str
    errors: dict[str, str]


@dataclass(frozen=True)
class Recorded:
    accepted: int
    duplicates: int
    rejected: list[Rejection] = field(default_factory=list)


def record(*, events: Sequence[IncomingEvent], source: str) -> Recorded:
    """Store a batch in the active tenant's transaction and queue it for counting.

    `source` stands in where an event names none; a time without an offset is the tenant's local time.
    Events are the same when tenant, source and id are: the first one stays, later ones are duplicates.
    """
    now = timezone.now()
    local = _Localiser()
    rejected: list[Rejection] = []
    lines: dict[str, str] = {}
    valid = 0
    ids = uuid7s(len(events))
    for index, event in enumerate(events):
        errors = check(event, now=now)
        properties = _properties(event, errors)
        if errors:
            rejected.append(Rejection(index, event.id[:200], errors))
            continue
        valid += 1
        origin = event.source or source
        digest = hashlib.md5(f"{origin}\x1f{event.id}".encode(), usedforsecurity=False).hexdigest()
        if digest not in lines:
            texts = (
                origin,
                event.id,
                event.type,
                event.customer or "",
                event.touchpoint or "",
                event.channel or "",
                event.unit or "",
                event.correlation or "",
                properties,
            )
            sequence = r"\N" if event.sequence is None else event.sequence
            beginning = f"{ids[index]}\t{digest}\t{local(event.time or now)}\t{sequence}\t"
            lines[digest] = beginning + "\0".join(texts).translate(_ESCAPE)
    accepted = _store("\n".join(lines.values())) if lines else 0
    return Recorded(accepted=accepted, duplicates=valid - accepted, rejected=rejected)


def check(event: IncomingEvent, *, now: datetime) -> dict[str, str]:
    """What is wrong with an event, by field; empty when nothing is."""
    errors: dict[str, str] = {}
    for name, longest in _LONGEST.items():
        text = getattr(event, name)
        if text is None:
            continue
        if len(text) > longest:
            errors[name] = f"Send at most {longest} characters."
        elif "\x00" in text:
            errors[name] = "Remove the NUL character: the database cannot store it."
    if not event.id.strip():
        errors["id"] = "Send an id that is unique within the source."
    if not event.type.strip():
        errors["type"] = "Send a type, for example order.placed."
    if event.sequence is not None and not -_SEQUENCE <= event.sequence < _SEQUENCE:
        errors["sequence"] = "Send a whole number of at most 64 bits."
    if event.time is not None:
        # A naive time may be up to a day off UTC; that day is within the tolerance ahead.
        moment = event.time if event.time.tzinfo else event.time.replace(tzinfo=UTC)
        if moment > now + AHEAD:
            errors["time"] = "The time is over 24 hours ahead. Send when it happened, with its offset from UTC."
        elif moment < EARLIEST:
            errors["time"] = "The time is before the year 2000. Send when it happened, as in 2026-11-22T09:30:00+02:00."
    return errors


def _properties(event: IncomingEvent, errors: dict[str, str]) -> str:
    if not event.properties:
        return "{}"
    try:
        text = msgspec.json.encode(event.properties).decode()
    except (UnicodeError, RecursionError, ValueError, OverflowError):
        errors["properties"] = "Send properties that are plain JSON: valid text, finite numbers, less nesting."
        return "{}"
    if r"\u0000" in text and _holds_nul(event.properties):
        errors["properties"] = "Remove the NUL character: the database cannot store it."
    return text


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_holds_nul(key) or _holds_nul(part) for key, part in value.items())
    if isinstance(value, list):
        return any(_holds_nul(part) for part in value)
    return False


class _Localiser:
    """Writes times as UTC; asks for the tenant's zone only when a time without an offset is met."""

    zone: ZoneInfo | None = None

    def __call__(self, moment: datetime) -> str:
        if moment.tzinfo is None:
            if self.zone is None:
                self.zone = Tenant.objects.get(pk=active_tenant_id()).zone
            moment = moment.replace(tzinfo=self.zone)
        return moment.astimezone(UTC).isoformat()


# What the text format of COPY gives a meaning to; texts of an event come with NULs between them, as none holds one.
_ESCAPE = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\t"})

# COPY straight into a table under row-level security is refused, hence the temporary one; rows of an earlier
# call in the same transaction are cleared first.
_STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS incoming_event (
    id uuid, digest uuid, source text, source_id text, type text, time timestamptz, sequence bigint,
    customer text, touchpoint text, channel text, unit text, correlation text, properties jsonb
) ON COMMIT DELETE ROWS;
DELETE FROM incoming_event
"""
_COPY = """
COPY incoming_event (
    id, digest, time, sequence, source, source_id, type, customer, touchpoint, channel, unit, correlation, properties
) FROM STDIN
"""

# Keys go in by their order, so that two batches that share some wait for each other instead of deadlocking.
# LATERAL ... LIMIT keeps it at one index look-up per customer: without statistics on the temporary table the
# planner would read all customers there are.
# A customer somebody else is just creating is invisible here: DO UPDATE waits for that row and returns it.
# A new customer takes the id of the first event that names it: the database makes no ids of its own.
# The number of a customer merged into another is an alias of that one. Numbers are looked up in their order, which only
# their own index has: before statistics know a new company's customers the planner would as gladly read them all by the
# primary key for each number of a batch (a second of it, at eight thousand customers).
_STORE = """
WITH fresh AS (
    INSERT INTO journeys_eventkey (tenant_id, digest)
    SELECT %(tenant)s, digest FROM incoming_event ORDER BY digest
    ON CONFLICT DO NOTHING RETURNING digest
),
new AS MATERIALIZED (SELECT incoming_event.* FROM incoming_event JOIN fresh USING (digest)),
known AS (
    SELECT c.id, n.customer AS external_id
    FROM (SELECT DISTINCT customer FROM new WHERE customer <> '') n,
        LATERAL (
            SELECT coalesce(merged_into_id, id) AS id, external_id FROM journeys_customer
            WHERE external_id >= n.customer ORDER BY external_id LIMIT 1
        ) c
    WHERE c.external_id = n.customer
),
made AS (
    INSERT INTO journeys_customer
        (tenant_id, id, external_id, name, email, phone, locale, account, role, dimensions)
    SELECT DISTINCT ON (customer) %(tenant)s, id, customer, '', '', '', '', '', '', '{}'
    FROM new WHERE customer <> '' AND customer NOT IN (SELECT external_id FROM known)
    ORDER BY customer, id
    ON CONFLICT (tenant_id, external_id) DO UPDATE SET external_id = excluded.external_id
    RETURNING coalesce(merged_into_id, id) AS id, external_id
),
customer AS (SELECT * FROM known UNION ALL SELECT * FROM made)
INSERT INTO journeys_event (
    tenant_id, id, source, source_id, type, time, sequence, customer_id, touchpoint_id, channel_id, unit_id,
    touchpoint_text, channel_text, unit_text, correlation, properties)
SELECT %(tenant)s, n.id, n.source, n.source_id, n.type, n.time, n.sequence, customer.id,
    t.id,
    CASE WHEN n.channel = '' THEN t.channel_id ELSE coalesce(ch.id, mc.target_id) END,
    CASE WHEN n.unit = '' THEN t.unit_id ELSE coalesce(u.id, mu.target_id) END,
    n.touchpoint, n.channel, n.unit, n.correlation, n.properties
FROM new n
LEFT JOIN customer ON customer.external_id = n.customer
LEFT JOIN journeys_textmapping mt ON mt.kind = 'touchpoint' AND mt.text = n.touchpoint
LEFT JOIN journeys_touchpoint s ON s.slug = lower(n.touchpoint) AND s.archived_at IS NULL
LEFT JOIN journeys_eventtype et ON n.touchpoint = '' AND et.type = n.type
LEFT JOIN journeys_touchpoint t ON t.id = coalesce(s.id, mt.target_id, et.touchpoint_id)
LEFT JOIN journeys_channel ch ON ch.slug = lower(n.channel) AND ch.archived_at IS NULL
LEFT JOIN journeys_textmapping mc ON mc.kind = 'channel' AND mc.text = n.channel
LEFT JOIN journeys_unit u ON u.slug = lower(n.unit) AND u.archived_at IS NULL
LEFT JOIN journeys_textmapping mu ON mu.kind = 'unit' AND mu.text = n.unit
RETURNING id
"""


def _store(lines: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        cursor.cursor.copy_expert(_COPY, StringIO(lines))
        cursor.execute(_STORE, {"tenant": active_tenant_id()})
        stored = [row[0] for row in cursor.fetchall()]
    queue.enqueue(stored)
    return len(stored)
