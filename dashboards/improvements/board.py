"""The board of improvements and the page of one, read in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet

from cxplatform.tenancy.models import Membership, Tenant
from cxplatform.tenancy.roles import Permission
from dashboards.changes.lines import Line
from dashboards.changes.page import change_lines
from dashboards.improvements.figures import DAYS, Speed, speed
from dashboards.improvements.people import seen_by, sees_all
from dashboards.improvements.watched import Beside, beside
from dashboards.models import Action, AgendaItem, Decision, Improvement, TeamMember
from dashboards.structure import load_structure
from surveys.models import Deed

MOST_DONE = 30
State = Improvement.State


@dataclass(frozen=True)
class Card:
    """An improvement on the board. `effect` is what its change did, None where that is not known yet or not the
    reader's to see; `days` its cycle time so far or in all."""

    improvement: Improvement
    done: int
    actions: int
    effect: Line | None
    days: int | None
    late: bool

    @property
    def closed(self) -> bool:
        return self.improvement.state in (State.DONE, State.DROPPED)


@dataclass(frozen=True)
class Column:
    state: str
    name: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Outcomes:
    """What those done within a year did to the score at their place; `open` is not known yet, or cannot be told.
    `teams` are improvements under way with a team, `people` who is on them."""

    better: int
    even: int
    worse: int
    open: int
    teams: int
    people: int

    @property
    def done(self) -> int:
        return self.better + self.even + self.worse + self.open


@dataclass(frozen=True)
class Board:
    """`speed` is None for a reader who does not see the whole company's figures."""

    columns: tuple[Column, ...]
    speed: Speed | None
    outcomes: Outcomes | None = None

    @property
    def cards(self) -> tuple[Card, ...]:
        return tuple(card for column in self.columns for card in column.cards)


def load_board(*, membership: Membership, tenant: Tenant, today: date, mine: bool = False, kind: str = "") -> Board:
    """Proposed, under way, and what was done or dropped within a year; what is due soonest first."""
    rows = seen_by(membership)
    if mine:
        user = membership.user
        involved = Q(owner=user) | Q(team__user=user) | Q(actions__owner=user, actions__done_on=None)
        rows = rows.filter(pk__in=Improvement.objects.filter(involved).values("pk"))
    if kind:
        rows = rows.filter(kind=kind)
    effects = _effects() if sees_all(membership) else {}
    since = today - timedelta(days=DAYS)
    live = _counted(rows.filter(state__in=(State.PROPOSED, State.DOING)))
    over = _counted(rows.filter(state__in=(State.DONE, State.DROPPED)).exclude(done_on__lt=since))
    # What was dropped has no such day: it comes last, and never in the way of what was done.
    found = [*live, *over.order_by(F("done_on").desc(nulls_last=True), "-id")[:MOST_DONE]]
    cards = [_card(each, effects, today) for each in found]
    wanted: Sequence[tuple[str, tuple[str, ...]]] = (
        (State.PROPOSED, (State.PROPOSED,)),
        (State.DOING, (State.DOING,)),
        (State.DONE, (State.DONE, State.DROPPED)),
    )
    return Board(
        tuple(
            Column(state, str(State(state).label), tuple(card for card in cards if card.improvement.state in states))
            for state, states in wanted
        ),
        speed(tenant=tenant, today=today) if sees_all(membership) else None,
        _outcomes(cards, rows.filter(state=State.DONE, done_on__gte=since), effects) if sees_all(membership) else None,
    )


def _outcomes(cards: Sequence[Card], over: "QuerySet[Improvement]", effects: Mapping[int, Line]) -> Outcomes:
    """Of all that is `over`, also of what the board has no room for; two queries."""
    done = [effects.get(change or 0) for change in over.values_list("change_id", flat=True)]
    tested = [line.insight.data["verdict"] for line in done if line and line.insight.data["state"] == "tested"]
    better, worse = tested.count("better"), tested.count("worse")
    doing = [card.improvement.pk for card in cards if card.improvement.state == State.DOING]
    on = list(TeamMember.objects.filter(improvement__in=doing).values_list("improvement_id", "user_id"))
    return Outcomes(
        better=better,
        even=len(tested) - better - worse,
        worse=worse,
        open=len(done) - len(tested),
        teams=len({team for team, _ in on}),
        people=len({user for _, user in on}),
    )


def _counted(rows: "QuerySet[Improvement]") -> "QuerySet[Improvement]":
    return rows.annotate(
        all_actions=Count("actions"), done_actions=Count("actions", filter=Q(actions__done_on__isnull=False))
    )


def _card(row: Improvement, effects: Mapping[int, Line], today: date) -> Card:
    end = row.done_on if row.state == State.DONE else today
    days = (end - row.started_on).days if row.started_on and end and row.state in (State.DOING, State.DONE) else None
    live = row.state in (State.PROPOSED, State.DOING)
    return Card(
        improvement=row,
        done=row.done_actions,  # type: ignore[attr-defined]
        actions=row.all_actions,  # type: ignore[attr-defined]
        effect=effects.get(row.change_id or 0),  # type: ignore[attr-defined]
        days=days,
        late=bool(live and row.due and row.due < today),
    )


def _effects() -> dict[int, Line]:
    return {line.insight.data["change"]: line for line in change_lines(load_structure())}


@dataclass(frozen=True)
class One:
    """An improvement with all that belongs to it. `chain` are its iterations, the first of them first."""

    card: Card
    actions: tuple[Action, ...]
    team: tuple[TeamMember, ...]
    chain: tuple[Improvement, ...]
    follow_ups: tuple[int, ...]
    watched: tuple[Beside, ...]
    decisions: tuple[Decision, ...] = ()
    waiting: tuple[AgendaItem, ...] = ()
    deed: Deed | None = None

    @property
    def last(self) -> bool:
        """Whether no iteration comes after it."""
        return not self.chain or self.chain[-1].pk == self.improvement.pk

    @property
    def improvement(self) -> Improvement:
        return self.card.improvement


def load_one(improvement: Improvement, *, membership: Membership, today: date) -> One:
    """All of one improvement; the company's figures to who sees those alone."""
    whole = sees_all(membership)
    row = _counted(Improvement.objects.select_related("owner", "touchpoint", "change", "created_by")).get(
        pk=improvement.pk
    )
    actions = Action.objects.filter(improvement=row).select_related("owner").order_by("done_on", "due", "id")
    return One(
        card=_card(row, _effects() if whole else {}, today),
        actions=tuple(sorted(actions, key=lambda each: (each.done_on is not None, each.due or date.max, each.pk))),
        team=tuple(row.team.select_related("user").order_by("user__first_name", "user__last_name", "id")),
        chain=_chain(row),
        follow_ups=tuple(row.sources.order_by("pk").values_list("follow_up_id", flat=True)),
        watched=tuple(beside(row)) if whole else (),
        deed=Deed.objects.filter(improvement_id=row.pk).first(),
        decisions=tuple(row.decisions.select_related("owner")) if whole else (),
        waiting=tuple(row.agenda.filter(handled_at=None)) if membership.may(Permission.SEE_RESULTS) else (),
    )


def _chain(improvement: Improvement) -> tuple[Improvement, ...]:
    """Iterations before and after, at most twenty each way: every one a query, and few have more than two."""
    before: list[Improvement] = []
    seen = improvement
    while seen.before is not None and len(before) < 20:
        seen = seen.before
        before.append(seen)
    after: list[Improvement] = []
    last = improvement
    while len(after) < 20 and (following := Improvement.objects.filter(before=last).first()):
        after.append(following)
        last = following
    chain = (*reversed(before), improvement, *after)
    return chain if len(chain) > 1 else ()
