"""What every tab of a journey's page settles first: the journey, its names, its counts, and what to compare with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cxplatform.stats import anonymity
from cxplatform.stats.sums import Sums
from cxplatform.tenancy.models import Tenant
from dashboards.journeys.names import Names, load_names, structure_of
from dashboards.journeys.paths_load import SCORED, Counted, Tally, path_counts, segment_sizes, sizes_by_value
from dashboards.periods import Period
from dashboards.query import Against, BadQuery, Query, Segment
from dashboards.reading import NOW
from dashboards.structure import UNIT, Structure
from journeys.models import UNASSIGNED, Dimension, Journey
from journeys.paths import measures
from journeys.versions import Design, design_of

NO_JOURNEY = "-"  # the slug of what belongs to no journey: no definition can have it
_COMPARED = (measures.PASSAGES, measures.FITNESS, measures.TRUNCATED, measures.WENT_ON)


@dataclass(frozen=True)
class JourneyAsked:
    """`journey` is None of passages that belong to none; `design` is that of today. `hidden`: the customers chosen
    are so few that nothing is told of them. `veiled` are (measure, key) of scores that so few of them gave, or of
    their siblings, that they are not told. `segments` are (what the address says, what people read) by dimension."""

    query: Query
    journey: Journey | None
    journeys: tuple[Journey, ...]
    design: Design
    names: Names
    counted: Counted
    against: Against
    then: Period
    minimum: int
    hidden: bool
    veiled: frozenset[tuple[str, str]]
    dimensions: Mapping[str, str]
    segments: Mapping[str, tuple[tuple[str, str], ...]]

    @property
    def id(self) -> int:
        return self.journey.pk if self.journey else UNASSIGNED

    @property
    def slug(self) -> str:
        return self.journey.slug if self.journey else NO_JOURNEY

    @property
    def name(self) -> str:
        return self.journey.name if self.journey else _("Belongs to no journey")

    def get(self, measure: str, key: str = "", *, window: str = NOW) -> Tally:
        """One count of this journey; `window` "then" is the period compared with."""
        return self.counted.get(self.id, measure, key, window=self.against if window == "then" else window)

    def scored(self, measure: str, key: str = "") -> Sums:
        """What scores of a key sum up to in the period; nothing where telling it would tell on a small group."""
        return Sums() if (measure, key) in self.veiled else self.get(measure, key).sums

    def keys(self, measure: str) -> Mapping[str, Tally]:
        """Every key of a measure in the period, the greatest first."""
        return self.counted.keys(self.id, measure)

    @property
    def structure(self) -> Structure:
        """What readings of answers must know, of what is read already: all but the journeys."""
        return structure_of(self.names, self.dimensions)

    @property
    def passages(self) -> Tally:
        return self.get(measures.PASSAGES)

    @property
    def truncated(self) -> int:
        """Passages so long that only their first steps are kept."""
        return self.get(measures.TRUNCATED).n

    @property
    def went_on(self) -> int:
        """Passages of cases that went on after a silence that had ended them."""
        return self.get(measures.WENT_ON).n


def settle_journey(
    *, slug: str, query: Query, tenant: Tenant, wanted: Sequence[str], compared: Sequence[str] = ()
) -> JourneyAsked | None:
    """A journey with the counts of the `wanted` measures, and the `compared` ones of the period before too.

    Eleven queries at most; None when there is no such journey in use. Raises BadQuery for an unknown dimension.
    """
    journeys = tuple(Journey.objects.measured().select_related("owner", "sponsor"))
    journey = next((each for each in journeys if each.slug == slug), None)
    if journey is None and slug != NO_JOURNEY:
        return None
    names = load_names()
    id = journey.pk if journey else UNASSIGNED
    sizes = segment_sizes(query.period, journey_ids=[id])
    windows = {NOW: (query.period, tuple(dict.fromkeys((*_COMPARED, *wanted))))}
    for name, period in compared_periods(query).items():
        windows[name] = (period, tuple(dict.fromkeys((*_COMPARED, *compared))))
    dimensions = dict(Dimension.objects.in_use().values_list("slug", "name"))
    hidden = segment_hidden(query.segment, sizes, minimum=tenant.anonymity_minimum)
    counted = Counted({}) if hidden else path_counts(journey_ids=[id], windows=windows, segment=query.segment)
    against = settle_window(query, counted, [id])
    return JourneyAsked(
        query=query,
        journey=journey,
        journeys=journeys,
        design=design_of(journey) if journey else Design(()),
        names=names,
        counted=counted,
        against=against,
        then=compared_periods(query)[against],
        minimum=tenant.anonymity_minimum,
        hidden=hidden,
        veiled=_veiled(query, id, wanted, minimum=tenant.anonymity_minimum),
        dimensions=dimensions,
        segments=segments_of(query, sizes, names, dimensions, minimum=tenant.anonymity_minimum),
    )


def compared_periods(query: Query) -> dict[Against, Period]:
    """The periods that may have to be read to compare with. Paths have no targets: it is then as if unasked."""
    both: dict[Against, Period] = {"season": query.period.season(), "previous": query.period.previous()}
    return {query.against: both[query.against]} if query.against in both else both


def settle_window(query: Query, counted: Counted, journey_ids: Sequence[int]) -> Against:
    """As asked, else the same season last year where anything began then, else the period before."""
    if query.against in ("season", "previous"):
        return query.against
    begun = any(counted.get(id, measures.PASSAGES, window="season").n for id in journey_ids)
    return "season" if begun else "previous"


def segment_hidden(segment: Segment | None, sizes: Mapping[str, Mapping[str, int]], *, minimum: int) -> bool:
    """Whether what is told of a segment would tell on a small group: its own, or a sibling by subtraction."""
    if segment is None:
        return False
    values = sizes.get(segment.dimension, {})
    return bool(values.get(segment.value)) and segment.value not in anonymity.visible(values, minimum=minimum)


def _veiled(query: Query, journey_id: int, wanted: Sequence[str], *, minimum: int) -> frozenset[tuple[str, str]]:
    """Fewer are scored than go through: whether a group's scores are told goes by how many of it were scored."""
    if query.segment is None or not set(SCORED) & set(wanted):
        return frozenset()
    sizes = sizes_by_value(query.period, journey_id=journey_id, dimension=query.segment.dimension)
    return frozenset(
        key for key, groups in sizes.items() if query.segment.value not in anonymity.visible(groups, minimum=minimum)
    )


def segments_of(
    query: Query,
    sizes: Mapping[str, Mapping[str, int]],
    names: Names,
    dimensions: Mapping[str, str],
    *,
    minimum: int,
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Groups of customers to choose from, by the dimension's name. Raises BadQuery."""
    known = {UNIT: _("Unit"), **dimensions}
    if query.segment and query.segment.dimension not in known:
        raise BadQuery("segment", _("There is no such dimension. Choose another."))
    found = {}
    for dimension, values in sizes.items():
        shown = anonymity.visible(values, minimum=minimum)
        options = sorted(
            ((str(Segment(dimension, value)), _value(dimension, value, names)) for value in values if value in shown),
            key=lambda pair: pair[1].casefold(),
        )
        if dimension in known and options:
            found[known[dimension]] = tuple(options)
    return found


def _value(dimension: str, value: str, names: Names) -> str:
    return names.unit(int(value)).name if dimension == UNIT and value.isdigit() else value
