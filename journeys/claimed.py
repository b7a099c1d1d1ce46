"""A claim's events, read once for every consumer: what kinds there are decides who has anything to do.

Five consumers each looked up the same five thousand events, and those with nothing to do cost as much as the others.
"""

from collections.abc import Set
from dataclasses import dataclass

from django.db import connection

from cxplatform.pipeline.consumers import Claim

ANSWERED = "survey.answered"


@dataclass(frozen=True)
class Kind:
    """Events of one type, with a touchpoint (or a text for one) or without. Ids are texts, as the database takes them.

    `answers` has ids where the type is that of answers, `unclear` those with a text or type nobody may have mapped.
    """

    type: str
    placed: bool
    cases: list[str]
    customers: list[str]
    answers: list[str]
    unclear: list[str]


@dataclass(frozen=True)
class Claimed:
    """All kinds of events in one claim."""

    kinds: tuple[Kind, ...]

    @property
    def types(self) -> Set[str]:
        return {kind.type for kind in self.kinds}

    @property
    def customers(self) -> list[str]:
        return sorted({customer for kind in self.kinds for customer in kind.customers})

    @property
    def answers(self) -> list[str]:
        return [id_ for kind in self.kinds for id_ in kind.answers]

    @property
    def unclear(self) -> list[str]:
        return [id_ for kind in self.kinds for id_ in kind.unclear]


_READ = """
SELECT type, placed,
    coalesce(array_agg(DISTINCT correlation) FILTER (WHERE correlation <> ''), '{}'),
    coalesce(array_agg(DISTINCT customer_id::text) FILTER (WHERE customer_id IS NOT NULL), '{}'),
    coalesce(array_agg(id::text) FILTER (WHERE type = %(answered)s), '{}'),
    coalesce(array_agg(id::text) FILTER (WHERE unclear), '{}')
FROM (
    SELECT id, type, correlation, customer_id, touchpoint_id IS NOT NULL OR touchpoint_text <> '' AS placed,
        touchpoint_id IS NULL OR (channel_text <> '' AND channel_id IS NULL) OR (unit_text <> '' AND unit_id IS NULL)
            AS unclear
    FROM journeys_event
    WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = ANY(%(ids)s::uuid[])
) events
GROUP BY type, placed
"""


def claimed(claim: Claim) -> Claimed:
    """The events of a claim of the active tenant as the first who asks finds them; one query in all.

    For consumers after `journeys.merged`, which may still change whose events they are.
    """
    with claim.reading:
        found = claim.known.get("journeys")
        if found is None:
            with connection.cursor() as cursor:
                cursor.execute(_READ, {"tenant": claim.tenant_id, "ids": claim.ids, "answered": ANSWERED})
                found = Claimed(tuple(Kind(*row) for row in cursor.fetchall()))
            claim.known["journeys"] = found
    return found  # type: ignore[no-any-return]
