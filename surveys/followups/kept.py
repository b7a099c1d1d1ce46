"""What follow-ups keep of a person: whose matter it was, what was said and agreed; who handled it stays."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from cxplatform.deliveries import messages
from journeys.exporting import rows
from journeys.keepers import Erasing, Keeper, Merging
from surveys.followups.holding import hold
from surveys.models import AgreedItem, CoDeveloper, FollowUp, FollowUpStep, Response

_COUNTED = frozenset(
    {"amount", "currency", "fixed", "value", "kept", "state", "first_contact", "cause", "rule", "from", "to"}
)
"""What of a step's data is counted and says nothing of the person."""


def merge(merging: Merging) -> None:
    theirs = FollowUp.objects.filter(customer_id=merging.gone)
    hold(ids=list(theirs.values_list("pk", flat=True)))
    theirs.update(customer_id=merging.stays)


def erase(erasing: Erasing) -> None:
    """Words, wishes and agreements go, those of answers by code too that left an address of theirs; that it happened,
    when, where and how long it took stays. What is in work ends: nobody is left to help.
    """
    theirs = list(_of(erasing.customer_id, erasing.addresses).select_for_update().order_by("pk"))
    if not theirs:
        return
    now = timezone.now()
    ids = [row.pk for row in theirs]
    steps = list(FollowUpStep.objects.filter(follow_up__in=ids))
    for step in steps:
        step.text = ""
        step.data = {name: value for name, value in step.data.items() if name in _COUNTED}
    FollowUpStep.objects.bulk_update(steps, ["text", "data"])
    messages.erase(about=[step.id for step in steps] + [row.response_id for row in theirs if row.response_id])
    AgreedItem.objects.filter(follow_up__in=ids).update(text="")
    CoDeveloper.objects.filter(follow_up__in=ids).delete()
    for row in theirs:
        row.wish = ""
        row.customer_id = erasing.ghost if row.customer_id else None
        row.correlation = erasing.cases.get(row.correlation, row.correlation)
        row.version += 1
        if row.state in FollowUp.LIVE:
            row.state, row.closed_at = FollowUp.State.CLOSED, now
            data = {"reason": "erased", "state": row.state}
            FollowUpStep(follow_up=row, kind=FollowUpStep.Kind.CLOSED, at=now, data=data).save(force_insert=True)
    FollowUp.objects.bulk_update(theirs, ["wish", "customer_id", "correlation", "version", "state", "closed_at"])


def export(customer_id: UUID) -> dict[str, Any]:
    theirs = FollowUp.objects.filter(customer_id=customer_id)
    return {
        "follow_ups": rows(theirs, "owner_id", "owner_told", "reminded_of", "escalated_for", "version", "rule_id"),
        "follow_up_steps": rows(FollowUpStep.objects.filter(follow_up__in=theirs), "by_id", "data"),
        "agreed": rows(AgreedItem.objects.filter(follow_up__in=theirs)),
        "takes_part_in_improving": rows(CoDeveloper.objects.filter(follow_up__in=theirs)),
    }


def _of(customer_id: UUID, addresses: tuple[str, ...]) -> QuerySet[FollowUp]:
    """A customer's follow-ups, and those of answers that named nobody but left one of these addresses."""
    left = Q()
    for address in addresses:
        left |= Q(contact__email__iexact=address) | Q(contact__phone=address)
    nameless = FollowUp.objects.filter(customer_id=None).exclude(response_id=None)
    answers = (
        Response.objects.filter(left, id__in=nameless.values("response_id")) if addresses else Response.objects.none()
    )
    ids = list(answers.values_list("id", flat=True))
    Response.objects.filter(id__in=ids).update(contact=None)
    return FollowUp.objects.filter(Q(customer_id=customer_id) | Q(customer_id=None, response_id__in=ids))  # type: ignore[no-any-return]


KEEPER = Keeper(merge, erase, export)
