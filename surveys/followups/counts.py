"""How follow-ups go: time from signal to contact and to fix, how much of it in time, and complaints nobody took.

Times are elapsed, from the signal on; whether they were in time is by the open hours each was due in. Groups under
the organisation's minimum are hidden, and so is what a subtraction would reveal.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db import connection
from django.utils import timezone

from cxplatform.stats.anonymity import enough, visible
from cxplatform.stats.intervals import wilson
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from surveys.models import Cause

By = Literal["", "unit_id", "cause", "touchpoint_id"]
COMPLAINTS = (Cause.COMPLAINT, Cause.CONTACT_WISHED)
"""What a customer turned to us about and waits to hear of."""


@dataclass(frozen=True)
class Share:
    """`hits` of `of`, 0..1, with its 95 % interval (Wilson); None where there is nothing to count."""

    hits: int
    of: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Pace:
    """Of `n` that were contacted (or solved): the median minutes from the signal, between `low` and `high`.

    The ends are order statistics and hold for any distribution; they are None under six. `in_time` is of those that
    were done or whose time has run out; None where they are too few to be shown.
    """

    n: int
    minutes: float | None
    low: float | None
    high: float | None
    in_time: Share | None


@dataclass(frozen=True)
class Handling:
    """How follow-ups opened in a span went. `group` is the id of a unit or touchpoint, or a cause; None: not known.

    `hidden` groups are too small to be shown: their figures are left out. `confirmed` is None as well where too few
    customers have said whether it was put right, and `alone`, the share of those solved by whoever had it first, with
    no hand-over, where too few are solved.
    """

    group: Any
    opened: int
    live: int
    overdue: int
    contact: Pace | None
    fix: Pace | None
    confirmed: Share | None
    repeats: int
    alone: Share | None = None
    hidden: bool = False


# The ranks between which the median lies in at least 95 % of samples: floor((n + 1) / 2 - 0.98 sqrt(n)) from either
# end (Conover 1999, 3.2; checked against the binomial distribution: never too narrow).
_PACE = """
SELECT g, kind, n, (minutes[(n + 1) / 2] + minutes[n / 2 + 1]) / 2,
    CASE WHEN rank > 0 THEN minutes[rank] END, CASE WHEN rank > 0 THEN minutes[n + 1 - rank] END
FROM (
    SELECT {by} AS g, kind, count(*)::int AS n, array_agg(minutes ORDER BY minutes) AS minutes
    FROM (
        SELECT {by}, kind, extract(epoch FROM at - signal_at)::float8 / 60 AS minutes
        FROM surveys_followup, LATERAL (VALUES ('contact', contacted_at), ('fix', solved_at)) AS d (kind, at)
        WHERE tenant_id = %(tenant)s AND opened_at >= %(since)s AND opened_at < %(until)s AND at IS NOT NULL
            AND (%(units)s::bigint[] IS NULL OR unit_id = ANY(%(units)s))
    ) timed GROUP BY 1, 2
) sorted, LATERAL (SELECT floor((n + 1) / 2.0 - 0.98 * sqrt(n))::int AS rank) of
"""
_COUNTED = """
SELECT {by}, count(*), count(*) FILTER (WHERE state IN ('open', 'contacted')),
    count(*) FILTER (WHERE due_at < %(now)s),
    count(*) FILTER (WHERE contact_kept), count(*) FILTER (WHERE NOT contact_kept OR {late_contact}),
    count(*) FILTER (WHERE fix_kept AND solved_at IS NOT NULL), count(*) FILTER (WHERE NOT fix_kept OR {late_fix}),
    count(*) FILTER (WHERE fixed = 'yes'), count(*) FILTER (WHERE fixed <> ''),
    coalesce(sum(greatest(contacts - 1, 0)), 0),
    count(*) FILTER (WHERE solved_at IS NOT NULL AND transfers = 0), count(*) FILTER (WHERE solved_at IS NOT NULL)
FROM surveys_followup
WHERE tenant_id = %(tenant)s AND opened_at >= %(since)s AND opened_at < %(until)s
    AND (%(units)s::bigint[] IS NULL OR unit_id = ANY(%(units)s))
GROUP BY 1
"""
_LATE = {
    "late_contact": "(contacted_at IS NULL AND closed_at IS NULL AND contact_due < %(now)s)",
    "late_fix": "(fix_kept IS NULL AND state IN ('open', 'contacted') AND fix_due < %(now)s)",
}


def handling(
    *, since: datetime, until: datetime, by: By = "", units: Collection[int] | None = None, now: datetime | None = None
) -> list[Handling]:
    """How those of the active tenant opened in [since, until) went, in all (`by` "") or by group, the largest first.

    `units` limits them to these units. Two queries over follow_up_by_time.
    """
    tenant = Tenant.objects.get(pk=active_tenant_id())
    values: dict[str, Any] = {
        "tenant": tenant.pk,
        "since": since,
        "until": until,
        "units": list(units) if units is not None else None,
        "now": now or timezone.now(),
    }
    group = by or "0"
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED.format(by=group if by else "NULL::text", **_LATE), values)
        counted = cursor.fetchall()
        cursor.execute(_paced(by), values)
        paced: dict[Any, dict[str, tuple[Any, ...]]] = defaultdict(dict)
        for of, kind, *figures in cursor.fetchall():
            paced[of][kind] = tuple(figures)
    least = tenant.anonymity_minimum
    sizes = {row[0]: row[1] for row in counted}
    # What customers said is theirs who said it, and what was in time is of those that are judged: a group may be large
    # enough, and they too few.
    shown, contact, fix, told, solved = (
        visible(of, minimum=least) if by else {group for group, n in of.items() if not n or enough(n, minimum=least)}
        for of in (
            sizes,
            {row[0]: row[4] + row[5] for row in counted},
            {row[0]: row[6] + row[7] for row in counted},
            {row[0]: row[9] for row in counted},
            {row[0]: row[12] for row in counted},
        )
    )
    found = [
        _handling(
            row,
            paced[row[0]],
            hidden=row[0] not in shown,
            judged={"contact": row[0] in contact, "fix": row[0] in fix},
            told=row[0] in told,
            solved=row[0] in solved,
        )
        for row in counted
    ]
    return sorted(found, key=lambda each: (-each.opened, str(each.group)))


def _paced(by: By) -> str:
    if by:
        return _PACE.format(by=by)
    return _PACE.replace("{by} AS g", "NULL::text AS g").replace("{by}, ", "")


def _handling(
    row: tuple[Any, ...],
    paced: dict[str, tuple[Any, ...]],
    *,
    hidden: bool,
    judged: dict[str, bool],
    told: bool,
    solved: bool,
) -> Handling:
    of, opened, live, overdue, contact, contact_late, fix, fix_late, yes, said, repeats, alone, all_solved = row
    if hidden:
        return Handling(of, opened, 0, 0, None, None, None, 0, hidden=True)
    return Handling(
        group=of,
        opened=opened,
        live=live,
        overdue=overdue,
        contact=_pace(paced.get("contact"), share(contact, contact + contact_late) if judged["contact"] else None),
        fix=_pace(paced.get("fix"), share(fix, fix + fix_late) if judged["fix"] else None),
        confirmed=share(yes, said) if told else None,
        repeats=int(repeats),
        alone=share(alone, all_solved) if solved else None,
    )


def _pace(row: tuple[Any, ...] | None, in_time: Share | None) -> Pace:
    n, *ends = row or (0, None, None, None)
    minutes, low, high = (None if each is None else float(each) for each in ends)
    return Pace(n, minutes, low, high, in_time)


def share(hits: int, of: int) -> Share:
    """So many of so many, with the interval."""
    if not of:
        return Share(hits, of, None, None, None)
    low, high = wilson(hits, of)
    return Share(hits, of, hits / of, float(low), float(high))


# A complaint is unhandled when its time for contact ran out before anybody was in touch. What was closed without a
# contact, such as a break taken back, is neither.
_UNHANDLED = """
SELECT touchpoint_id, date_trunc('month', signal_at AT TIME ZONE %(zone)s)::date,
    count(*) FILTER (WHERE NOT contact_kept OR {late_contact}), count(*)
FROM surveys_followup
WHERE tenant_id = %(tenant)s AND cause = ANY(%(causes)s) AND touchpoint_id IS NOT NULL
    AND opened_at >= %(since)s AND signal_at >= %(since)s AND signal_at < %(until)s
    AND (contact_kept IS NOT NULL OR {late_contact})
GROUP BY 1, 2
"""


def unhandled(
    *, since: datetime, until: datetime, now: datetime | None = None
) -> dict[tuple[int, date], tuple[int, int]]:
    """(touchpoint, first of month) -> (unhandled, all judged) complaints with a signal in the span.

    Counts alone, not hidden yet: they are for finders that test them, and that hide small groups.
    """
    tenant = Tenant.objects.get(pk=active_tenant_id())
    with connection.cursor() as cursor:
        cursor.execute(
            _UNHANDLED.format(**_LATE),
            {
                "tenant": tenant.pk,
                "zone": tenant.timezone,
                "causes": list(COMPLAINTS),
                "since": since,
                "until": until,
                "now": now or timezone.now(),
            },
        )
        return {(place, month): (late, of) for place, month, late, of in cursor.fetchall()}
