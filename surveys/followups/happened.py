"""What happens in follow-ups, as events: so that the time from signal to contact and to fix is a promise like others.

All events of one follow-up have its matter's correlation. `followup.opened` is dated by the signal, not by our
hearing of it; the others by when they were written down.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from journeys.models import Channel, Customer, Touchpoint, Unit
from journeys.record import IncomingEvent, record
from surveys.followups.heard import News
from surveys.followups.turn import Kind, State

SOURCE = "followups"
OPENED, CONTACTED, SOLVED, CONFIRMED, REOPENED, CLOSED = TYPES = (
    "followup.opened",
    "followup.contacted",
    "followup.solved",
    "followup.confirmed",
    "followup.reopened",
    "followup.closed",
)
_BY_STATE = {
    State.OPEN: REOPENED,
    State.CONTACTED: CONTACTED,
    State.SOLVED: SOLVED,
    State.CONFIRMED: CONFIRMED,
    State.CLOSED: CLOSED,
}


def types_of(news: News) -> list[str]:
    """Which events a step is: none for most."""
    if news.step.kind == Kind.OPENED:
        return [OPENED]
    found = _BY_STATE.get(news.step.data.get("state"))
    if found == SOLVED and news.step.data.get("first_contact"):
        return [CONTACTED, SOLVED]
    return [found] if found else []


def listen(news: Sequence[News]) -> None:
    """Record the events of these steps, in their transaction."""
    told = [(each, type_) for each in news for type_ in types_of(each)]
    if told:
        record(events=list(_events(told)), source=SOURCE)


def _events(told: Sequence[tuple[News, str]]) -> Iterator[IncomingEvent]:
    rows = [each.follow_up for each, _ in told]
    customers = dict(
        Customer.objects.filter(id__in={row.customer_id for row in rows} - {None}, erased_at=None).values_list(
            "id", "external_id"
        )
    )
    touchpoints = _slugs(Touchpoint, {row.touchpoint_id for row in rows})
    channels = _slugs(Channel, {row.channel_id for row in rows})
    units = _slugs(Unit, {row.unit_id for row in rows})
    for each, type_ in told:
        row = each.follow_up
        yield IncomingEvent(
            id=f"{row.pk}:{each.step.id}:{type_}",
            type=type_,
            time=row.signal_at if type_ == OPENED else each.step.at,
            customer=customers.get(row.customer_id),
            touchpoint=touchpoints.get(row.touchpoint_id or 0),
            channel=channels.get(row.channel_id or 0),
            unit=units.get(row.unit_id or 0),
            correlation=row.correlation,
            properties={"follow_up": row.pk, "cause": row.cause, **({"fixed": row.fixed} if row.fixed else {})},
        )


def _slugs(model: Any, ids: set[int | None]) -> dict[int, str]:
    known = ids - {None}
    return dict(model.objects.filter(pk__in=known).values_list("pk", "slug")) if known else {}
