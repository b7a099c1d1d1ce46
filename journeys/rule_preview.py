"""How often a rule would have been set off lately, before it is saved: nothing is stored and nobody written to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from cxplatform.tenancy.context import active_tenant_id
from journeys.rules import SOURCE, cooled, listen, read

DAYS = 30
MOST_LOOKED_AT = 1_000_000
MOST_OF_TYPE = 50_000


@dataclass(frozen=True)
class Foreseen:
    """Of the last 30 days: events of the type, those that meet the rule, and how often it is set off for how many.

    `partial`: there were more than are looked at, and these are of the latest.
    """

    events: int
    met: int
    times: int
    subjects: int
    partial: bool


# By the primary key: what happened in these days has arrived in them, so older ids need not be read.
_LATELY = """
SELECT e.id, e.type, e.time, e.customer_id, e.touchpoint_id, e.correlation,
    ARRAY(SELECT e.properties ->> name FROM unnest(%(names)s::text[]) WITH ORDINALITY AS t (name, n) ORDER BY n)
FROM (
    SELECT * FROM (
        SELECT * FROM journeys_event WHERE tenant_id = %(tenant)s AND id >= %(first)s ORDER BY id DESC LIMIT %(looked)s
    ) latest
    WHERE type = %(type)s AND time >= %(since)s AND source <> %(own)s
        AND coalesce(lower(properties ->> 'test'), '') NOT IN ('true', '1')
    ORDER BY id DESC LIMIT %(most)s
) e
ORDER BY e.time, e.sequence NULLS FIRST, e.source_id COLLATE "C", e.source COLLATE "C"
"""


def foresee(rule: Any, *, now: datetime) -> Foreseen:
    """Try a rule, stored or not, on what the active tenant's events of the last 30 days would have set off."""
    listening = listen([rule])
    if not listening:
        return Foreseen(0, 0, 0, 0, False)
    since = now - timedelta(days=DAYS)
    names = sorted({condition.property for condition in listening[0].conditions})
    values: dict[str, Any] = {
        "tenant": active_tenant_id(),
        "names": names,
        "type": rule.event_type,
        "since": since,
        "first": UUID(int=int(since.timestamp() * 1000) << 80),
        "own": SOURCE,
        "looked": MOST_LOOKED_AT,
        "most": MOST_OF_TYPE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LATELY, values)
        events = [read(row, names) for row in cursor.fetchall()]
        cursor.execute(
            "SELECT 1 FROM journeys_event WHERE tenant_id = %(tenant)s AND id >= %(first)s OFFSET %(looked)s LIMIT 1",
            values,
        )
        cut = cursor.fetchone() is not None
    met = [(listening[0], event) for event in events if listening[0].meets(event)]
    firing = cooled(met, {})
    return Foreseen(
        events=len(events),
        met=len(met),
        times=len(firing),
        subjects=len({event.subject or str(event.id) for _, event in firing}),
        partial=cut or len(events) == MOST_OF_TYPE,
    )
