"""The page of a kind of round: the results of the closed ones, and how the open one goes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from cxplatform.stats.sums import Mean
from cxplatform.tenancy.models import Tenant
from dashboards.models import Round, RoundAnswer
from dashboards.plan import results
from dashboards.plan.asked import ABILITIES, AREAS
from dashboards.plan.radar import Radar, radar
from dashboards.plan.results import Assessed, Part, Square
from dashboards.plan.rounds import address_of, is_open
from journeys.models import Unit
from surveys.texts.mask import mask

SHOWN = 4
"""Rounds drawn over each other: more are read by nobody."""
_STYLES = ("now", "then-1", "then-2", "then-3")


@dataclass(frozen=True)
class Open:
    """A round that takes answers; `link` is the outsiders' address, "" where there is none."""

    round: Round
    answered: int
    outside: int
    link: str


@dataclass(frozen=True)
class Assessment:
    """`areas` and `abilities` of the newest round, the row of each theme, and both as radars over the rounds."""

    areas: tuple[Assessed, ...]
    abilities: tuple[Assessed, ...]
    area_radar: Radar
    ability_radar: Radar
    groups: tuple[tuple[str, str], ...]
    before: Round | None


@dataclass(frozen=True)
class TwoByTwo:
    """`squares` by round, the newest first: (round, square or None of too few). `units` of the newest."""

    squares: tuple[tuple[Round, Square | None], ...]
    units: tuple[tuple[str, Square], ...]


@dataclass(frozen=True)
class Barriers:
    parts: tuple[Part, ...]
    others: tuple[str, ...]


@dataclass(frozen=True)
class RoundPage:
    """`newest` is the last closed round (None: nothing to show yet), `n` its answers, `few` whether they are so few
    that nothing is shown. One of the three results is there where something is shown."""

    kind: str
    open: tuple[Open, ...]
    newest: Round | None
    rounds: tuple[Round, ...]
    n: int
    outside: int
    few: bool
    assessment: Assessment | None = None
    two: TwoByTwo | None = None
    barriers: Barriers | None = None

    @property
    def closed(self) -> date | None:
        """The day on which the newest closed: the last on which it took answers, or an earlier one."""
        return (self.newest.closed_on or self.newest.closes_on) if self.newest else None


def settled(round_: Round, today: date) -> bool:
    """Whether it takes no more answers: closed by somebody, or past its day."""
    return round_.closed_on is not None or round_.closes_on < today


def load_rounds(*, kind: str, tenant: Tenant, today: date) -> RoundPage:
    """Four queries at most, one more for the words beside barriers and for the names of units."""
    rounds = list(Round.objects.filter(kind=kind))
    closed = [each for each in rounds if settled(each, today)][:SHOWN]
    answers = results.answers_of(closed)
    newest = closed[0] if closed else None
    rows = answers[newest.pk] if newest else []
    own, minimum = results.own(rows), tenant.anonymity_minimum
    few = newest is not None and len(own) < results.fewest_of(minimum)
    page = RoundPage(
        kind=kind,
        open=_open([each for each in rounds if is_open(each, today)]),
        newest=newest,
        rounds=tuple(rounds),
        n=len(own),
        outside=len(rows) - len(own),
        few=few,
    )
    if newest is None or few:
        return page
    if kind == Round.Kind.ASSESSMENT:
        return replace(page, assessment=_assessment(closed, answers, minimum))
    if kind == Round.Kind.LEEWAY:
        return replace(page, two=_two(closed, answers, minimum))
    return replace(page, barriers=Barriers(results.barriers(own, minimum=minimum), _others(newest)))


def _open(rounds: Sequence[Round]) -> tuple[Open, ...]:
    answers = results.answers_of(rounds) if rounds else {}
    return tuple(
        Open(
            each,
            answered=len(results.own(answers[each.pk])),
            outside=len(answers[each.pk]) - len(results.own(answers[each.pk])),
            link=address_of(each),
        )
        for each in rounds
    )


def _assessment(closed: Sequence[Round], answers: dict[int, list[RoundAnswer]], minimum: int) -> Assessment:
    before = closed[1] if len(closed) > 1 else None
    rows = [
        results.assessed(answers[each.pk], answers[before.pk] if before and place == 0 else (), minimum=minimum)
        for place, each in enumerate(closed)
    ]
    now, cut = rows[0], len(AREAS)

    def drawn(part: slice) -> Radar:
        series: list[tuple[str, str, list[float | None]]] = [
            (each.name, _STYLES[place], [theme.own.value if theme.own else None for theme in of[part]])
            for place, (each, of) in enumerate(zip(closed, rows, strict=True))
        ]
        series.insert(
            1,
            (
                str(RoundAnswer.Group.OUTSIDE.label),
                "outside",
                [theme.outside.value if theme.outside else None for theme in now[part]],
            ),
        )
        return radar([str(theme.theme.name) for theme in now[part]], series)

    seen = {group for theme in now for group in theme.groups}
    return Assessment(
        areas=now[:cut],
        abilities=now[cut : cut + len(ABILITIES)],
        area_radar=drawn(slice(0, cut)),
        ability_radar=drawn(slice(cut, None)),
        groups=tuple((group.value, str(group.label)) for group in results.OWN if group.value in seen),
        before=before,
    )


def _two(closed: Sequence[Round], answers: dict[int, list[RoundAnswer]], minimum: int) -> TwoByTwo:
    newest = results.own(answers[closed[0].pk])
    units = results.squares_by_unit(newest, minimum=minimum)
    names = dict(Unit.objects.filter(pk__in=units).values_list("pk", "name"))
    return TwoByTwo(
        squares=tuple((each, results.square(results.own(answers[each.pk]), minimum=minimum)) for each in closed),
        units=tuple(sorted(((names[pk], each) for pk, each in units.items() if pk in names), key=lambda row: row[0])),
    )


def _others(round_: Round) -> tuple[str, ...]:
    """What people wrote beside the choices, masked, in the order of the alphabet: that of arrival might tell who."""
    own = RoundAnswer.objects.filter(round=round_).exclude(other="").exclude(group=RoundAnswer.Group.OUTSIDE)
    return tuple(sorted({mask(text) for text in own.values_list("other", flat=True)}, key=str.casefold))


def area_means(*, tenant: Tenant, today: date) -> dict[str, Mean]:
    """What the company's own people said of each area in the newest closed assessment, where it may be shown; two
    queries, one where nothing was asked."""
    closed = [each for each in Round.objects.filter(kind=Round.Kind.ASSESSMENT) if settled(each, today)][:1]
    if not closed:
        return {}
    rows = results.assessed(results.answers_of(closed)[closed[0].pk], minimum=tenant.anonymity_minimum)
    return {each.theme.key: each.own for each in rows if each.own}
