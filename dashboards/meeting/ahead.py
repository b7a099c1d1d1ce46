"""What is on the agenda: what somebody wants to talk about, improvements due and done, findings that are new."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from cxplatform.tenancy import audit
from cxplatform.tenancy.models import Membership
from dashboards.changes.lines import ALARMS, Line, lines
from dashboards.improvements.keys import key_of
from dashboards.improvements.people import seen_by
from dashboards.insights.read import findings
from dashboards.meeting.hold import of_member
from dashboards.models import AgendaItem, Improvement, Meeting
from dashboards.structure import load_structure

SOON = timedelta(days=14)
MOST, MOST_NEW = 30, 6


@dataclass(frozen=True)
class Ahead:
    """`due` are improvements that are late or due within a fortnight, `done` those done since the meeting before.
    `fresh` are findings that were not there when it began, `left` how many more; `since` is when that was, None where
    no meeting was held before. `handled` are items that this meeting has talked about."""

    items: tuple[AgendaItem, ...] = ()
    handled: tuple[AgendaItem, ...] = ()
    due: tuple[Improvement, ...] = ()
    done: tuple[Improvement, ...] = ()
    fresh: tuple[Line, ...] = ()
    left: int = 0
    since: datetime | None = None


def put(*, text: str, membership: Membership, improvement: Improvement | None = None) -> AgendaItem:
    """Put something on the agenda of the next meeting, of the member's own units where they are limited to those."""
    made: AgendaItem = AgendaItem.objects.create(
        text=text, improvement=improvement, unit_ids=list(membership.own_units), written_by=membership.user
    )
    audit.record("added", made)
    return made


def items_of(membership: Membership) -> "QuerySet[AgendaItem]":
    """What waits to be talked about, by the whole company or by the member's own units."""
    found: QuerySet[AgendaItem] = AgendaItem.objects.filter(handled_at=None).select_related("written_by", "improvement")
    own = membership.own_units
    return found.filter(unit_ids__contained_by=list(own), unit_ids__len__gt=0) if own else found.filter(unit_ids=[])


def handled(item: AgendaItem, *, meeting: Meeting | None) -> None:
    """It was talked about, in this meeting where one goes on, or is let go."""
    before = audit.stored(item)
    item.handled_at, item.meeting = timezone.now(), meeting
    item.save(update_fields=["handled_at", "meeting"])
    audit.record("changed", item, before=before)


def agenda(*, membership: Membership, today: date) -> Ahead:
    """The agenda of the next meeting."""
    held = of_member(membership).filter(unit_ids=list(membership.own_units))
    return _ahead(membership, today, held.defer("page").first())


def agenda_of(meeting: Meeting, *, membership: Membership, today: date) -> Ahead:
    """The agenda of a meeting that goes on; of one that has ended what of it was talked about."""
    talked = tuple(AgendaItem.objects.filter(meeting=meeting).select_related("written_by", "improvement"))
    if meeting.ended_at is not None:
        return Ahead(handled=talked)
    last = (
        of_member(membership).filter(unit_ids=meeting.unit_ids, started_at__lt=meeting.started_at).defer("page").first()
    )
    found = _ahead(membership, today, last)
    return Ahead(found.items, talked, found.due, found.done, found.fresh, found.left, found.since)


def _ahead(membership: Membership, today: date, last: Meeting | None) -> Ahead:
    live = Q(state__in=(Improvement.State.PROPOSED, Improvement.State.DOING), due__lte=today + SOON)
    done = Q(state=Improvement.State.DONE, done_on__gte=last.started_at.date()) if last else Q(pk=None)
    rows = list(seen_by(membership).filter(live | done).order_by("due", "id")[:MOST])
    fresh = [] if membership.own_units else _fresh(set(last.found) if last else set())
    return Ahead(
        items=tuple(items_of(membership)[:MOST]),
        due=tuple(row for row in rows if row.state != Improvement.State.DONE),
        done=tuple(row for row in rows if row.state == Improvement.State.DONE),
        fresh=tuple(fresh[:MOST_NEW]),
        left=max(0, len(fresh) - MOST_NEW),
        since=last.started_at if last else None,
    )


def _fresh(known: set[str]) -> list[Line]:
    found = [each for kind, rows in findings(ALARMS).items() for each in rows if key_of(each) not in known]
    return lines(found, load_structure()) if found else []
