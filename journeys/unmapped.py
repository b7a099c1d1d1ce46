"""The pipeline's consumer that counts texts nobody has defined, for staff to map."""

from django.db import connection

from cxplatform.pipeline.consumers import Claim

_COUNT = """
INSERT INTO journeys_unmappedtext (tenant_id, kind, text, events, first_seen, last_seen)
SELECT %(tenant)s, kind, text, count(*), min(time), max(time)
FROM journeys_event e, LATERAL (VALUES
    ('touchpoint', e.touchpoint_text, e.touchpoint_id),
    ('channel', e.channel_text, e.channel_id),
    ('unit', e.unit_text, e.unit_id)) AS place (kind, text, definition)
WHERE e.tenant_id = %(tenant)s AND e.id = ANY(%(ids)s::uuid[]) AND text <> '' AND definition IS NULL
GROUP BY kind, text ORDER BY kind, text
ON CONFLICT (tenant_id, kind, text) DO UPDATE SET
    events = journeys_unmappedtext.events + excluded.events,
    first_seen = least(journeys_unmappedtext.first_seen, excluded.first_seen),
    last_seen = greatest(journeys_unmappedtext.last_seen, excluded.last_seen)
"""


def count_unmapped(claim: Claim) -> None:
    """Add a claim's unknown touchpoints, channels and units to their counts."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"tenant": claim.tenant_id, "ids": claim.event_ids})
