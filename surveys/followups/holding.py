"""Follow-ups that a claim changes, locked all at once."""

from collections.abc import Collection, Mapping
from uuid import UUID

from surveys.models import FollowUp


def hold(*, ids: Collection[int] = (), customers: Collection[UUID] = ()) -> Mapping[int, FollowUp]:
    """Lock these follow-ups of the active tenant, and those in work of these customers, until the transaction ends.

    All of a transaction in one call, and in the order of their ids, as whoever changes many of them does
    (cxplatform.pipeline.locks). They come as they are once nobody else is at work on them: what made them wanted may
    hold no more.
    """
    # Two reads, as of "these or those" the planner may read all there are. Uses follow_up_by_customer.
    theirs = FollowUp.objects.filter(customer_id__in=customers, state__in=FollowUp.LIVE) if customers else None
    wanted = {*ids, *(theirs.values_list("pk", flat=True) if theirs is not None else ())}
    if not wanted:
        return {}
    return {row.pk: row for row in FollowUp.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
