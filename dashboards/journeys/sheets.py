"""Paths and hand-offs as tables to take along: what the tabs show, nothing else.

Counts lead to the page that lists whom they count, for a reader who signs in.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from cxplatform.stats.sums import Mean
from dashboards import words
from dashboards.journeys.behind import ENTRY_OVER, ENTRY_SCORE
from dashboards.journeys.behind_links import link
from dashboards.journeys.channels import ChannelsPage
from dashboards.journeys.handoffs import HandoffsPage
from dashboards.journeys.paths import PathsPage, VariantRow
from dashboards.leadership.sheets import whose
from dashboards.shares import Share
from dashboards.sheets import Column, Sheet, Value
from journeys.paths import measures


def of_paths(page: PathsPage) -> Sequence[Sheet]:
    """By what brought customers, the variants, and those of the source that is looked at."""
    asked, notes = page.asked, _notes(page)
    sheets = [
        Sheet(
            "sources",
            _("What brought them"),
            (
                Column("source", _("Source")),
                *_share_columns("share", _("Share"), n="passages", name_of_n=_("Passages")),
                *_share_columns("outcome", _("Came to the end"), n="over", name_of_n=_("Over")),
                *_score_columns(),
                Column("minutes", _("Median time, minutes"), "count"),
            ),
            [
                (
                    row.source or _("not known"),
                    *_share(row.share, n=row.share.n),
                    *_share(row.outcome, n=row.outcome.of if row.told else None),
                    *_mean(row.score),
                    row.over.median,
                )
                for row in page.sources.rows
            ],
            notes=(*notes, _("What brought them is not why it went so.")),
            links=[
                {
                    "passages": link(asked, row.share.n, measures.SOURCE, row.source),
                    "over": link(asked, row.outcome.of if row.told else None, measures.SOURCE_OVER, row.source),
                    "score_n": link(asked, row.score.n if row.score else None, measures.SOURCE_SCORE, row.source),
                }
                for row in page.sources.rows
            ],
        ),
        Sheet(
            "variants",
            _("Variants"),
            _variant_columns(),
            [_variant(each) for each in page.variants],
            notes=notes,
            links=[{"passages": link(asked, row.share.n, measures.VARIANT, row.digest)} for row in page.variants],
        ),
    ]
    if page.sources.chosen:
        name = page.sources.chosen.source or _("not known")
        title = _("Variants by source: %(source)s") % {"source": name}
        rows = [_variant(each) for each in page.source_variants]
        links = [
            {
                "passages": link(
                    asked, row.share.n, measures.SOURCE_VARIANT, f"{row.digest} {page.sources.chosen.source}"
                )
            }
            for row in page.source_variants
        ]
        sheets.append(Sheet("source_variants", title, _variant_columns(), rows, notes=notes, links=links))
    return sheets


def of_handoffs(page: HandoffsPage) -> Sequence[Sheet]:
    """Units by the waiting before them, and the pairs."""
    units = (
        Column("unit", _("Unit")),
        Column("waited", _("Waiting in all, minutes"), "count"),
        Column("median", _("Median wait, minutes"), "count"),
        Column("slow", _("Nine of ten within, minutes"), "count"),
        *_share_columns("unplanned", _("Unplanned of these"), n="coming", name_of_n=_("Coming in")),
        Column("leaving", _("Going out"), "count"),
        Column("back", _("Sent back"), "count"),
    )
    pairs = (
        Column("start", _("From unit")),
        Column("end", _("To unit")),
        Column("designed", _("Designed")),
        Column("times", _("Times"), "count"),
        Column("median", _("Median wait, minutes"), "count"),
        Column("change", _("Change of score, −200…+200"), "score"),
        Column("low", _("Low"), "score", low_of="change"),
        Column("high", _("High"), "score", high_of="change"),
        Column("n", _("n"), "count", n_of="change"),
    )
    return [
        Sheet(
            "units",
            _("Which units customers wait for"),
            units,
            [
                (
                    row.unit.name,
                    row.waited,
                    row.coming.median,
                    row.coming.slow,
                    *_share(row.unplanned, n=row.unplanned.of),
                    row.leaving,
                    row.sent_back,
                )
                for row in page.units
            ],
            notes=_notes(page),
            links=[
                {
                    "coming": link(page.asked, row.unplanned.of, measures.HANDOFF, row.into),
                    "leaving": link(page.asked, row.leaving, measures.HANDOFF, row.out),
                    "back": link(page.asked, row.sent_back, measures.PING_PONG, row.back),
                }
                for row in page.units
            ],
        ),
        Sheet(
            "handoffs",
            _("From unit to unit"),
            pairs,
            [
                (
                    each.start.name,
                    each.end.name,
                    _("designed") if each.designed else _("unplanned"),
                    each.tally.n,
                    each.tally.median,
                    *_mean(each.change),
                )
                for each in page.handoffs
            ],
            notes=_notes(page),
            links=[
                {
                    "times": link(page.asked, each.tally.n, measures.HANDOFF, each.key),
                    "n": link(page.asked, each.change.n if each.change else None, measures.HANDOFF_SCORE, each.key),
                }
                for each in page.handoffs
            ],
        ),
    ]


def of_channels(page: ChannelsPage) -> Sequence[Sheet]:
    """Arrivals and encounters by channel, and how it went for those who began over each."""
    channels = (
        Column("channel", _("Channel")),
        *_share_columns("arrivals", _("Share of arrivals"), n="began", name_of_n=_("Began here")),
        *_share_columns("encounters", _("Share of encounters"), n="steps", name_of_n=_("Encounters")),
    )
    entries = (
        Column("channel", _("First channel")),
        *_share_columns("outcome", _("Came to the end"), n="over", name_of_n=_("Over")),
        *_score_columns(),
        Column("alone", _("Met no other channel"), "percent"),
    )
    return [
        Sheet(
            "channels",
            _("Arrivals and encounters"),
            channels,
            [
                (row.channel.name, *_share(row.arrivals, n=row.arrivals.n), *_share(row.encounters, n=row.encounters.n))
                for row in page.channels
            ],
            notes=_notes(page),
            links=[
                {
                    "began": link(page.asked, row.arrivals.n, measures.ENTRY, row.channel.id),
                    "steps": link(page.asked, row.encounters.n, measures.ENCOUNTERS, row.channel.id),
                }
                for row in page.channels
            ],
        ),
        Sheet(
            "entries",
            _("How it went, by first channel"),
            entries,
            [
                (
                    row.channel.name,
                    *_share(row.outcome, n=row.outcome.of if row.told else None),
                    *_mean(row.score),
                    row.alone.value,
                )
                for row in page.entries.rows
            ],
            notes=(*_notes(page), _("Of passages that are over. Where they began is not why it went so.")),
            links=[
                {
                    "over": link(page.asked, row.outcome.of if row.told else None, ENTRY_OVER, row.channel.id),
                    "score_n": link(page.asked, row.score.n if row.score else None, ENTRY_SCORE, row.channel.id),
                }
                for row in page.entries.rows
            ],
        ),
    ]


SHEETS: Mapping[str, Callable[[Any], Sequence[Sheet]]] = {
    "paths": of_paths,
    "hand-offs": of_handoffs,
    "channels": of_channels,
}


def _notes(page: PathsPage | HandoffsPage | ChannelsPage) -> tuple[str, ...]:
    query = page.asked.query
    return (page.asked.name, words.period(query.period), *whose(query, page.asked.structure))


def _share_columns(key: str, name: str, *, n: str, name_of_n: str) -> tuple[Column, ...]:
    return (
        Column(n, name_of_n, "count", n_of=key),
        Column(key, name, "percent"),
        Column(f"{key}_low", _("Low"), "percent", low_of=key),
        Column(f"{key}_high", _("High"), "percent", high_of=key),
    )


def _score_columns() -> tuple[Column, ...]:
    return (
        Column("score", _("Score on the way, −100…+100"), "score"),
        Column("score_low", _("Low"), "score", low_of="score"),
        Column("score_high", _("High"), "score", high_of="score"),
        Column("score_n", _("n"), "count", n_of="score"),
    )


def _share(of: Share, *, n: int | None) -> tuple[Value, ...]:
    return n, of.value, of.low, of.high


def _mean(of: Mean | None) -> tuple[Value, ...]:
    if of is None:
        return None, None, None, None
    return *(None if part is None else 100 * part for part in (of.value, of.low, of.high)), of.n


def _variant_columns() -> tuple[Column, ...]:
    return (
        Column("touchpoints", _("Touchpoints")),
        *_share_columns("share", _("Share"), n="passages", name_of_n=_("Passages")),
        Column("fitness", _("Fitness, %"), "percent"),
        Column("minutes", _("Median time, minutes"), "count"),
    )


def _variant(of: VariantRow) -> tuple[Value, ...]:
    way = " → ".join(step.place.name for step in of.chevrons)
    return way, *_share(of.share, n=of.share.n), None if of.fitness is None else 100 * of.fitness, of.tally.median
