"""Opening a follow-up by hand, of an answer, an event, a customer, or of nothing but what somebody told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplatform.tenancy.models import User
from journeys.models import Customer, Event
from surveys.followups import due, heard, owners, setting
from surveys.followups.refusals import NotNow
from surveys.followups.rules import rule_for
from surveys.followups.turn import Kind, clean
from surveys.models import Cause, FollowUp, FollowUpStep, Response


def open_by_hand(
    *,
    by: User | None,
    text: str = "",
    wish: str = "",
    owner: User | None = None,
    cause: str = Cause.BY_HAND,
    customer: Customer | None = None,
    response_id: UUID | None = None,
    event_id: UUID | None = None,
    touchpoint_id: int | None = None,
    channel_id: int | None = None,
    unit_id: int | None = None,
    correlation: str = "",
    signal_at: datetime | None = None,
) -> FollowUp:
    """Open one for `owner`, or whom the rule for it means. `text` is why.

    Of an answer (`response_id`) or an event the time, place and customer are taken where none is given. Raises
    NotNow with the `follow_up` there is, where this answer or event has one already.
    """
    now = timezone.now()
    text, wish = clean(text), clean(wish)
    with transaction.atomic():
        event_id = event_id or response_id
        if event_id:
            _take_turn(event_id)
        source = _source(event_id, response_id)
        if event_id and source is None:
            raise NotNow(_("This answer or event is not here any more."))
        if event_id and (known := FollowUp.objects.filter(event_id=event_id).first()):
            raise NotNow(_("This is being followed up already."), follow_up=known)
        if owner is not None and not owners.can_own(owner):
            raise NotNow(
                _("%(person)s does not handle feedback here. Choose somebody who does.") % {"person": owner},
                field="owner",
            )
        moment = signal_at or _of(source, "answered_at") or _of(source, "time") or now
        follow_up = FollowUp(
            cause=cause,
            event_id=event_id,
            response_id=response_id,
            customer_id=customer.id if customer else _of(source, "customer_id"),
            touchpoint_id=touchpoint_id or _of(source, "touchpoint_id"),
            channel_id=channel_id or _of(source, "channel_id"),
            unit_id=unit_id or _of(source, "unit_id"),
            correlation=correlation or _correlation(event_id),
            signal_at=min(moment, now),
            opened_at=now,
            wish=wish,
            contacts=1,
            currency=setting.current().currency,
        )
        follow_up.rule = rule_for(follow_up)
        follow_up.owner = owner or owners.for_one(follow_up)
        follow_up.contact_due, follow_up.fix_due = due.due(follow_up.rule, [now], now=now)[0]
        follow_up.save()
        if not follow_up.correlation:
            follow_up.correlation = f"followup:{follow_up.pk}"
            follow_up.save(update_fields=["correlation"])
        step = FollowUpStep(
            follow_up=follow_up,
            kind=Kind.OPENED,
            at=now,
            by=by,
            text=text,
            data={"cause": cause, "to": follow_up.owner_id},
        )
        step.save(force_insert=True)
        heard.tell([heard.News(follow_up, step)])
        follow_up.refresh_from_db()
    return follow_up


def _take_turn(event_id: UUID) -> None:
    """Whoever follows the same up in the same instant waits, and then finds it there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"follow-up:{event_id}"])


def _source(event_id: UUID | None, response_id: UUID | None) -> Event | Response | None:
    """What it is opened of: of an answer the answer itself, which tests and answers without an event have too."""
    if response_id:
        return Response.objects.filter(id=response_id).first()  # type: ignore[no-any-return]
    return Event.objects.filter(id=event_id).first() if event_id else None


def _correlation(event_id: UUID | None) -> str:
    found = Event.objects.filter(id=event_id).values_list("correlation", flat=True) if event_id else []
    return next(iter(found), "")


def _of(source: Event | Response | None, name: str) -> Any:
    return getattr(source, name, None)
