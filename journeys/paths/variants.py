"""Ways that passages took from end to end, and how they go with their designs: each is stored and aligned once."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from cxplatform.tenancy.context import active_tenant_id
from journeys.paths.conformance import Fit, fits


class Way(NamedTuple):
    """A sequence of touchpoints in a journey, and the version of its design that judges it; None = never drawn."""

    journey_id: int
    version_id: int | None
    touchpoint_ids: tuple[int, ...]


def variant_digest(journey_id: int, touchpoint_ids: Sequence[int]) -> str:
    """A UUID as text, as the database writes it: thousands of objects cost more than what is looked up by them."""
    text = f"{journey_id}:{','.join(map(str, touchpoint_ids))}"
    made = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    return f"{made[:8]}-{made[8:12]}-{made[12:16]}-{made[16:20]}-{made[20:]}"


# The same in the database, of columns `f.journey_id` and `t.touchpoint_ids`.
DIGEST = "md5(f.journey_id || ':' || array_to_string(t.touchpoint_ids, ','))::uuid"

_STORE = """
INSERT INTO journeys_variant (tenant_id, digest, journey_id, touchpoint_ids)
SELECT %s, * FROM jsonb_to_recordset(%s::jsonb) AS v (digest uuid, journey_id bigint, touchpoint_ids bigint[])
ORDER BY digest ON CONFLICT DO NOTHING
"""


def hold(cursor: Any, ways: Iterable[Way]) -> dict[Way, Fit | None]:
    """How these ways go with their designs, None of those without one; variants not met before are stored."""
    digests = {way: variant_digest(way.journey_id, way.touchpoint_ids) for way in ways}
    if not digests:
        return {}
    rows = [
        {"digest": digest, "journey_id": way.journey_id, "touchpoint_ids": way.touchpoint_ids}
        for way, digest in digests.items()
    ]
    cursor.execute(_STORE, [active_tenant_id(), msgspec.json.encode(rows).decode()])
    designed = {(way.version_id, digest): way for way, digest in digests.items() if way.version_id is not None}
    found = fits({pair: way.touchpoint_ids for pair, way in designed.items()})
    return dict.fromkeys(digests) | {way: found[pair] for pair, way in designed.items()}


def columns(fit: Fit | None) -> dict[str, Any]:
    """What a passage says of its fit; of none, and of one that is not over, nothing."""
    return {
        "fitness": fit and fit.fitness,
        "skipped": fit.skipped if fit else (),
        "repeated": fit.repeated if fit else (),
        "undesigned": fit.undesigned if fit else (),
    }
