"""As what the past was read, so that it is read anew when that is another."""

import hashlib
from typing import Any

import msgspec

from cxplatform.tenancy.models import Tenant
from journeys.models import PathHistory
from journeys.paths.tracing import Reading

Eras = dict[str, list[list[Any]]]


def settled(reading: Reading) -> bool:
    """Whether all of the active tenant's past is read as it is read now."""
    return PathHistory.objects.filter(finished=True, measured=digest(reading)).exists()


def settle(tenant: Tenant, reading: Reading) -> None:
    """Write down that all of the past is read as `reading` says."""
    PathHistory.objects.update_or_create(
        defaults={
            "measured": digest(reading),
            "eras": eras(reading),
            "after": None,
            "since": None,
            "finished": True,
            "zone": tenant.timezone,
        }
    )


def digest(reading: Reading) -> str:
    return hashlib.md5(msgspec.json.encode(reading.facts()), usedforsecurity=False).hexdigest()


def eras(reading: Reading) -> Eras:
    """Per journey its versions in force: [from, id], the first from the beginning ("")."""
    return {
        str(journey.id): [
            [since.isoformat() if number else "", version] for number, (since, version) in enumerate(journey.eras)
        ]
        for tracing in reading.tracings
        for journey in tracing.journeys
    }
