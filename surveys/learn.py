"""What customers tell of themselves goes into their profile, where nothing stood: in the answer's own transaction."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from cxplatform.tenancy.context import active_tenant_id
from journeys.people import note_many
from surveys.questionnaire.questions import Asked

# Customers are locked in the order of their numbers, so that two batches that share some wait instead of deadlocking
# (cxplatform.pipeline.locks), and read as they are then: who comes second finds the first one's value. Of an answer to
# a test, of nobody, or of somebody erased meanwhile there is nothing to write; of somebody merged it is the other
# number's. The first of two that tell of one customer in one batch stays.
_LEARN = """
WITH told AS (
    SELECT DISTINCT ON (c.id, t.dimension) coalesce(c.merged_into_id, c.id) AS customer_id, t.dimension,
        r.answers ->> t.key AS value
    FROM unnest(%(responses)s::uuid[], %(keys)s::text[], %(dimensions)s::text[]) AS t (response_id, key, dimension)
    JOIN surveys_response r ON r.tenant_id = %(tenant)s AND r.id = t.response_id
    JOIN journeys_customer c ON c.tenant_id = %(tenant)s AND c.id = r.customer_id
    JOIN journeys_dimension d ON d.tenant_id = %(tenant)s AND d.slug = t.dimension AND d.archived_at IS NULL
    WHERE NOT r.is_test AND r.answers ->> t.key <> ''
    ORDER BY c.id, t.dimension, r.answered_at, r.id
),
locked AS MATERIALIZED (
    SELECT id, dimensions FROM journeys_customer
    WHERE tenant_id = %(tenant)s AND id IN (SELECT customer_id FROM told)
        AND erased_at IS NULL AND merged_into_id IS NULL
    ORDER BY external_id FOR UPDATE
),
gap AS (
    SELECT l.id, jsonb_object_agg(t.dimension, t.value) AS filled
    FROM locked l JOIN told t ON t.customer_id = l.id
    WHERE coalesce(l.dimensions ->> t.dimension, '') IN ('', %(instead_of)s)
        AND l.dimensions ->> t.dimension IS DISTINCT FROM t.value
    GROUP BY l.id
)
UPDATE journeys_customer c SET dimensions = c.dimensions || gap.filled
FROM gap WHERE c.tenant_id = %(tenant)s AND c.id = gap.id
RETURNING c.id, ARRAY(SELECT jsonb_object_keys(gap.filled))
"""


def learn(answered: Iterable[tuple[UUID, Asked]], *, instead_of: str = "") -> None:
    """Write the stored answers to these profile questions into their customers' dimensions, and note that they did.

    A value that stands there stays, whoever put it there; but `instead_of`, the same person's own slip.
    """
    rows = [(id_, question.key, question.type.dimension) for id_, question in answered]
    if not rows:
        return
    ids, keys, dimensions = (list(column) for column in zip(*rows, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            _LEARN,
            {
                "tenant": active_tenant_id(),
                "responses": ids,
                "keys": keys,
                "dimensions": dimensions,
                "instead_of": instead_of,
            },
        )
        filled = cursor.fetchall()
    note_many(
        "changed",
        {id_: {"fields": ["dimensions"], "filled": ", ".join(of), "told_by": "customer"} for id_, of in filled},
    )
