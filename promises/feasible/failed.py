"""The customers a deadline would have failed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from journeys.models import Customer, Event
from promises.feasible.elapsed import NEVER
from promises.feasible.history import History
from promises.feasible.words import span

SHOWN = 50


@dataclass(frozen=True)
class Failed:
    """One that would have been late: `took` in words, "" = still open; `over` by how much."""

    customer: Customer | None
    correlation: str
    opened_at: datetime
    took: str
    over: str


@dataclass(frozen=True)
class FailedBy:
    """The newest SHOWN of `total`."""

    total: int
    rows: tuple[Failed, ...]

    @property
    def more(self) -> bool:
        return self.total > len(self.rows)


def failed_by(found: History, *, minutes: int, business: bool) -> FailedBy:
    """Those of the active tenant's history whom a deadline of so many minutes would have failed; two queries."""
    places = found.failed_by(minutes)
    ids = {place: found.opened_by[place] for place in places[:SHOWN]}
    events = {event.id: event for event in Event.objects.filter(id__in=ids.values())}
    wanted = {event.customer_id for event in events.values() if event.customer_id}
    customers: dict[UUID, Customer] = {each.id: each for each in Customer.objects.filter(id__in=wanted)}
    rows = []
    for place, id_ in ids.items():
        event = events.get(id_)
        if event is None:
            continue  # erased meanwhile
        needed = int(found.elapsed.needed[place])
        late = needed - minutes if needed < NEVER else int(found.elapsed.passed[place]) - minutes
        rows.append(
            Failed(
                customer=customers.get(event.customer_id),
                correlation=event.correlation,
                opened_at=event.time,
                took="" if needed == NEVER else span(needed, business=business),
                over=span(late, business=business),
            )
        )
    return FailedBy(len(places), tuple(rows))
