"""The map of a journey: its design stage by stage, and beside it what customers really met, felt and waited."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from cxplatform.stats import anonymity
from cxplatform.stats.metrics import metric
from cxplatform.stats.score import Score, score_of_many
from cxplatform.stats.sums import Mean, Sums
from cxplatform.tenancy.models import Tenant
from dashboards.asked import Asked, settle_query
from dashboards.cells import Cell, Pair, cells, pool
from dashboards.disclosure import Disclosure
from dashboards.journeys.asked import JourneyAsked, settle_journey
from dashboards.journeys.curve import Curve, curve_picture
from dashboards.journeys.flow import FlowPicture, flow_picture
from dashboards.journeys.follow import follow_of
from dashboards.journeys.gap import Gap, load_gap
from dashboards.journeys.names import Named
from dashboards.journeys.paths import Fitness, fitness_of
from dashboards.journeys.paths_load import NOTHING, Tally, added, pairs
from dashboards.journeys.peak import told
from dashboards.journeys.plan import NO_PLAN, Plan, StagePlan, load_plan
from dashboards.load import Histogram
from dashboards.query import Query
from dashboards.reading import NOW, Read
from dashboards.shares import Share, share_of
from journeys.models import Stage
from journeys.paths import measures
from journeys.versions import DesignStage
from promises import compliance, counted

WANTED = (
    measures.VISITED,
    measures.UNDESIGNED,
    measures.SKIPPED,
    measures.REACHED,
    measures.EDGE,
    measures.CURVE,
)
IMPORTANCE, EMOTION = "importance/1-7", "emotion/7"
# Fewer than one passage in ten meets it: planned, and rarely met.
RARELY = 10.0


@dataclass(frozen=True)
class Card:
    """A touchpoint as the design has it. `met` is of all passages, `skipped` of those held against the design;
    `astray` are the passages that met it where the design does not have it. `importance` is the customers' own;
    `by` says whether a person, a machine or both deliver it, "" where nobody has said."""

    place: Named
    optional: bool
    repeats: bool
    cell: Cell
    met: Share
    skipped: Share
    astray: Share
    importance: Score | None
    channels: tuple[Named, ...]
    by: str
    unit: Named | None

    @property
    def rarely(self) -> bool:
        """Planned but met by nobody, or surely by few; what may be skipped may be met by few."""
        return not self.met.n or (not self.optional and self.met.high is not None and self.met.high < RARELY)


@dataclass(frozen=True)
class Stranger:
    """A touchpoint that customers met though the design does not have it."""

    place: Named
    share: Share


@dataclass(frozen=True)
class Leap:
    """A jump of the design out of a stage: back (a loop) or on over others (a skip)."""

    start: str
    end: str
    back: bool


@dataclass(frozen=True)
class Column:
    """A stage: `waited` are times from the stage before, `within` between its own touchpoints. `how` says how its
    touchpoints may follow each other, "" where any may follow any."""

    stage: DesignStage
    how: str
    jumps: tuple[Leap, ...]
    people: tuple[str, ...]
    reached: Share
    feeling: Mean | None
    cards: tuple[Card, ...]
    strangers: tuple[Stranger, ...]
    waited: Tally
    within: Tally
    units: tuple[Named, ...]
    promises: tuple[compliance.PromiseKept, ...]
    plan: StagePlan

    @property
    def key(self) -> str:
        """Its key in the counts of stages."""
        return f"stage {self.stage.id}"


@dataclass(frozen=True)
class MapPage:
    """`lanes` are (key, name) in the order they are read. `answered`: feelings are those customers named when asked
    for one; else the scores they gave along the way."""

    asked: JourneyAsked
    scores: Asked
    columns: tuple[Column, ...]
    curve: Curve
    flow: FlowPicture
    fitness: Fitness
    homeless: tuple[Stranger, ...]
    unmapped: int
    answered: bool
    lanes: tuple[tuple[str, str], ...]
    personas: tuple[str, ...]
    gap: Gap | None

    @property
    def found(self) -> bool:
        """Whether anything was met that the design does not have."""
        return any(column.strangers for column in self.columns) or bool(self.homeless)


def load_map(*, slug: str, query: Query, tenant: Tenant) -> MapPage | None:
    """The map, in a fixed number of queries; None when there is no such journey."""
    asked = settle_journey(slug=slug, query=query, tenant=tenant, wanted=WANTED)
    if asked is None:
        return None
    scores = settle_query(
        replace(query, journey="", channel="", against=asked.against),
        minimum=asked.minimum,
        structure=asked.structure,
    )
    board = compliance.board(query=_of_promises(query), tenant=tenant)
    strangers, homeless = _strangers(asked)
    read = _answers(asked, scores)
    leaps, plan = _leaps(asked), load_plan(asked.id, asked.design)
    before, within = _waits(asked)
    seen = scores.reading.disclosure(metrics=[IMPORTANCE, EMOTION], windows={NOW: scores.windows[NOW]})
    cards, felt = _cards(asked, scores, plan, read, seen), _felt(asked, scores, read, seen)
    columns = tuple(
        Column(
            stage=stage,
            how="" if stage.flow == Stage.Flow.FREE or len(stage.steps) < 2 else str(Stage.Flow(stage.flow).label),
            jumps=tuple(leaps.get(stage.id, ())),
            people=tuple(
                dict.fromkeys(cards[step.id].place.owner for step in stage.steps if cards[step.id].place.owner)
            ),
            reached=share_of(asked.get(measures.REACHED, f"stage {stage.id}").n, asked.passages.n),
            feeling=felt[stage.id] if any(felt.values()) else _feeling(asked, stage),
            cards=tuple(cards[step.id] for step in stage.steps),
            strangers=tuple(strangers.get(stage.id, ())),
            waited=before.get(stage.id, NOTHING),
            within=within.get(stage.id, NOTHING),
            units=_units(cards[step.id] for step in stage.steps),
            promises=tuple(
                kept
                for kept in board.promises
                if kept.promise.touchpoint_id in {step.touchpoint for step in stage.steps}
            ),
            plan=plan.stages.get(stage.id, NO_PLAN),
        )
        for stage in asked.design.stages
    )
    return MapPage(
        asked=asked,
        scores=scores,
        columns=columns,
        curve=curve_picture([(each.stage.id, each.stage.name, each.feeling, each.plan.emotion) for each in columns]),
        flow=flow_picture(asked, follow_of(asked.design)),
        fitness=fitness_of(asked),
        homeless=tuple(homeless),
        unmapped=asked.get(measures.VISITED, "0").n,
        answered=any(felt.values()),
        lanes=tuple(_lanes(columns)),
        personas=plan.personas,
        gap=load_gap(asked.journey, asked.design, asked.names),
    )


def _lanes(columns: Sequence[Column]) -> Iterable[tuple[str, str]]:
    """Lanes in which nobody has written anything yet are left out."""
    if any(column.plan.wishes for column in columns):
        yield "goals", _("The customer's goal")
    yield "touchpoints", _("Touchpoints")
    yield "waiting", _("Waiting")
    yield "people", _("People, roles and units")
    if any(column.plan.processes for column in columns):
        yield "processes", _("Behind the scenes")
    if any(column.plan.shows for column in columns):
        yield "evidence", _("Evidence")
    yield "promises", _("Promises")


def _leaps(asked: JourneyAsked) -> dict[int, list[Leap]]:
    """The design's jumps by the stage they leave."""
    at = {step.id: (place, stage.id, step) for place, stage in enumerate(asked.design.stages) for step in stage.steps}
    found: dict[int, list[Leap]] = {}
    for a, b in asked.design.jumps:
        (place, stage_id, start), (other, _id, end) = at[a], at[b]
        names = [asked.names.touchpoint(step.touchpoint).name for step in (start, end)]
        back = other < place or (other == place and end.id <= start.id)
        found.setdefault(stage_id, []).append(Leap(names[0], names[1], back))
    return found


def _of_promises(query: Query) -> counted.Query:
    segment = query.segment
    return counted.Query(
        start=query.period.start,
        end=query.period.end,
        dimension=segment.dimension if segment else "",
        value=segment.value if segment else "",
    )


def _answers(asked: JourneyAsked, scores: Asked) -> Read:
    """What was answered at the design's touchpoints: the metric shown, importance and emotion. One query."""
    known = scores.structure.places
    return scores.reading.counts(
        metrics=list(dict.fromkeys([scores.metric.name, IMPORTANCE, EMOTION])),
        windows=scores.windows,
        places=[known[id] for id in sorted(asked.design.touchpoints) if id in known],
        by=["touchpoint_id"],
    )


def _felt(asked: JourneyAsked, scores: Asked, read: Read, seen: Disclosure) -> dict[int, Mean | None]:
    """Net emotion on -1 ... 1 by the stage's id; None where too few were asked or none."""
    of = metric(EMOTION)
    found: dict[int, Mean | None] = {}
    for stage in asked.design.stages:
        ids = [id for id in dict.fromkeys(step.touchpoint for step in stage.steps) if id in scores.structure.places]
        shows = seen.shows(EMOTION, NOW, [scores.structure.places[id] for id in ids])
        pooled = pool(of, [read.get(EMOTION, NOW, id) for id in ids]) if shows else None
        score = score_of_many(of, [pooled])[0] if pooled is not None else None
        found[stage.id] = None
        if score and score.value is not None and anonymity.enough(score.n, minimum=asked.minimum):
            ends = [None if end is None else end / 100 for end in (score.low, score.high)]
            found[stage.id] = Mean(score.value / 100, ends[0], ends[1], score.n)
    return found


def _cards(asked: JourneyAsked, scores: Asked, plan: Plan, read: Read, seen: Disclosure) -> dict[int, Card]:
    """By the id of the step; every cell is of one view, so their verdicts are controlled together."""
    steps = [step for stage in asked.design.stages for step in stage.steps]
    of = scores.metric

    def answered(window: str, id: int) -> Histogram | None:
        place = scores.structure.places.get(id)
        return read.get(of.name, window, id) if place and scores.tells(window, [place]) else None

    found = cells(
        of,
        [
            Pair(
                answered(NOW, step.touchpoint),
                answered(scores.against, step.touchpoint),
                scores.goals.touchpoint(of, step.touchpoint),
            )
            for step in steps
        ],
        minimum=asked.minimum,
    )
    held = asked.get(measures.FITNESS).n
    important: dict[int, Score] = {}
    for id in asked.design.touchpoints:
        at = scores.structure.places.get(id)
        shows = at is not None and seen.shows(IMPORTANCE, NOW, [at])
        histogram = read.get(IMPORTANCE, NOW, id) if shows else None
        if histogram is not None and anonymity.enough(int(histogram.sum()), minimum=asked.minimum):
            important[id] = score_of_many(IMPORTANCE, [histogram])[0]
    delivered = {place.id: place.by for stage in plan.stages.values() for place in stage.places}
    cards = {}
    for step, cell in zip(steps, found, strict=True):
        key, place = str(step.touchpoint), asked.names.touchpoint(step.touchpoint)
        cards[step.id] = Card(
            place=place,
            optional=step.optional,
            repeats=step.repeats,
            cell=cell,
            met=share_of(asked.get(measures.VISITED, key).n, asked.passages.n),
            skipped=share_of(asked.get(measures.SKIPPED, key).n, held),
            astray=share_of(asked.get(measures.UNDESIGNED, key).n, held),
            importance=important.get(step.touchpoint),
            channels=tuple(
                asked.names.channel(id)
                for id in dict.fromkeys([place.channel_id, *plan.channels.get(step.touchpoint, ())])
                if id
            ),
            by=delivered.get(step.touchpoint, ""),
            unit=asked.names.unit(place.unit_id) if place.unit_id else None,
        )
    return cards


def _units(cards: Iterable[Card]) -> tuple[Named, ...]:
    return tuple(dict.fromkeys(card.unit for card in cards if card.unit))


def _feeling(asked: JourneyAsked, stage: DesignStage) -> Mean | None:
    """The scores given at the stage's touchpoints, pooled; None where too few were given or none."""
    pooled = Sums()
    for id in dict.fromkeys(step.touchpoint for step in stage.steps):
        pooled += asked.scored(measures.CURVE, str(id))
    return told(pooled, asked.minimum)


def _waits(asked: JourneyAsked) -> tuple[dict[int, Tally], dict[int, Tally]]:
    """Times to each stage from before it and between its own touchpoints, by the stage's id."""
    stages_of: dict[int, set[int]] = {}
    for stage in asked.design.stages:
        for step in stage.steps:
            stages_of.setdefault(step.touchpoint, set()).add(stage.id)
    parts: dict[tuple[bool, int], list[Tally]] = {}
    for (start, end), tally in pairs(asked.keys(measures.EDGE)):
        if start == "":
            continue
        for id in stages_of.get(end, ()):
            parts.setdefault((id in stages_of.get(start, ()), id), []).append(tally)
    before, within = (
        {id: added(each) for (own, id), each in parts.items() if own == inside} for inside in (False, True)
    )
    return before, within


def _strangers(asked: JourneyAsked) -> tuple[Mapping[int, list[Stranger]], list[Stranger]]:
    """Touchpoints that the design does not have, by the stage after which they mostly come; the rest apart."""
    designed = asked.design.touchpoints
    stage_of = {step.touchpoint: stage.id for stage in reversed(asked.design.stages) for step in stage.steps}
    before: dict[int, dict[int, int]] = {}
    for (start, end), tally in pairs(asked.keys(measures.EDGE)):
        if end != "" and end not in designed and start in stage_of:
            stages = before.setdefault(end, {})
            stages[stage_of[start]] = stages.get(stage_of[start], 0) + tally.n
    by_stage: dict[int, list[Stranger]] = {}
    homeless: list[Stranger] = []
    for key, tally in asked.keys(measures.VISITED).items():
        id = int(key)
        if id in designed:
            continue
        stranger = Stranger(asked.names.touchpoint(id), share_of(tally.n, asked.passages.n))
        stages = before.get(id, {})
        if stages:
            by_stage.setdefault(max(stages, key=lambda stage: (stages[stage], -stage)), []).append(stranger)
        else:
            homeless.append(stranger)
    return by_stage, homeless
