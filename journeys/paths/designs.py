"""Versions of designs as this process has met them: the design of a version never changes, so it is read once."""

from collections.abc import Iterable

from journeys.models import JourneyVersion
from journeys.versions import Design, read_design

_MOST = 2_000
_known: dict[int, Design] = {}


def load(version_ids: Iterable[int]) -> dict[int, Design]:
    """The designs of these versions; one query where some were not met before."""
    wanted = set(version_ids)
    missing = wanted - _known.keys()
    if missing:
        if len(_known) > _MOST:
            _known.clear()
            missing = wanted
        for version_id, stored in JourneyVersion.objects.filter(pk__in=missing).values_list("id", "design"):
            _known[version_id] = read_design(stored)
    return {version_id: _known[version_id] for version_id in wanted if version_id in _known}
