"""The page of how follow-ups go: in all, by cause and by unit, and how far complaints have come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cxplatform.stats.anonymity import enough
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Membership, Tenant
from journeys.models import Unit
from surveys.followups import counts, setting, stands
from surveys.followups.counts import Handling
from surveys.followups.effect import Recovered, recovered
from surveys.followups.matter import ISO
from surveys.followups.stands import Asked
from surveys.models import Cause

SPANS = (7, 30, 90)


@dataclass(frozen=True)
class Named:
    name: str | Promise  # in the reader's language: what is counted stands for readers of all of them
    figures: Handling


@dataclass(frozen=True)
class IsoCount:
    """How many complaints have come to a step of ISO 10002, and how many have not although their time has run out."""

    name: str | Promise
    reached: int
    overdue: int


@dataclass(frozen=True)
class Figures:
    """`total` is None where nothing was opened. `cost` is that of repeat contacts, None where one's is not known."""

    days: int
    as_of: datetime
    total: Handling | None
    causes: Sequence[Named]
    units: Sequence[Named]
    iso: Sequence[IsoCount]
    complaints: int
    cost: Decimal | None
    currency: str
    recovered: Recovered | None = None

    @property
    def few_causes(self) -> list[str]:
        return _few(self.causes)

    @property
    def few_units(self) -> list[str]:
        return _few(self.units)


def _few(rows: Sequence[Named]) -> list[str]:
    """The names of the groups that are too small to be shown."""
    return [str(row.name) or _("not known") for row in rows if row.figures.hidden]


def load(*, membership: Membership, days: int, now: datetime) -> Figures:
    """Of the active tenant's last `days`; those of the member's own units where they see no others. Of many
    follow-ups as they stood a while ago (`surveys.followups.stands`): `as_of` says when."""
    own = tuple(sorted(membership.own_units)) if membership.of_units else None
    asked = Asked("page", days, membership.tenant.anonymity_minimum, units=own)
    found: Figures = stands.read(asked, now=now)
    return found


def count(asked: Asked, now: datetime) -> tuple[Figures, int]:
    """The page's figures, and of how many they are."""
    tenant = Tenant.objects.get(pk=active_tenant_id())
    found = _load(tenant=tenant, own=None if asked.units is None else list(asked.units), days=asked.days, now=now)
    return found, found.total.opened if found.total else 0


def count_groups(asked: Asked, now: datetime) -> tuple[tuple[Sequence[Handling], datetime], int]:
    """Groups, or one of all, with when they were counted, and of how many they are."""
    found = counts.handling(since=now - timedelta(days=asked.days), until=now, by=asked.by, now=now)  # type: ignore[arg-type]
    return (found, now), sum(each.opened for each in found)


def _load(*, tenant: Tenant, own: list[int] | None, days: int, now: datetime) -> Figures:
    """In nine queries."""
    since = now - timedelta(days=days)
    span: dict[str, Any] = {"since": since, "until": now, "units": own, "now": now}
    total = next(iter(counts.handling(**span)), None)
    names = dict(Unit.objects.values_list("pk", "name"))
    known = setting.current()
    complaints, iso = _iso(since=since, until=now, units=own, now=now)
    return Figures(
        days=days,
        as_of=now,
        total=total,
        causes=[Named(Cause(each.group).label, each) for each in counts.handling(**span, by="cause")],
        units=[Named(names.get(each.group, ""), each) for each in counts.handling(**span, by="unit_id")],
        iso=iso if enough(complaints, minimum=tenant.anonymity_minimum) else [],
        complaints=complaints,
        cost=None if known.cost_of_contact is None or total is None else known.cost_of_contact * total.repeats,
        currency=known.currency,
        recovered=recovered(since=since, until=now, units=own, minimum=tenant.anonymity_minimum),
    )


# Each complaint with the kinds of its steps, by follow_up_by_time and follow_up_steps.
_ISO_READ = """
SELECT kinds, late, count(*) FROM (
    SELECT f.due_at IS NOT NULL AND f.due_at < %(now)s AS late, array_agg(DISTINCT s.kind) AS kinds
    FROM surveys_followup f
    LEFT JOIN surveys_followupstep s ON s.tenant_id = f.tenant_id AND s.follow_up_id = f.id
    WHERE f.cause = 'complaint' AND f.opened_at >= %(since)s AND f.opened_at < %(until)s
        AND (%(units)s::bigint[] IS NULL OR f.unit_id = ANY(%(units)s))
    GROUP BY f.id, f.due_at
) complaint GROUP BY 1, 2
"""


def _iso(**span: Any) -> tuple[int, list[IsoCount]]:
    with connection.cursor() as cursor:
        cursor.execute(_ISO_READ, span)
        rows = [(frozenset(kinds or ()), late, n) for kinds, late, n in cursor.fetchall()]
    return sum(n for *_, n in rows), [
        IsoCount(
            name=name,
            reached=sum(n for done, _late, n in rows if done & kinds),
            overdue=sum(n for done, late, n in rows if late and not done & kinds),
        )
        for name, kinds in ISO
    ]


def told(each: Handling) -> Mapping[str, Any]:
    """The figures of a group as the API shows them; null where it is too small."""
    if each.hidden:
        return {"opened": None, "live": None, "overdue": None, "contact": None, "fix": None, "confirmed": None} | {
            "repeat_contacts": None,
            "without_hand_over": None,
        }
    return {
        "opened": each.opened,
        "live": each.live,
        "overdue": each.overdue,
        "contact": _pace(each.contact),
        "fix": _pace(each.fix),
        "confirmed": _share(each.confirmed),
        "repeat_contacts": each.repeats,
        "without_hand_over": _share(each.alone),
    }


def _pace(pace: counts.Pace | None) -> dict[str, Any] | None:
    if pace is None:
        return None
    median = {"n": pace.n, "median_minutes": pace.minutes, "low": pace.low, "high": pace.high}
    return median | {"in_time": _share(pace.in_time)}


def _share(share: counts.Share | None) -> dict[str, Any] | None:
    return None if share is None else {
        "value": share.value, "low": share.low, "high": share.high, "n": share.of,
    }  # fmt: skip
