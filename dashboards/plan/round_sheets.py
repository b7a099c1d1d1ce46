"""The results of rounds as tables for files."""

from django.utils.translation import gettext as _

from dashboards.models import RoundAnswer
from dashboards.plan.results import Part, Square
from dashboards.plan.round_page import Assessment, RoundPage
from dashboards.sheets import Chart, Column, Sheet, Value


def round_sheets(page: RoundPage) -> list[Sheet]:
    """What the page shows; nothing where nothing is shown."""
    if page.assessment:
        return [_assessed(page, page.assessment)]
    if page.two:
        rows = [(round_.name, square) for round_, square in page.two.squares if square] + list(page.two.units)
        return [_squares(rows)]
    if page.barriers:
        return [_parts("barriers", _("Barriers"), page.barriers.parts)]
    return []


def _assessed(page: RoundPage, found: Assessment) -> Sheet:
    columns = (
        Column("theme", _("Area or ability")),
        Column("mean", _("The company’s own people, 1–5"), "score"),
        Column("low", _("low"), "score", low_of="mean"),
        Column("high", _("high"), "score", high_of="mean"),
        Column("n", _("n"), "count", n_of="mean"),
        *(Column(key, name, "score") for key, name in found.groups),
        Column("outside", str(RoundAnswer.Group.OUTSIDE.label), "score"),
    )
    rows: list[tuple[Value, ...]] = []
    for each in (*found.areas, *found.abilities):
        own = (each.own.value, each.own.low, each.own.high, each.own.n) if each.own else (None,) * 4
        groups = [each.groups[key].value if key in each.groups else None for key, _name in found.groups]
        rows.append((str(each.theme.name), *own, *groups, each.outside.value if each.outside else None))
    notes = (page.newest.name if page.newest else "",)
    return Sheet("assessment", _("360 assessment"), columns, rows, Chart("bar", "theme", ("mean",)), notes=notes)


def _squares(rows: list[tuple[str, Square]]) -> Sheet:
    first = rows[0][1].parts if rows else ()
    columns = (
        Column("who", _("Round or unit")),
        Column("n", _("n"), "count"),
        *(Column(part.key, str(part.name), "percent") for part in first),
    )
    table: list[tuple[Value, ...]] = [(name, square.n, *(part.share for part in square.parts)) for name, square in rows]
    return Sheet("leeway", _("Strategy and leeway"), columns, table)


def _parts(key: str, title: str, parts: tuple[Part, ...]) -> Sheet:
    columns = (
        Column("name", _("Barrier")),
        Column("share", _("Named by, %"), "percent"),
        Column("low", _("low"), "percent", low_of="share"),
        Column("high", _("high"), "percent", high_of="share"),
        Column("count", _("Named"), "count"),
        Column("n", _("n"), "count", n_of="share"),
    )
    rows: list[tuple[Value, ...]] = [
        (str(part.name), part.share, part.low, part.high, part.count, part.n) for part in parts
    ]
    return Sheet(key, title, columns, rows, Chart("bar", "name", ("share",)))
