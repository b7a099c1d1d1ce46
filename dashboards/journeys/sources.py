"""What brought customers, and how it went for them: outcome, score, time and variants by source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cxplatform.stats import anonymity
from cxplatform.stats.change import Verdict, beside_the_rest
from cxplatform.stats.sums import Mean, Sums, mean_of
from dashboards.journeys.asked import JourneyAsked
from dashboards.journeys.paths_load import Tally, Variants, sizes_by_value, variants
from dashboards.query import BadQuery, Segment, read_text
from dashboards.shares import Share, share_of
from journeys.paths import measures

WANTED = (measures.SOURCE, measures.SOURCE_OVER, measures.SOURCE_SCORE)
MOST = 20
MOST_VARIANTS = 12
UNKNOWN = "-"  # what the address says of "not known"


@dataclass(frozen=True)
class SourceRow:
    """`share` of the passages began so. Of its passages that are over: `outcome` those that came as far as the design
    may end, `verdict` of that beside all the others, `score` the mean of those scored (-1 ... 1). `told` False: so few
    that nothing more is told of them, nor by subtraction."""

    source: str
    share: Share
    told: bool
    over: Tally
    outcome: Share
    verdict: Verdict
    score: Mean | None

    @property
    def slug(self) -> str:
        return self.source or UNKNOWN


@dataclass(frozen=True)
class Sources:
    """`chosen` None = no source is looked at; `variants` are of its passages that are over."""

    rows: tuple[SourceRow, ...]
    left: int
    chosen: SourceRow | None
    variants: Variants


def sources_of(asked: JourneyAsked, given: Mapping[str, str]) -> Sources:
    """Needs the measures `WANTED`. One query more of a segment, two where `given` names a source, whose variants are
    counted of all customers alone. Raises BadQuery for a source that brought nobody, or one of a segment."""
    rows = list(_rows(asked))
    name = read_text(given, "source")
    if not name:
        return Sources(tuple(rows[:MOST]), max(0, len(rows) - MOST), None, Variants((), 0))
    if asked.query.segment:
        raise BadQuery("source", _("Variants by source are counted of all customers. Choose all customers."))
    chosen = next((row for row in rows if name in (row.source, row.slug)), None)
    if chosen is None:
        raise BadQuery("source", _("Nobody came from this source in the period. Choose another source or period."))
    found = Variants((), 0)
    if chosen.told:
        found = variants(
            journey_id=asked.id,
            period=asked.query.period,
            segment=Segment(measures.BY_SOURCE, chosen.source),
            most=MOST_VARIANTS,
            measure=measures.SOURCE_VARIANT,
        )
    return Sources(tuple(rows[:MOST]), max(0, len(rows) - MOST), chosen, found)


def _rows(asked: JourneyAsked) -> Iterable[SourceRow]:
    told, scored_told = _told(asked)
    scored = {key: asked.get(measures.SOURCE_SCORE, key).sums for key in asked.keys(measures.SOURCE_OVER)}
    keys = list(asked.keys(measures.SOURCE))
    done = [round(asked.get(measures.SOURCE_OVER, key).total) for key in keys]
    verdicts = beside_the_rest(done, [asked.get(measures.SOURCE_OVER, key).n for key in keys])
    for key, n, verdict in zip(keys, done, verdicts, strict=True):
        of = asked.get(measures.SOURCE_OVER, key)
        shown = key in told and of.n > 0
        score = scored.get(key, Sums()) if shown and key in scored_told else Sums()
        yield SourceRow(
            source=key,
            share=share_of(asked.get(measures.SOURCE, key).n, asked.passages.n),
            told=shown,
            over=of if shown else Tally(),
            outcome=share_of(n, of.n) if shown else share_of(0, 0),
            verdict=verdict if shown else "not_enough",
            score=mean_of(score, least=-1, greatest=1) if score.n else None,
        )


_OVER = (measures.SOURCE_OVER, measures.SOURCE_SCORE)


def _told(asked: JourneyAsked) -> tuple[set[str], set[str]]:
    """The sources whose outcome and whose score are told; of a segment none that all customers less others tell on."""
    segment = asked.query.segment
    if segment is None or asked.hidden:
        sizes = [{key: tally.n for key, tally in asked.keys(measure).items()} for measure in _OVER]
        outcome, score = (anonymity.visible(each, minimum=asked.minimum) for each in sizes)
        return outcome, score
    found = sizes_by_value(asked.query.period, journey_id=asked.id, dimension=segment.dimension, counted=_OVER)
    cells: dict[str, dict[tuple[str, str | None], int]] = {measure: {} for measure in _OVER}
    for (measure, key), groups in found.items():
        cells[measure] |= {(key, value): n for value, n in groups.items()}
    shown = [anonymity.visible_crossed(cells[measure], minimum=asked.minimum) for measure in _OVER]
    outcome, score = ({key for key, value in each if value == segment.value} for each in shown)
    return outcome, score
