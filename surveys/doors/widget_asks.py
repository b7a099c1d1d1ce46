"""Whether a visitor of a company's page may be asked, and the row of the contact ledger that says so."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import models

from journeys import people
from journeys.models import Customer
from surveys.asking import ledger
from surveys.asking.contact import Candidate
from surveys.asking.optout import opted_out
from surveys.asking.reasons import BUSY, OPTED_OUT
from surveys.models import Invitation, Method, Widget

State = Invitation.State
# An ask that nobody takes up is over when the visit is.
OPEN_FOR = timedelta(days=1)
# As long as widget.js keeps an answer that could not be sent.
LONGEST_WAIT = timedelta(days=30)


@dataclass(frozen=True)
class Decided:
    """`ask` is the ledger's row when the visitor may be asked, else `reason` (of `surveys.reasons`) says why not."""

    ask: UUID | None = None
    reason: str = ""


def decide(widget: Widget, *, kind: str, customer: str, language: str, now: datetime) -> Decided:
    """Ask this visitor of the active tenant, or do not; either way one row of the ledger says it.

    `customer` is empty for anonymous visitors, whose browsers alone know when they were asked.
    """
    customer_id = _customer(customer) if customer else None
    reason = _against(widget, customer_id, kind=kind, now=now) if customer_id else ""
    row = Invitation.objects.create(
        survey_id=widget.survey_id,
        method=Method.WIDGET,
        state=State.SKIPPED if reason else State.OPENED,
        reason=reason,
        customer_id=customer_id,
        language=language,
        touchpoint_id=widget.touchpoint_id,
        channel_id=widget.channel_id,
        due_at=now,
        sent_at=None if reason else now,
        opened_at=None if reason else now,
        expires_at=now + OPEN_FOR,
    )
    return Decided(reason=reason) if reason else Decided(ask=row.id)


def left(widget: Widget, ask: UUID) -> bool:
    """The visitor closed the survey without answering: a refusal, after which the contact rules let them rest."""
    open_asks = _of(widget, ask).filter(state=State.OPENED)
    return bool(open_asks.update(state=State.REFUSED))


def customer_of(widget: Widget, ask: UUID) -> str:
    """The customer number frozen when the visitor was asked; empty for anonymous ones and unknown asks."""
    customer_id = _of(widget, ask).values_list("customer_id", flat=True).first()
    if customer_id is None:
        return ""
    return Customer.objects.filter(id=customer_id).values_list("external_id", flat=True).first() or ""


def over(widget: Widget, ask: UUID, *, now: datetime) -> bool:
    """Whether no answer to this ask is taken any more, however long it waited for the network."""
    return _of(widget, ask).filter(expires_at__lt=now - LONGEST_WAIT).exists()


def answered(widget: Widget, ask: UUID, *, response_id: UUID | None, now: datetime) -> None:
    """The first answer came, also when it waited for the network until the ask was over."""
    _of(widget, ask).exclude(state__in=[State.ANSWERED, State.SKIPPED]).update(
        state=State.ANSWERED, answered_at=now, response_id=response_id
    )


def _of(widget: Widget, ask: UUID) -> models.QuerySet[Invitation]:
    return Invitation.objects.filter(id=ask, method=Method.WIDGET, survey_id=widget.survey_id)


def _customer(external_id: str) -> UUID:
    """The customer of that number, made when the company's signed word is the first we hear of them."""
    known = people.customer_of(external_id)
    if known is None:
        Customer.objects.bulk_create([Customer(external_id=external_id)], ignore_conflicts=True)
        known = Customer.objects.get(external_id=external_id)
    return known.id


def _against(widget: Widget, customer_id: UUID, *, kind: str, now: datetime) -> str:
    """The code of `surveys.reasons` that speaks against asking this customer, or "" when nothing does."""
    if not ledger.take_turn_soon():
        return BUSY
    # The ledger asks this of the ways that have an address; a widget has none.
    (unwanted,) = opted_out([(customer_id, "", Method.WIDGET.value)])
    candidate = Candidate(
        customer_id=customer_id,
        survey_id=widget.survey_id,
        kind=kind,
        due_at=now,
        methods=(Method.WIDGET.value,),
        lifetime=OPEN_FOR,
        obstacle=OPTED_OUT if unwanted else "",
    )
    (verdict,) = ledger.weigh([candidate], now=now)
    return "" if verdict.asked else verdict.reason  # quiet hours put nothing off: the visitor is here, and awake
