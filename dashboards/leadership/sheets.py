"""The leadership page's own figures as sheets: scores, months, journeys or a dimension, promises, silent places."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from cxplatform.stats.score import Score
from cxplatform.tenancy import numbers
from dashboards import words
from dashboards.cells import Cell
from dashboards.leadership.coverage import RECENT_DAYS
from dashboards.leadership.heatmap import Heatmap
from dashboards.leadership.page import Page
from dashboards.leadership.place_rows import PlaceTable
from dashboards.measures import QUANTITIES, short_name
from dashboards.query import Query
from dashboards.sheets import Chart, Column, Formula, Sheet, Value
from dashboards.structure import UNIT, Structure
from promises import verdicts
from promises.compliance import Kept, PromiseKept


def page_sheets(page: Page) -> tuple[Sheet, ...]:
    """Every sheet of the page in the order of the page, in the language that is on, those of its panels last."""
    notes = notes_of(page)
    own = [
        _scores(page, notes),
        _months(page, notes),
        _cells(page, notes),
        _promises(page, notes),
        _silent(page),
    ]
    panels = [sheet for shown in page.panels for sheet in shown.panel.sheets(shown.value, page.scene)]
    return tuple(sheet for sheet in [*own, *panels] if sheet.rows)


def notes_of(page: Page) -> tuple[str, ...]:
    """The period, what it is compared with, whose figures they are, and what is hidden."""
    days = words.period(page.query.period)
    baseline = page.baseline.name if page.baseline else ""
    compared = words.compared_with(
        against=page.against, then=page.then, others=page.rival if page.compared else "", baseline=baseline
    )
    return (
        f"{days} · {compared}",
        *whose(page.query, page.structure),
        _(
            "An interval is that of 95 per cent. Verdicts of one table are judged together, so that at most about one "
            "clear change in twenty is chance. Groups of fewer than %(minimum)d are not shown."
        )
        % {"minimum": page.scene.tenant.anonymity_minimum},
    )


def whose(query: Query, structure: Structure) -> tuple[str, ...]:
    """What the figures are narrowed to: "Journey: Tyre change", one a filter; nothing where they are everybody's."""
    found = []
    if journey := structure.journey(query.journey):
        found.append((_("Journey"), journey.name))
    if (channel := structure.channel_id(query.channel)) is not None:
        found.append((_("Channel"), structure.channels[channel].name))
    if query.segment:
        names = structure.units if query.segment.dimension == UNIT else {}
        value = query.segment.value
        found.append((structure.dimensions[query.segment.dimension], names.get(value, value)))
    return tuple(f"{name}: {value}" for name, value in found)


def _of_score() -> tuple[Column, ...]:
    """Columns of a score, for `_score`."""
    return (
        Column("score", _("Score"), "score"),
        Column("low", _("Low"), "score", low_of="score"),
        Column("high", _("High"), "score", high_of="score"),
        Column("n", _("n"), "count", n_of="score"),
    )


def _score(score: Score | None) -> tuple[Value, ...]:
    return (score.value, score.low, score.high, score.n) if score else (None, None, None, None)


def _of_verdict() -> tuple[Column, ...]:
    return (
        Column("change", _("Change in points"), "points"),
        Column("verdict", _("Verdict")),
        Column("target", _("Target"), "score"),
        Column("to_target", _("To target"), "points", less=("score", "target")),
    )


def _verdict(cell: Cell, *, on_target: bool) -> tuple[Value, ...]:
    value = cell.score.value if cell.score else None
    change = cell.change.difference if cell.change and not on_target else None
    gap = None if value is None or cell.target is None else value - cell.target
    return (change, _said(cell, on_target=on_target), cell.target, gap)


def _said(cell: Cell, *, on_target: bool) -> str:
    if cell.state == "measured":
        return words.verdict(cell, on_target=on_target)
    return _("too few") if cell.state == "few" else _("not measured")


def _unit(unit: str) -> str:
    return {"points": _("points"), "percent": "%", "mean": _("mean")}[unit]


def _scores(page: Page, notes: tuple[str, ...]) -> Sheet:
    rows = [
        (
            short_name(tile.metric),
            str(QUANTITIES.get(tile.metric.key, "")),
            _unit(tile.metric.unit),
            *_score(tile.cell.score),
            *_verdict(tile.cell, on_target=page.on_target),
        )
        for tile in page.tiles
    ]
    columns = (
        Column("measure", _("Measure")),
        Column("what", _("What it is")),
        Column("unit", _("Unit"), unit_of="score"),
    )
    return Sheet("scores", _("Scores"), (*columns, *_of_score(), *_of_verdict()), rows, notes=notes)


def _months(page: Page, notes: tuple[str, ...]) -> Sheet:
    tiles = [tile for tile in page.tiles if any(score for _month, score in tile.monthly)]
    tiles.sort(key=lambda tile: tile.metric is not page.metric)  # the page's own first: it is drawn
    columns = [Column("month", _("Month"), "month")]
    for tile in tiles:
        key, name = tile.metric.name, f"{short_name(tile.metric)}, {_unit(tile.metric.unit)}"
        columns += [
            Column(key, name, "score"),
            Column(f"{key} low", _("Low"), "score", low_of=key),
            Column(f"{key} high", _("High"), "score", high_of=key),
            Column(f"{key} n", _("n"), "count", n_of=key),
        ]
    months = [month for month, _score_of in tiles[0].monthly] if tiles else []
    rows = [
        (month, *(value for tile in tiles for value in _score(tile.monthly[place][1])))
        for place, month in enumerate(months)
    ]
    chart = Chart("line", "month", (tiles[0].metric.name,), tiles[0].cell.target) if tiles else None
    # Months of their own, whatever the period: the first note is not of them.
    sums = tuple(Formula(f"{tile.metric.name} n", "sum", _("All together")) for tile in tiles)
    return Sheet("months", _("Twelve months"), tuple(columns), rows, chart, sums, notes=notes[1:])


def _cells(page: Page, notes: tuple[str, ...]) -> Sheet:
    if page.heatmap:
        return _heatmap(page, page.heatmap, notes)
    return _places(page, page.places, notes) if page.places else _slices(page, notes)


def _places(page: Page, table: PlaceTable, notes: tuple[str, ...]) -> Sheet:
    cells = [
        (group.stage, row, channel, cell)
        for group in table.groups
        for row in group.rows
        for channel, cell in zip((_("All channels"), *table.channels), (row.cell, *row.channels), strict=True)
    ]
    rows = [
        (
            stage.journey,
            stage.name,
            row.place.name,
            channel,
            *_score(cell.score),
            *_verdict(cell, on_target=page.on_target),
            row.place.owner,
            row.last,
        )
        for stage, row, channel, cell in cells
    ]
    columns = (
        Column("journey", _("Journey")),
        Column("stage", _("Stage")),
        Column("touchpoint", _("Touchpoint")),
        Column("channel", _("Channel")),
        *_of_score(),
        *_of_verdict(),
        Column("owner", _("Owner")),
        Column("last", _("Newest answer"), "date"),
    )
    return Sheet(
        "touchpoints",
        f"{_('Touchpoints by channel')}: {short_name(page.metric)}",
        columns,
        rows,
        notes=(f"{short_name(page.metric)}: {QUANTITIES.get(page.metric.key, '')}", *notes),
        coloured="score",
        levels=_levels(cell for *_place, cell in cells),
    )


def _heatmap(page: Page, heatmap: Heatmap, notes: tuple[str, ...]) -> Sheet:
    entries = [(row.journey, entry) for row in heatmap.rows for entry in row.cells if entry]
    several = len(heatmap.rows) > 1
    rows = [
        (
            journey.name,
            entry.stage.name,
            f"{entry.stage.name} ({journey.name})" if several else entry.stage.name,
            *_score(entry.cell.score),
            *_verdict(entry.cell, on_target=page.on_target),
            entry.worst.place.name if entry.worst else None,
            entry.worst.value if entry.worst else None,
            entry.worst.place.owner if entry.worst else None,
            entry.last,
        )
        for journey, entry in entries
    ]
    columns = (
        Column("journey", _("Journey")),
        Column("stage", _("Stage")),
        Column("where", _("Where")),
        *_of_score(),
        *_of_verdict(),
        Column("worst", _("Worst touchpoint")),
        Column("worst_score", _("Its score"), "score"),
        Column("owner", _("Owner")),
        Column("last", _("Newest answer"), "date"),
    )
    return Sheet(
        "journeys",
        f"{_('Journeys')}: {short_name(page.metric)}",
        columns,
        rows,
        Chart("column", "where", ("score",)),
        notes=(f"{short_name(page.metric)}: {QUANTITIES.get(page.metric.key, '')}", *notes),
        coloured="score",
        levels=_levels(entry.cell for _journey, entry in entries),
    )


def _slices(page: Page, notes: tuple[str, ...]) -> Sheet:
    table = page.table
    cells: list[tuple[str, str, Cell]] = [
        (row.name, name, cell)
        for row in (table.rows if table else ())
        for name, cell in zip(table.columns if table else (), row.cells, strict=True)
    ]
    rows = [
        (name, measure, *_score(cell.score), *_verdict(cell, on_target=page.on_target)) for name, measure, cell in cells
    ]
    columns = (
        Column("value", page.view_name),
        Column("measure", _("Stage") if table and table.stages else _("Measure")),
        *_of_score(),
        *_of_verdict(),
    )
    return Sheet(
        "by-dimension",
        page.view_name,
        columns,
        rows,
        notes=notes,
        coloured="score",
        levels=_levels(cell for _name, _measure, cell in cells),
    )


def _levels(cells: Iterable[Cell]) -> tuple[int | None, ...]:
    return tuple(cell.level if cell.state == "measured" else None for cell in cells)


def _promises(page: Page, notes: tuple[str, ...]) -> Sheet:
    parts: Sequence[tuple[PromiseKept, Kept]] = [
        (each, kept) for each in page.promises.promises for kept in (each.main, *each.beside)
    ]
    rows = [_promise(each, kept) for each, kept in parts]
    columns = (
        Column("promise", _("Promise")),
        Column("part", _("Part")),
        Column("lifecycle", _("Lifecycle")),
        Column("kept", _("Kept"), "percent"),
        Column("low", _("Low"), "percent", low_of="kept"),
        Column("high", _("High"), "percent", high_of="kept"),
        Column("n", _("n"), "count", n_of="kept"),
        Column("target", _("Target"), "percent"),
        Column("to_target", _("To target"), "points", less=("kept", "target")),
        Column("broken", _("Broken"), "count"),
        Column("fallback", _("Kept by fallback"), "count"),
        Column("excluded", _("Excluded"), "count"),
        Column("may_fail", _("May still fail this month"), "count"),
        Column("verdict", _("Verdict")),
    )
    return Sheet(
        "promises",
        _("Promises"),
        columns,
        rows,
        Chart("bar", "promise", ("kept",)),
        notes=(*notes, _("Rates of different promises are never pooled.")),
    )


def _promise(each: PromiseKept, kept: Kept) -> tuple[Value, ...]:
    rule, result = kept.rule, kept.result
    name = (
        each.promise.name if kept is each.main else f"{each.promise.name} · {rule.wording or rule.get_part_display()}"
    )
    named = (name, rule.get_part_display(), each.promise.get_lifecycle_display())
    if result is None or result.rate is None:
        said = _("too few") if result is None else _("nothing fell due in this period")
        return (*named, None, None, None, None, float(rule.target), None, None, None, None, None, said)
    return (
        *named,
        100 * result.rate,
        None if result.low is None else 100 * result.low,
        None if result.high is None else 100 * result.high,
        result.judged,
        100 * result.target,
        100 * (result.rate - result.target),
        result.broken,
        result.kept_by_fallback,
        result.excluded,
        kept.month.may_still_fail,
        verdicts.said(result.verdict),
    )


def _silent(page: Page) -> Sheet:
    covered = page.coverage
    rows = [(place.name, place.unit, place.owner) for place in covered.silent]
    columns = (Column("touchpoint", _("Touchpoint")), Column("unit", _("Unit")), Column("owner", _("Owner")))
    said = _("%(share)s of touchpoints answered in the last %(days)d days (%(answered)d of %(in_use)d)") % {
        "share": numbers.per_cent(covered.share),
        "days": RECENT_DAYS,
        "answered": covered.answered,
        "in_use": covered.in_use,
    }
    return Sheet("silent", _("Silent touchpoints"), columns, rows, notes=(said,))
