"""The lists of invited customers: who takes part, who recommends, and who could be asked."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from journeys.models import Customer, Touchpoint
from surveys.followups.reach import reach
from surveys.invited.referrals import Came, came_of
from surveys.models import Cause, CoDeveloper, FollowUp, FollowUpStep

MOST, MOST_CANDIDATES = 100, 20
LATELY = timedelta(days=90)


def taking_part(of: "QuerySet[FollowUp]") -> "QuerySet[CoDeveloper]":
    """Co-developers of the customers of these follow-ups, who have not withdrawn."""
    found: QuerySet[CoDeveloper] = CoDeveloper.objects.filter(withdrawn_at=None, follow_up__in=of)
    return found.select_related("follow_up")


def recommending() -> "QuerySet[Customer]":
    """Customers who recommend us."""
    found: QuerySet[Customer] = Customer.objects.exclude(ambassador_at=None).filter(erased_at=None)
    return found


def to_be_asked(of: "QuerySet[FollowUp]") -> "QuerySet[FollowUp]":
    """Those whose complaint was put right lately and who have not been invited yet."""
    invited = FollowUpStep.objects.filter(kind=FollowUpStep.Kind.INVITED).values("follow_up")
    found = of.filter(
        state=FollowUp.State.CONFIRMED, confirmed_at__gte=timezone.now() - LATELY, customer_id__isnull=False
    )
    return found.exclude(cause=Cause.PROMOTER).exclude(pk__in=invited)


def co_developers(rows: Sequence[CoDeveloper]) -> list[dict[str, Any]]:
    """Who takes part and how they are reached; who can be reached no more is left out."""
    ways = reach([row.follow_up for row in rows])
    places = _places([row.follow_up for row in rows])
    return [
        {
            "row": row,
            "name": ways[row.follow_up_id].name,
            "to": ways[row.follow_up_id].to,
            "touchpoint": places.get(row.follow_up.touchpoint_id, ""),
        }
        for row in rows
        if ways[row.follow_up_id].by
    ]


def ambassadors(people: Sequence[Customer]) -> list[tuple[Customer, Came]]:
    """Who recommends us, with what came of their links."""
    came = came_of([person.id for person in people])
    return [(person, came.get(person.id, Came())) for person in people]


def candidates(rows: Sequence[FollowUp]) -> list[dict[str, Any]]:
    """Who could be asked; who can be reached no more is left out."""
    ways, places = reach(rows), _places(rows)
    return [
        {"row": row, "name": ways[row.pk].name, "touchpoint": places.get(row.touchpoint_id, "")}
        for row in rows
        if ways[row.pk].by
    ]


def newest_co_developers(of: "QuerySet[FollowUp]") -> list[dict[str, Any]]:
    return co_developers(list(taking_part(of).order_by("-agreed_at")[:MOST]))


def newest_ambassadors() -> list[tuple[Customer, Came]]:
    return ambassadors(list(recommending().order_by("-ambassador_at")[:MOST]))


def newest_candidates(of: "QuerySet[FollowUp]") -> list[dict[str, Any]]:
    return candidates(list(to_be_asked(of).order_by("-confirmed_at")[:MOST_CANDIDATES]))


def _places(rows: Sequence[FollowUp]) -> dict[int | None, str]:
    ids = {row.touchpoint_id for row in rows} - {None}
    return dict(Touchpoint.objects.filter(pk__in=ids).values_list("pk", "name"))
