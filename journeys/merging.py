"""Two numbers, one person: everything of one customer becomes the other's, and the old number goes on working."""

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from cxplatform.pipeline import locks, pulse
from cxplatform.pipeline.consumers import Claim
from cxplatform.tenancy.context import active_tenant_id
from journeys.keepers import Merging, keepers
from journeys.models import Customer, Journey, RuleFiring
from journeys.paths.recount import recount
from journeys.people import customer_of, note


class MergeRefused(ValueError):
    """Why these two cannot be merged, in words for the person who asked."""


_TEXTS = ("name", "email", "phone", "locale", "account", "role")


def merge(*, stays: Customer, number: str) -> None:
    """Let the customer of `number` be one with `stays`, in the active tenant. It cannot be undone.

    Events, answers, promises, passages and asks move, and counts with them, as a rebuild would make them. What is
    known of `stays` goes before what was known of the other. Raises MergeRefused.
    """
    tenant_id = active_tenant_id()
    locks.wait(tenant_id)
    other = customer_of(number)
    if other is None:
        raise MergeRefused(_("No customer has the number %s.") % number)
    if other.id == stays.id:
        raise MergeRefused(_("%s is a number of this customer already.") % number)
    before = list(Customer.objects.filter(merged_into_id=other.id).values_list("id", flat=True))
    both = Customer.objects.filter(id__in=[stays.id, other.id, *before])
    # In the order of their numbers, as anybody else locks them (cxplatform.pipeline.locks).
    rows = {row.id: row for row in both.select_for_update().order_by("external_id")}
    kept, gone = rows.get(stays.id), rows[other.id]
    if kept is None or kept.merged_into_id or kept.erased_at:
        raise MergeRefused(_("This customer has just been merged or erased. Look at the page anew."))
    for name in _TEXTS:
        setattr(kept, name, getattr(kept, name) or getattr(gone, name))
    kept.dimensions = gone.dimensions | kept.dimensions
    kept.preferred_channel_id = kept.preferred_channel_id or gone.preferred_channel_id
    since = [row.ambassador_at for row in (kept, gone) if row.ambassador_at]
    kept.ambassador_at = min(since, default=None)
    kept.save()
    Customer.objects.filter(id=gone.id).update(
        **dict.fromkeys(_TEXTS, ""),
        dimensions={},
        preferred_channel_id=None,
        ambassador_at=None,
        merged_into_id=kept.id,
    )
    Customer.objects.filter(merged_into_id=gone.id).update(merged_into_id=kept.id)
    merging = Merging(tenant_id, gone.id, kept.id)
    for keeper in keepers():
        keeper.merge(merging)
    note("merged", kept.id, merged=str(gone.id))
    pulse.beat()


_EVENTS = "UPDATE journeys_event SET customer_id = %(stays)s WHERE tenant_id = %(tenant)s AND customer_id = %(gone)s"
# What a passage took from its customer stays with it; then all are made anew, as what was not known of one of them
# may be known now, and what parted two of them may be gone.
_PASSAGES = """
UPDATE journeys_passage SET customer_id = %(stays)s,
    subject = CASE WHEN trace_by = 'customer' THEN %(stays)s::text ELSE subject END
WHERE tenant_id = %(tenant)s AND customer_id = %(gone)s
RETURNING trace_by, subject
"""


def move(merging: Merging) -> None:
    """This room's part: events and passages."""
    values: dict[str, Any] = {"tenant": merging.tenant_id, "stays": merging.stays, "gone": merging.gone}
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, values)
        cursor.execute(_PASSAGES, values)
        cases = [subject for trace_by, subject in cursor.fetchall() if trace_by == Journey.TraceBy.CORRELATION]
    fired = RuleFiring.objects.filter(customer_id=merging.gone)
    fired.filter(subject=str(merging.gone)).update(subject=str(merging.stays))
    fired.update(customer_id=merging.stays)
    recount(correlations=cases, customer_ids=[merging.gone, merging.stays])


_LATE = """
UPDATE journeys_event e SET customer_id = c.merged_into_id FROM journeys_customer c
WHERE e.tenant_id = %(tenant)s AND e.id = ANY(%(ids)s::uuid[])
    AND c.tenant_id = %(tenant)s AND c.merged_into_id IS NOT NULL AND c.id = e.customer_id
"""
_ANY = "SELECT EXISTS (SELECT FROM journeys_customer WHERE tenant_id = %(tenant)s AND merged_into_id IS NOT NULL)"


def any_merged(tenant_id: int) -> bool:
    """Whether the active tenant ever merged customers; uses customer_merged."""
    with connection.cursor() as cursor:
        cursor.execute(_ANY, {"tenant": tenant_id})
        return bool(cursor.fetchone()[0])


def follow(claim: Claim) -> None:
    """The pipeline's first consumer: events that came in while their customer was being merged go where it went."""
    if any_merged(claim.tenant_id):
        with connection.cursor() as cursor:
            cursor.execute(_LATE, {"tenant": claim.tenant_id, "ids": claim.ids})
