"""What this room keeps of a person: answers, asks, messages and what they said of being asked."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from cxplatform.deliveries import messages, outbox
from cxplatform.deliveries.models import OutgoingMessage
from cxplatform.deliveries.webhooks import telling
from cxplatform.pipeline.consumers import Claim
from journeys.claimed import claimed
from journeys.exporting import rows
from journeys.keepers import ERASED, Erasing, Keeper, Merging
from journeys.merging import any_merged
from journeys.models import Customer
from surveys import encounters, rollups
from surveys.asking import counts, reasons
from surveys.asking.optout import plain_address
from surveys.models import Invitation, OptOut, PrizeEntry, Response, Verbatim
from surveys.texts import verbatims

State = Invitation.State

_ANSWERS = """
UPDATE surveys_response SET customer_id = %(stays)s WHERE tenant_id = %(tenant)s AND customer_id = %(gone)s
RETURNING id
"""
# A person who said no under both numbers said it once.
_OPT_OUTS = """
DELETE FROM surveys_optout o WHERE tenant_id = %(tenant)s AND customer_id = %(gone)s AND EXISTS (
    SELECT FROM surveys_optout s WHERE s.tenant_id = %(tenant)s AND s.customer_id IS NOT DISTINCT FROM %(stays)s::uuid
        AND s.address_hash = o.address_hash AND s.method = o.method)
"""


def merge(merging: Merging) -> None:
    """Answers move, and are counted anew: in a wave of a relationship survey one person is one voice."""
    values: dict[str, Any] = {"tenant": merging.tenant_id, "stays": merging.stays, "gone": merging.gone}
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, values)
        moved = [id_ for (id_,) in cursor.fetchall()]
        cursor.execute(_OPT_OUTS, values)
    OptOut.objects.filter(customer_id=merging.gone).update(customer_id=merging.stays)
    Invitation.objects.filter(customer_id=merging.gone).update(customer_id=merging.stays)
    if moved:
        rollups.count(moved)
        verbatims.bring(moved)
    encounters.count([merging.stays])
    telling.follow(gone=merging.gone, stays=merging.stays)


_LATE = """
UPDATE surveys_response r SET customer_id = c.merged_into_id FROM journeys_customer c
WHERE r.tenant_id = %(tenant)s AND r.id = ANY(%(ids)s::uuid[])
    AND c.tenant_id = %(tenant)s AND c.merged_into_id IS NOT NULL AND c.id = r.customer_id
"""


def follow(claim: Claim) -> None:
    """A consumer before the one that counts: answers given while their customer was being merged go where it went."""
    if claimed(claim).answers and any_merged(claim.tenant_id):
        with connection.cursor() as cursor:
            cursor.execute(_LATE, {"tenant": claim.tenant_id, "ids": claim.ids})


_FORGET = """
UPDATE surveys_response SET customer_id = %(ghost)s, answers = '{}', texts = '{}', contact = NULL,
    submission_id = %(erased)s || id::text
WHERE tenant_id = %(tenant)s AND customer_id = %(customer)s
"""


def erase(erasing: Erasing) -> None:
    """Scores stay with their answers; words, contacts, asks' addresses and messages go.

    A "do not ask" given by address stays, known by its keyed hash alone: or the address would be asked again.
    """
    answers = list(Response.objects.filter(customer_id=erasing.customer_id).values_list("id", flat=True))
    telling.forget(customer_id=erasing.customer_id)
    outbox.empty(tenant_id=erasing.tenant_id, about=[erasing.customer_id, *answers])
    with connection.cursor() as cursor:
        cursor.execute(
            _FORGET,
            {
                "tenant": erasing.tenant_id,
                "customer": erasing.customer_id,
                "ghost": erasing.ghost,
                "erased": ERASED,
            },
        )
        OptOut.objects.filter(customer_id=erasing.customer_id, address_hash="").delete()
        cursor.execute(_OPT_OUTS, {"tenant": erasing.tenant_id, "gone": erasing.customer_id, "stays": None})
    verbatims.remove(list(Verbatim.objects.filter(customer_id=erasing.customer_id).values_list("id", flat=True)))
    OptOut.objects.filter(customer_id=erasing.customer_id).update(customer_id=None)
    asks = _asks(erasing.customer_id, erasing.addresses)
    ids = list(asks.values_list("id", flat=True))
    asks = Invitation.objects.filter(id__in=ids)  # their addresses go
    now = timezone.now()
    asks.filter(state=State.PLANNED).update(state=State.SKIPPED, reason=reasons.ERASED)
    asks.filter(state__in=[State.SENT, State.OPENED]).update(expires_at=now)
    asks.update(customer_id=None, address="", correlation="", response_id=None)
    messages.erase(about=ids, addresses=erasing.addresses)
    _entries(erasing.addresses).delete()
    while counts.count():
        pass


def export(customer_id: UUID) -> dict[str, Any]:
    person = Customer.objects.get(id=customer_id)
    addresses = list(filter(None, (person.email, person.phone)))
    asks = _asks(customer_id, addresses)
    sent = OutgoingMessage.objects.filter(about__in=asks.values("id"))
    return {
        "answers": rows(Response.objects.filter(customer_id=customer_id), "counted"),
        "texts_as_read": rows(Verbatim.objects.filter(customer_id=customer_id), "counted", "model"),
        "asks": rows(asks, "counted", "counted_state"),
        "messages": rows(sent, "headers"),
        "prize_entries": rows(_entries(addresses)),
        "opt_outs": rows(OptOut.objects.filter(customer_id=customer_id), "address_hash"),
    }


def _asks(customer_id: UUID, addresses: Sequence[str]) -> QuerySet[Invitation]:
    """Asks of a customer, and those sent to an address of theirs that named nobody. Uses invitation_by_address."""
    by_address = Q(customer_id=None, member_id=None, address__in=[plain_address(address) for address in addresses])
    return Invitation.objects.filter(Q(customer_id=customer_id) | by_address)  # type: ignore[no-any-return]


def _entries(addresses: Sequence[str]) -> QuerySet[PrizeEntry]:
    """Entries to prize draws lead to nobody but by the address, however it was written."""
    entries = PrizeEntry.objects.annotate(small=Lower("contact"))
    return entries.filter(small__in=[address.lower() for address in addresses])  # type: ignore[no-any-return]


KEEPER = Keeper(merge, erase, export)
