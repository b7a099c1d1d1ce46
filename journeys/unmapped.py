"""The pipeline's consumer that counts texts and types of events nobody has defined, for staff to map."""

from django.db import connection

from cxplatform.ids import as_array
from cxplatform.pipeline.consumers import Claim
from journeys.claimed import claimed
from journeys.models.rules import OWN_TYPES

# An event remembers in `unmapped` which of its texts were counted, as bits, so that it may come again and counts
# once. A type is to be described where its events name no touchpoint of their own.
_COUNT = """
WITH place AS MATERIALIZED (
    SELECT e.id, e.time, kind, text, bit
    FROM (SELECT DISTINCT unnest(%(ids)s::uuid[]) AS id) c
    CROSS JOIN LATERAL (
        SELECT * FROM journeys_event WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = c.id AND (
            touchpoint_id IS NULL OR (channel_text <> '' AND channel_id IS NULL)
            OR (unit_text <> '' AND unit_id IS NULL)
        ) LIMIT 1
    ) e
    CROSS JOIN LATERAL (VALUES
        ('touchpoint', e.touchpoint_text, e.touchpoint_id, 1),
        ('channel', e.channel_text, e.channel_id, 2),
        ('unit', e.unit_text, e.unit_id, 4),
        ('type', CASE WHEN e.touchpoint_text = '' THEN e.type ELSE '' END, e.touchpoint_id, 8)
    ) AS place (kind, text, definition, bit)
    WHERE text <> '' AND definition IS NULL AND coalesce(e.unmapped, 0) & bit = 0
        AND (kind <> 'type' OR (
            NOT EXISTS (SELECT 1 FROM unnest(%(own)s::text[]) AS own WHERE starts_with(text, own))
            AND NOT EXISTS (SELECT 1 FROM journeys_eventtype t WHERE t.tenant_id = %(tenant)s AND t.type = text)
        ))
),
marked AS (
    UPDATE journeys_event e SET unmapped = coalesce(e.unmapped, 0) | m.bits
    FROM (SELECT id, bit_or(bit) AS bits FROM place GROUP BY id) m
    WHERE e.tenant_id = (SELECT %(tenant)s::bigint) AND e.id = m.id
)
INSERT INTO journeys_unmappedtext (tenant_id, kind, text, events, first_seen, last_seen, example_id)
SELECT %(tenant)s, kind, text, count(*), min(time), max(time), (array_agg(id ORDER BY time DESC))[1]
FROM place GROUP BY kind, text ORDER BY kind, text
ON CONFLICT (tenant_id, kind, text) DO UPDATE SET
    events = journeys_unmappedtext.events + excluded.events,
    first_seen = least(journeys_unmappedtext.first_seen, excluded.first_seen),
    last_seen = greatest(journeys_unmappedtext.last_seen, excluded.last_seen),
    example_id = excluded.example_id
"""


def count_unmapped(claim: Claim) -> None:
    """Add a claim's unknown touchpoints, channels, units and types to their counts; each event once."""
    unclear = claimed(claim).unclear
    if unclear:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, {"tenant": claim.tenant_id, "ids": as_array(unclear), "own": list(OWN_TYPES)})
