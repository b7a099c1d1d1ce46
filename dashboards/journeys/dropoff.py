"""Where passages end: stage by stage, and at which touchpoint; those still open stand apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cxplatform.tenancy.models import Tenant
from dashboards.journeys.asked import JourneyAsked, settle_journey
from dashboards.journeys.follow import follow_of
from dashboards.journeys.names import Named
from dashboards.journeys.paths_load import Tally
from dashboards.query import Query
from dashboards.shares import Share, share_of
from journeys.models import Stage
from journeys.paths import measures
from journeys.versions import DesignStage

WANTED = (measures.REACHED, measures.ONWARD, measures.LAST, measures.VISITED)
COMPARED = (measures.REACHED, measures.ONWARD)


@dataclass(frozen=True)
class Step:
    """A stage: `reached` of all passages; `dropped` of those over that reached it went no further, None at the
    last stage, where going no further is the end. `before` is the same in the period compared with. `final`: the
    design may end here, since all later stages may be left out; nobody is lost then."""

    stage_id: int
    name: str
    key: str
    reached: Share
    open: int
    dropped: Share | None
    before: Share | None
    final: bool = False


@dataclass(frozen=True)
class End:
    """A touchpoint: of the passages over that met it, those that ended there. `designed`: where they should."""

    place: Named
    share: Share
    designed: bool


@dataclass(frozen=True)
class DropOffPage:
    asked: JourneyAsked
    steps: tuple[Step, ...]
    ends: tuple[End, ...]
    worst: Step | None


def load_drop_off(*, slug: str, query: Query, tenant: Tenant) -> DropOffPage | None:
    """The tab of drop-off; None when there is no such journey."""
    asked = settle_journey(slug=slug, query=query, tenant=tenant, wanted=WANTED, compared=COMPARED)
    if asked is None:
        return None
    steps = tuple(steps_of(asked))
    return DropOffPage(asked, steps, tuple(_ends(asked)), weakest_of(steps))


def steps_of(asked: JourneyAsked) -> Iterable[Step]:
    """Stages in order; needs REACHED and ONWARD of both periods."""
    stages = asked.design.stages
    for place, stage in enumerate(stages):
        key = f"stage {stage.id}"
        last = place == len(stages) - 1
        reached = asked.get(measures.REACHED, key)
        yield Step(
            stage_id=stage.id,
            name=stage.name,
            key=key,
            reached=share_of(reached.n, asked.passages.n),
            open=reached.open,
            dropped=None if last else dropped_share(reached, asked.get(measures.ONWARD, key)),
            before=None
            if last
            else dropped_share(
                asked.get(measures.REACHED, key, window="then"), asked.get(measures.ONWARD, key, window="then")
            ),
            final=may_end(stages, place),
        )


def may_end(stages: Sequence[Stage | DesignStage], place: int) -> bool:
    """Whether the design lets a passage end at the stage of this place: all later ones may be left out."""
    return all(stage.optional for stage in stages[place + 1 :])


def weakest_of(steps: Iterable[Step]) -> Step | None:
    """The stage at which the most passages are lost, the earlier of equals; None where none is."""
    known = [step for step in steps if step.dropped and step.dropped.n and not step.final]
    return max(known, key=lambda step: step.dropped.n if step.dropped else 0, default=None)


def dropped_share(reached: Tally, onward: Tally) -> Share:
    """Of the passages over that reached a stage those that met no later one."""
    return share_of(max(0, reached.over - onward.over), reached.over)


def _ends(asked: JourneyAsked) -> Iterable[End]:
    ends = follow_of(asked.design).ends
    for key, tally in asked.keys(measures.LAST).items():
        met = asked.get(measures.VISITED, key)
        yield End(asked.names.touchpoint(int(key)), share_of(tally.n, max(met.over, tally.n)), int(key) in ends)
