"""The lists of invited customers: who takes part, who recommends, and who could be asked."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from journeys.models import Customer, Touchpoint
from surveys.followups.reach import reach
from surveys.invited.referrals import Came, came_of
from surveys.models import Cause, CoDeveloper, FollowUp, FollowUpStep

MOST = 100
LATELY = timedelta(days=90)


def co_developers(of: "QuerySet[FollowUp]") -> list[dict[str, Any]]:
    """Who takes part of the customers of these follow-ups, the newest first, and how they are reached; who can be
    reached no more is left out."""
    mine = CoDeveloper.objects.filter(withdrawn_at=None, follow_up__in=of).select_related("follow_up")
    rows = list(mine.order_by("-agreed_at")[:MOST])
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


def ambassadors() -> list[tuple[Customer, Came]]:
    """Who recommends us, with what came of their links."""
    people = list(Customer.objects.exclude(ambassador_at=None).filter(erased_at=None).order_by("-ambassador_at")[:MOST])
    came = came_of([person.id for person in people])
    return [(person, came.get(person.id, Came())) for person in people]


def candidates(of: "QuerySet[FollowUp]") -> list[dict[str, Any]]:
    """Those whose complaint was put right lately and who have not been invited yet."""
    invited = FollowUpStep.objects.filter(kind=FollowUpStep.Kind.INVITED).values("follow_up")
    found = of.filter(
        state=FollowUp.State.CONFIRMED, confirmed_at__gte=timezone.now() - LATELY, customer_id__isnull=False
    )
    rows = list(found.exclude(cause=Cause.PROMOTER).exclude(pk__in=invited).order_by("-confirmed_at")[:20])
    ways, places = reach(rows), _places(rows)
    return [
        {"row": row, "name": ways[row.pk].name, "touchpoint": places.get(row.touchpoint_id, "")}
        for row in rows
        if ways[row.pk].by
    ]


def _places(rows: list[FollowUp]) -> dict[int | None, str]:
    ids = {row.touchpoint_id for row in rows} - {None}
    return dict(Touchpoint.objects.filter(pk__in=ids).values_list("pk", "name"))
