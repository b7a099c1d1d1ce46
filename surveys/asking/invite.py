"""Asking people: what is planned becomes a row of the contact ledger, and what falls due is sent exactly once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone

from cxplatform.deliveries import messages
from cxplatform.deliveries.outbox import KEPT
from cxplatform.ids import uuid7s
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from surveys.asking.letters import letter
from surveys.asking.optout import address_hash, opted_out, plain_address
from surveys.models import Invitation, Method
from surveys.questionnaire import published

BATCH = 500
_BETWEEN_REMINDERS = timedelta(hours=1)
_SENT_BY_US = (Method.EMAIL, Method.SMS)
TAKEN_UP = (*_SENT_BY_US, Method.LINK)
"""What falls due by itself; a phone call and a widget come when the customer does."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One ask of one person: of a customer or, in a mirror survey, of a member of staff.

    `address` is an e-mail address or a phone number, by the method; empty for those that need none. Open for
    `days` from `due_at` (default: now).
    """

    survey_id: int
    method: str
    customer_id: UUID | None = None
    member_id: int | None = None
    address: str = ""
    language: str = ""
    touchpoint_id: int | None = None
    channel_id: int | None = None
    unit_id: int | None = None
    correlation: str = ""
    event_id: UUID | None = None
    trigger_id: int | None = None
    round_id: int | None = None
    due_at: datetime | None = None
    days: int = 30


def invite(asks: Sequence[Ask]) -> list[UUID]:
    """Plan these asks in the active tenant, in one statement; the id of each, in their order.

    An ask that a trigger already made for its event makes no second row: the id given for it leads nowhere.
    """
    now = timezone.now()
    ids = uuid7s(len(asks))
    rows = []
    for id_, ask in zip(ids, asks, strict=True):
        due = ask.due_at or now
        rows.append(
            Invitation(
                id=id_,
                survey_id=ask.survey_id,
                method=ask.method,
                customer_id=ask.customer_id,
                member_id=ask.member_id,
                address=plain_address(ask.address)[:254],
                language=ask.language.partition("-")[0].lower()[:10],
                touchpoint_id=ask.touchpoint_id,
                channel_id=ask.channel_id,
                unit_id=ask.unit_id,
                correlation=ask.correlation[:200],
                event_id=ask.event_id,
                trigger_id=ask.trigger_id,
                round_id=ask.round_id,
                due_at=due,
                expires_at=due + timedelta(days=ask.days),
            )
        )
    Invitation.objects.bulk_create(rows, ignore_conflicts=True)
    return ids


# The claim commits together with the messages it becomes: a crash sends nothing or everything, never twice.
# Uses invitation_planned.
_CLAIM = """
UPDATE surveys_invitation SET state = 'sent', sent_at = %(now)s
WHERE tenant_id = %(tenant)s AND id IN (
    SELECT id FROM surveys_invitation
    WHERE tenant_id = %(tenant)s AND state = 'planned' AND due_at <= %(now)s AND expires_at > %(now)s
        AND method = ANY(%(methods)s)
    ORDER BY due_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED
)
RETURNING id
"""


def send_due(tenant_id: int) -> int:
    """Send the active tenant's planned invitations whose time has come, at most 500; how many were taken up.

    Who opted out meanwhile is not asked, and an invitation without an address or without a published survey is
    marked so.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "now": timezone.now(),
                "tenant": tenant_id,
                "methods": list(TAKEN_UP),
                "batch": BATCH,
            },
        )
        ids = [row[0] for row in cursor.fetchall()]
    if ids:
        # A personal link is handed over by whoever asked for it: nothing of it is ours to send.
        claimed = [i for i in Invitation.objects.filter(id__in=ids) if i.method in _SENT_BY_US]
        _send(Tenant.objects.get(pk=tenant_id), claimed)
    return len(ids)


def remind(ids: Sequence[UUID]) -> int:
    """Send these invitations of the active tenant once more, where they are still open; how many.

    Told twice within an hour, the second time does nothing: two workers may choose the same ids.
    """
    tenant_id, now = active_tenant_id(), timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE surveys_invitation SET reminded_at = %(now)s, reminders = reminders + 1
            WHERE tenant_id = %(tenant)s AND id = ANY(%(ids)s::uuid[]) AND state IN ('sent', 'opened')
                AND (reminded_at IS NULL OR reminded_at < %(before)s) AND expires_at > %(now)s
                AND method = ANY(%(methods)s)
            RETURNING id
            """,
            {
                "now": now,
                "before": now - _BETWEEN_REMINDERS,
                "tenant": tenant_id,
                "ids": list(ids),
                "methods": list(_SENT_BY_US),
            },
        )
        claimed = [row[0] for row in cursor.fetchall()]
    if claimed:
        _send(Tenant.objects.get(pk=tenant_id), list(Invitation.objects.filter(id__in=claimed)), reminder=True)
    return len(claimed)


def _send(tenant: Tenant, invitations: Sequence[Invitation], *, reminder: bool = False) -> None:
    refused = opted_out((i.customer_id, i.address, i.method) for i in invitations)
    shelf = published.shelf(ids={i.survey_id for i in invitations})
    surveys = {survey.survey_id: survey for survey in shelf.newest.values() if not survey.archived}
    failed: dict[str, list[UUID]] = {"opted_out": [], "no_address": [], "closed": []}
    letters = []
    for invitation, no in zip(invitations, refused, strict=True):
        survey = surveys.get(invitation.survey_id)
        if no:
            failed["opted_out"].append(invitation.id)
        elif not invitation.address:
            failed["no_address"].append(invitation.id)
        elif survey is None:
            failed["closed"].append(invitation.id)
        else:
            letters.append(letter(tenant, invitation, survey, reminder=reminder))
    messages.enqueue(letters)
    written = {letter.about for letter in letters}
    nameless = [i for i in invitations if i.id in written and i.customer_id is None and not i.address_hash]
    for invitation in nameless:
        invitation.address_hash = address_hash(invitation.address)
    Invitation.objects.bulk_update(nameless, ["address_hash"])
    if reminder:
        # The first message arrived: its links stay good. Who opted out since ends as refused, as in opt_out.
        Invitation.objects.filter(id__in=failed["opted_out"]).update(
            state=Invitation.State.REFUSED, reason="opted_out", address=""
        )
        return
    for reason, ids in failed.items():
        if ids:
            state = Invitation.State.SKIPPED if reason == "opted_out" else Invitation.State.FAILED
            Invitation.objects.filter(id__in=ids).update(state=state, reason=reason, sent_at=None, address="")


_EXPIRE = (
    """
    UPDATE surveys_invitation SET state = 'expired', address = ''
    WHERE tenant_id = %(tenant)s AND id IN (
        SELECT id FROM surveys_invitation
        WHERE tenant_id = %(tenant)s AND state IN ('sent', 'opened') AND expires_at <= %(now)s
        FOR UPDATE SKIP LOCKED
    )
    """,
    """
    UPDATE surveys_invitation SET state = 'expired', address = ''
    WHERE tenant_id = %(tenant)s AND id IN (
        SELECT id FROM surveys_invitation
        WHERE tenant_id = %(tenant)s AND state = 'planned' AND due_at <= %(now)s AND expires_at <= %(now)s
        FOR UPDATE SKIP LOCKED
    )
    """,
)


def expire(tenant_id: int) -> None:
    """Close the active tenant's invitations whose time is over, and mark those that could not be delivered."""
    with connection.cursor() as cursor:
        # Uses invitation_waiting, then invitation_planned: one statement for all three states could use neither.
        for statement in _EXPIRE:
            cursor.execute(statement, {"tenant": tenant_id, "now": timezone.now()})
        # Uses message_given_up. A reminder that did not go takes nothing from a message that did.
        cursor.execute(
            """
            UPDATE surveys_invitation i SET state = 'failed', reason = 'undeliverable', address = ''
            FROM deliveries_outgoingmessage m
            WHERE m.tenant_id = %(tenant)s AND m.given_up_at IS NOT NULL AND m.about = i.id
                AND i.tenant_id = %(tenant)s AND i.state = 'sent'
                AND (i.reminders = 0 OR (i.sent_at > %(kept)s AND NOT EXISTS (
                    SELECT 1 FROM deliveries_outgoingmessage sent
                    WHERE sent.tenant_id = %(tenant)s AND sent.about = i.id AND sent.sent_at IS NOT NULL
                )))
            """,
            # Of messages older than this none is left to say that it was sent.
            {"tenant": tenant_id, "kept": timezone.now() - KEPT},
        )
