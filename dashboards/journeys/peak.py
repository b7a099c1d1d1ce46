"""Peak and end of a journey, or the average curve where too few give three scores; what was to be remembered."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import get_language

from cxplatform.stats import anonymity
from cxplatform.stats.change import FEWEST
from cxplatform.stats.sums import Mean, Sums, mean_of
from cxplatform.tenancy.models import Tenant
from dashboards.choices import Chosen, load_choices
from dashboards.journeys.afterwards import Afterwards, afterwards_of
from dashboards.journeys.asked import JourneyAsked, settle_journey
from dashboards.journeys.names import Named
from dashboards.query import Query
from dashboards.reading import Reading
from dashboards.shares import Share, share_of
from journeys.paths import measures
from surveys.questionnaire.screen import Voice

WANTED = (measures.PEAK_END, measures.PLAIN_MEAN, measures.CURVE)


@dataclass(frozen=True)
class Point:
    """A touchpoint's scores on -1 ... 1; `mean` is None where too few were given to be told."""

    place: Named
    stage: str
    mean: Mean | None


@dataclass(frozen=True)
class PeakPage:
    """`peak_end` and `plain` are None where too few passages qualify: `curve` then stands for them. `afterwards` is of
    all customers of a year, whatever period or group is looked at; None where it is not known."""

    asked: JourneyAsked
    peak_end: Mean | None
    plain: Mean | None
    qualifying: Share
    curve: tuple[Point, ...]
    recalled: tuple[Chosen, ...]
    afterwards: Afterwards | None

    @property
    def memory(self) -> str:
        """The intended memory trace."""
        return self.asked.journey.memory if self.asked.journey else ""


def load_peak(*, slug: str, query: Query, tenant: Tenant) -> PeakPage | None:
    """The tab of peak and end; None when there is no such journey."""
    asked = settle_journey(slug=slug, query=query, tenant=tenant, wanted=WANTED)
    if asked is None:
        return None
    qualify = asked.get(measures.PEAK_END)
    enough = asked.scored(measures.PEAK_END).n >= max(FEWEST, asked.minimum)
    return PeakPage(
        asked=asked,
        peak_end=_mean(qualify.sums) if enough else None,
        plain=_mean(asked.get(measures.PLAIN_MEAN).sums) if enough else None,
        qualifying=share_of(qualify.n, asked.passages.over),
        curve=tuple(curve_of(asked)),
        recalled=tuple(_recalled(asked, tenant)),
        afterwards=afterwards_of(asked.id),
    )


def _recalled(asked: JourneyAsked, tenant: Tenant) -> list[Chosen]:
    """The best, the worst and the last moment as customers recall them weeks later; of all who were asked."""
    if asked.journey is None:
        return []
    query = replace(asked.query, journey="", channel="", segment=None)
    voice = Voice(tenant.name, (get_language() or tenant.language)[:2], tenant.formal_address)
    reading = Reading(query, asked.structure, asked.minimum)
    return load_choices(reading, period=query.period, places=None, voice=voice, moments_of=asked.id)


def curve_of(asked: JourneyAsked) -> Iterable[Point]:
    """Touchpoints in the order of the design, then those it does not have; needs CURVE."""
    counted = {int(key): asked.scored(measures.CURVE, key) for key in asked.keys(measures.CURVE)}
    stages = {step.touchpoint: stage.name for stage in reversed(asked.design.stages) for step in stage.steps}
    designed = [step.touchpoint for stage in asked.design.stages for step in stage.steps]
    for id in dict.fromkeys([*designed, *counted]):
        if id in counted:
            yield Point(asked.names.touchpoint(id), stages.get(id, ""), told(counted[id], asked.minimum))


def told(sums: Sums, minimum: int) -> Mean | None:
    """The mean on -1 ... 1, None where it would tell on a small group."""
    return _mean(sums) if anonymity.enough(sums.n, minimum=minimum) else None


def _mean(sums: Sums) -> Mean:
    return mean_of(sums, least=-1, greatest=1)
