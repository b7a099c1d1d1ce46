"""What history says of a deadline rule, kept for some minutes: the slider asks again at every step."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.core.cache import cache

from cxplatform.tenancy.models import Tenant
from promises.feasible import spec
from promises.feasible.elapsed import NEVER, Elapsed, elapsed
from promises.feasible.lately import DAYS, Window, told
from promises.judging.judge import EXCLUDED
from promises.judging.measure import Measure, measure
from promises.models import Rule

_KEPT_SECONDS = 300
ANY_MINUTES = 24 * 60


@dataclass(frozen=True)
class History:
    """How long each instance of the last days took; `opened_by` are the events that began them, by place."""

    elapsed: Elapsed
    opened_by: tuple[UUID, ...]
    days: int
    partial: bool

    def failed_by(self, minutes: int) -> list[int]:
        """The places of those that a deadline of so many minutes would have failed, newest first."""
        found = np.flatnonzero((self.elapsed.passed > minutes) & (self.elapsed.needed > minutes))
        return [int(place) for place in found[::-1]]


def history(rule: Rule, *, tenant: Tenant, now: datetime, unit_ids: Sequence[int] = ()) -> History:
    """Of the active tenant's last 90 days, within these units where some are given. Raises BadDefinition."""
    each = timeless(rule, tenant)
    key = f"feasible:{tenant.pk}:{spec.digest(rule, tenant)}:{','.join(map(str, sorted(unit_ids)))}"
    kept = cache.get(key)
    if kept is None:
        pairs, partial = told(each, Window(tenant, now, frozenset(unit_ids)))
        took = elapsed(each, pairs, now=now)
        opened_by = [UUID(judged.opened_by) for _, judged in pairs if judged.status != EXCLUDED]
        kept = (
            np.where(took.needed == NEVER, -1, took.needed).astype("<i4").tobytes(),
            took.passed.astype("<i4").tobytes(),
            b"".join(id_.bytes for id_ in opened_by),
            partial,
        )
        cache.set(key, kept, _KEPT_SECONDS)
    return _read(kept)


def timeless(rule: Rule, tenant: Tenant) -> Measure:
    """The rule without a due time of its own: what began, and when it ended."""
    facts = spec.facts(rule) | {"due_property": "", "duration_minutes": rule.duration_minutes or ANY_MINUTES}
    plain = Rule(promise=rule.promise, **facts)
    return replace(measure(plain, rule_id=rule.pk or 0, zone=tenant.timezone), minutes=ANY_MINUTES)


def _read(kept: Any) -> History:
    needed, passed, ids, partial = kept
    took = np.frombuffer(needed, dtype="<i4").astype(np.int64)
    return History(
        elapsed=Elapsed(np.where(took < 0, NEVER, took), np.frombuffer(passed, dtype="<i4").astype(np.int64)),
        opened_by=tuple(UUID(bytes=ids[at : at + 16]) for at in range(0, len(ids), 16)),
        days=DAYS,
        partial=partial,
    )
