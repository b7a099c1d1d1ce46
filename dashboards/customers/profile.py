"""Who a customer is: what is known, what is not and should be asked, and what they were promised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from journeys.hours import language_name
from journeys.models import Channel, Customer, Dimension
from promises.models import PromiseOutcome, Rule
from promises.models.outcomes import Status

MOST_OPEN = 10


@dataclass(frozen=True)
class Open:
    """A promise that is still to be kept."""

    promise: str
    opened_at: datetime
    due_at: datetime | None
    late: bool


@dataclass(frozen=True)
class Known:
    """One thing known of the customer, in words."""

    name: str
    value: str


@dataclass(frozen=True)
class Profile:
    """`gaps` are questions to ask at the next encounter, each named by the field of the form that takes the answer."""

    customer: Customer
    known: tuple[Known, ...]
    gaps: tuple[tuple[str, str], ...]
    open: tuple[Open, ...]
    dimensions: tuple[Dimension, ...]
    channels: tuple[Channel, ...]


def load_profile(customer: Customer, *, now: datetime, units: Sequence[int] = ()) -> Profile:
    """What is known of a customer of the active tenant, in three queries.

    `units` are those to whose promises the reader is limited, empty = all.
    """
    dimensions = tuple(Dimension.askable())
    channels = tuple(Channel.objects.in_use())
    return Profile(
        customer=customer,
        known=_known(customer, dimensions, {channel.pk: channel.name for channel in channels}),
        gaps=_gaps(customer, dimensions),
        open=_open(customer, now, units),
        dimensions=dimensions,
        channels=channels,
    )


def _known(customer: Customer, dimensions: Sequence[Dimension], channels: Mapping[int, str]) -> tuple[Known, ...]:
    values: list[tuple[str, Any]] = [
        (_("Customer number"), customer.external_id),
        (_("Role"), customer.role),
        (_("E-mail"), customer.email),
        (_("Phone"), customer.phone),
        (_("Language"), language_name(customer.locale) if customer.locale else ""),
        (_("Preferred channel"), channels.get(customer.preferred_channel_id or 0)),
    ]
    values += [(dimension.name, said(customer, dimension)) for dimension in dimensions]
    return tuple(Known(name, str(value)) for name, value in values if value not in (None, ""))


def said(customer: Customer, dimension: Dimension) -> str:
    """The customer's value of a dimension; empty where it is not known."""
    value = customer.dimensions.get(dimension.slug)
    return "" if value is None else str(value)


def _gaps(customer: Customer, dimensions: Sequence[Dimension]) -> tuple[tuple[str, str], ...]:
    gaps = [(f"dimension-{dimension.pk}", dimension.name) for dimension in dimensions if not said(customer, dimension)]
    if not customer.locale:
        gaps.append(("locale", _("language")))
    if customer.preferred_channel_id is None:
        gaps.append(("preferred_channel", _("preferred channel")))
    if customer.account and not customer.role:
        gaps.append(("role", _("role in the account")))
    if not customer.email and not customer.phone:
        gaps.append(("email", _("e-mail or phone")))
    return tuple(gaps)


def _open(customer: Customer, now: datetime, units: Sequence[int]) -> tuple[Open, ...]:
    """Uses outcome_by_customer."""
    rows = PromiseOutcome.objects.filter(customer_id=customer.id, status=Status.PENDING)
    if units:
        rows = rows.filter(unit_id__in=units)
    rows = rows.filter(rule__part=Rule.Part.PROMISE).order_by("due_at", "id").select_related("rule__promise")
    return tuple(
        Open(row.rule.promise.name, row.opened_at, row.due_at, row.due_at is not None and row.due_at < now)
        for row in rows[:MOST_OPEN]
    )


def languages() -> list[tuple[str, str]]:
    """The languages a customer can be served in, for a form."""
    return [(code, language_name(code)) for code, _name in settings.LANGUAGES]
