"""Taking in what channels cost; the same channel and month told again replaces what was told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated

import msgspec
from django.utils import timezone
from msgspec import Meta

from dashboards.models import ChannelCost
from journeys.models import Channel

EARLIEST = date(2000, 1, 1)
MOST_MONEY = Decimal(10) ** 12


class Cost(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One figure: `channel` is a name or identifier, `month` any day of it."""

    channel: Annotated[str, Meta(min_length=1, max_length=300)]
    month: date
    amount: float
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] | None = None
    source: Annotated[str, Meta(max_length=100)] | None = None


@dataclass(frozen=True)
class Taken:
    """Figures that are new or changed, those that were there as they are, and what is wrong with others by place."""

    accepted: int
    duplicates: int
    rejected: dict[int, dict[str, str]] = field(default_factory=dict)


def take_in(costs: Sequence[Cost]) -> Taken:
    """Store figures of the active tenant; of two for the same channel and month the later in the list stands."""
    channels: dict[str, int] = {}
    for channel in Channel.objects.in_use():
        channels |= {channel.name.casefold(): channel.pk, channel.slug.casefold(): channel.pk}
    rejected: dict[int, dict[str, str]] = {}
    rows: dict[tuple[int, date], tuple[Decimal, str, str]] = {}
    for place, cost in enumerate(costs):
        channel_id = channels.get(cost.channel.strip().casefold())
        if errors := _check(cost, channel_id):
            rejected[place] = errors
        elif channel_id is not None:
            amount = Decimal(repr(cost.amount)).quantize(Decimal("0.01"))
            rows[channel_id, cost.month.replace(day=1)] = (amount, cost.currency or "EUR", cost.source or "")
    known = {
        (channel_id, month): tuple(told)
        for channel_id, month, *told in ChannelCost.objects.filter(
            channel_id__in={pk for pk, _ in rows}, month__in={month for _, month in rows}
        ).values_list("channel_id", "month", "amount", "currency", "source")
    }
    changed = {key: told for key, told in rows.items() if known.get(key) != told}
    now = timezone.now()
    ChannelCost.objects.bulk_create(
        [
            ChannelCost(channel_id=pk, month=month, amount=amount, currency=currency, source=source, told_at=now)
            for (pk, month), (amount, currency, source) in sorted(changed.items())
        ],
        update_conflicts=True,
        unique_fields=["tenant", "channel", "month"],
        update_fields=["amount", "currency", "source", "told_at"],
    )
    return Taken(len(changed), len(costs) - len(rejected) - len(changed), rejected)


def _check(cost: Cost, channel_id: int | None) -> dict[str, str]:
    errors = {}
    if channel_id is None:
        errors["channel"] = "There is no such channel in use. Send its name or identifier."
    if not 0 <= cost.amount < MOST_MONEY:
        errors["amount"] = "Send an amount of 0 or more."
    if cost.month < EARLIEST or cost.month > timezone.now().date() + timedelta(days=366):
        errors["month"] = "Send a day of the month, from the year 2000 to a year ahead, as in 2026-11-01."
    if "\x00" in (cost.source or ""):
        errors["source"] = "Remove the NUL character."
    return errors
