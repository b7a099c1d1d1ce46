"""Paths and hand-offs as tables to take along: what the tabs show, nothing else."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from cxplatform.stats.sums import Mean
from dashboards import words
from dashboards.journeys.channels import ChannelsPage
from dashboards.journeys.handoffs import HandoffsPage
from dashboards.journeys.paths import PathsPage, VariantRow
from dashboards.leadership.sheets import whose
from dashboards.shares import Share
from dashboards.sheets import Column, Sheet, Value


def of_paths(page: PathsPage) -> Sequence[Sheet]:
    """By what brought customers, the variants, and those of the source that is looked at."""
    notes = _notes(page)
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
        ),
        Sheet("variants", _("Variants"), _variant_columns(), [_variant(each) for each in page.variants], notes=notes),
    ]
    if page.sources.chosen:
        name = page.sources.chosen.source or _("not known")
        title = _("Variants by source: %(source)s") % {"source": name}
        rows = [_variant(each) for each in page.source_variants]
        sheets.append(Sheet("source_variants", title, _variant_columns(), rows, notes=notes))
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
