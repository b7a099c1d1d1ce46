"""The real paths of a journey against its design: fitness, what departs from it, variants and steps between."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from cxplatform.stats.change import Verdict
from cxplatform.stats.sums import Mean, changed, mean_of
from cxplatform.tenancy.models import Tenant
from dashboards.journeys.asked import JourneyAsked, settle_journey
from dashboards.journeys.follow import Follow, follow_of
from dashboards.journeys.names import Named
from dashboards.journeys.paths_load import Tally, Variants, VariantTally, pairs, variants
from dashboards.journeys.sources import WANTED as OF_SOURCES
from dashboards.journeys.sources import Sources, sources_of
from dashboards.query import Query
from dashboards.shares import Share, share_of
from journeys.models import Conformance, PathHistory
from journeys.paths import measures

MOST_VARIANTS = 25
MOST_EDGES = 60
Kind = Literal["skipped", "repeated", "undesigned"]
KINDS: tuple[Kind, ...] = (measures.SKIPPED, measures.REPEATED, measures.UNDESIGNED)  # type: ignore[assignment]
WANTED = (measures.EDGE, measures.VISITED, *KINDS, *OF_SOURCES)


@dataclass(frozen=True)
class Fitness:
    """The mean fitness 0 ... 1 of passages held against a design, and what became of it."""

    mean: Mean
    before: Mean
    verdict: Verdict


@dataclass(frozen=True)
class Deviation:
    """A touchpoint by which passages left the design, and the share of passages that did."""

    kind: Kind
    place: Named
    share: Share


@dataclass(frozen=True)
class Chevron:
    """A step of a variant. `designed` says whether the design has the touchpoint, `follows` whether it may come
    right after the one before."""

    place: Named
    designed: bool
    follows: bool


@dataclass(frozen=True)
class VariantRow:
    """`fitness` is None where the sequence was never held against a design; the names are of touchpoints."""

    digest: str
    chevrons: tuple[Chevron, ...]
    share: Share
    tally: Tally
    fitness: float | None
    skipped: tuple[str, ...]
    repeated: tuple[str, ...]
    undesigned: tuple[str, ...]


@dataclass(frozen=True)
class EdgeRow:
    """`start` None = where passages begin, `end` None = where they end. `designed`: the design allows it."""

    key: str
    start: Named | None
    end: Named | None
    tally: Tally
    designed: bool


@dataclass(frozen=True)
class PathsPage:
    """`kinds` counts the variants there are, of passages that are over; `covered` the passages of those shown.
    `source_variants` are those of the source that is looked at. `redesigned` are the days in the period on which
    another version of the design came into force: passages are held against the one they began under."""

    asked: JourneyAsked
    fitness: Fitness
    deviations: tuple[Deviation, ...]
    variants: tuple[VariantRow, ...]
    kinds: int
    covered: Share
    edges: tuple[EdgeRow, ...]
    edges_left: int
    unmapped: int
    removed: tuple[Named, ...]
    redesigned: tuple[date, ...]
    follow: Follow
    sources: Sources
    source_variants: tuple[VariantRow, ...]

    @property
    def flows(self) -> bool:
        """Whether a variant shown goes on from one touchpoint to another: else its flow has nothing to draw."""
        return any(len(variant.chevrons) > 1 for variant in self.variants)

    @property
    def moves(self) -> bool:
        """Whether any passage goes on from one touchpoint to another."""
        return any(edge.start and edge.end for edge in self.edges)


def load_paths(
    *,
    slug: str,
    query: Query,
    tenant: Tenant,
    most: int = MOST_VARIANTS,
    given: Mapping[str, str] | None = None,
) -> PathsPage | None:
    """The tab of paths, in a fixed number of queries; None when there is no such journey. `given` may name a source.

    Raises BadQuery naming the parameter.
    """
    asked = settle_journey(slug=slug, query=query, tenant=tenant, wanted=WANTED)
    if asked is None:
        return None
    found = Variants((), 0)
    if not asked.hidden:
        found = variants(journey_id=asked.id, period=query.period, segment=query.segment, most=most)
    sources = sources_of(asked, {} if asked.hidden else given or {})
    follow = follow_of(asked.design)
    edges = list(_edges(asked, follow))
    seen = [asked.names.touchpoint(int(key)) for key in asked.keys(measures.VISITED)]
    return PathsPage(
        asked=asked,
        fitness=fitness_of(asked),
        deviations=tuple(deviations_of(asked)),
        variants=tuple(_variants(asked, found.most, follow, asked.passages.over)),
        kinds=found.kinds,
        covered=share_of(sum(each.tally.n for each in found.most), asked.passages.over),
        edges=tuple(edges[:MOST_EDGES]),
        edges_left=max(0, len(edges) - MOST_EDGES),
        unmapped=asked.get(measures.VISITED, "0").n,
        removed=tuple(place for place in seen if place.state == "removed"),
        redesigned=_redesigned(asked, tenant),
        follow=follow,
        sources=sources,
        source_variants=tuple(
            _variants(asked, sources.variants.most, follow, sources.chosen.over.n) if sources.chosen else ()
        ),
    )


def _redesigned(asked: JourneyAsked, tenant: Tenant) -> tuple[date, ...]:
    """As the passages were judged. One query."""
    eras = PathHistory.objects.values_list("eras", flat=True).first() or {}
    begun = (datetime.fromisoformat(since) for since, _version in eras.get(str(asked.id), []) if since)
    days = {moment.astimezone(tenant.zone).date() for moment in begun}
    return tuple(sorted(day for day in days if asked.query.period.start <= day < asked.query.period.end))


def fitness_of(asked: JourneyAsked) -> Fitness:
    """Needs the measure FITNESS of the period and of the one compared with."""
    now, then = (asked.get(measures.FITNESS, window=window).sums for window in ("now", "then"))
    return Fitness(mean_of(now, least=0, greatest=1), mean_of(then, least=0, greatest=1), changed(now, then))


def deviations_of(asked: JourneyAsked) -> Iterable[Deviation]:
    """Skipped, repeated and not designed, the most common first; needs these measures and FITNESS."""
    of = asked.get(measures.FITNESS).n
    found = [
        Deviation(kind, asked.names.touchpoint(int(key)), share_of(tally.n, of))
        for kind in KINDS
        for key, tally in asked.keys(kind).items()
    ]
    return sorted(found, key=lambda each: -each.share.n)


def _variants(
    asked: JourneyAsked, rows: Sequence[VariantTally], follow: Follow, everybody: int
) -> Iterable[VariantRow]:
    fits: dict[str, Any] = {}
    if rows and asked.journey:
        held = Conformance.objects.filter(digest__in=[row.digest for row in rows]).order_by("version_id")
        fits = {str(each.digest): each for each in held}  # the newest version's stands
    for row in rows:
        fit = fits.get(str(row.digest))
        yield VariantRow(
            digest=str(row.digest),
            chevrons=tuple(_chevrons(asked, row.touchpoint_ids, follow)),
            share=share_of(row.tally.n, everybody),
            tally=row.tally,
            fitness=fit.fitness if fit else None,
            skipped=_names(asked, fit.skipped if fit else ()),
            repeated=_names(asked, fit.repeated if fit else ()),
            undesigned=_names(asked, fit.undesigned if fit else ()),
        )


def _names(asked: JourneyAsked, ids: Iterable[int]) -> tuple[str, ...]:
    return tuple(asked.names.touchpoint(id).name for id in ids)


def _chevrons(asked: JourneyAsked, ids: Sequence[int], follow: Follow) -> Iterable[Chevron]:
    designed = asked.design.touchpoints
    for place, id in enumerate(ids):
        follows = id in follow.starts if place == 0 else (ids[place - 1], id) in follow.pairs
        yield Chevron(asked.names.touchpoint(id), id in designed, follows or not designed)


def _edges(asked: JourneyAsked, follow: Follow) -> Iterable[EdgeRow]:
    for (start, end), tally in pairs(asked.keys(measures.EDGE)):
        if start == "":
            allowed = end in follow.starts
        elif end == "":
            allowed = start in follow.ends
        else:
            allowed = (start, end) in follow.pairs
        yield EdgeRow(
            key=f"{start}>{end}",
            start=None if start == "" else asked.names.touchpoint(start),
            end=None if end == "" else asked.names.touchpoint(end),
            tally=tally if start != "" and end != "" else Tally(tally.n, tally.open),
            designed=allowed or not asked.design.touchpoints,
        )
