"""Focus as tables for exports."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from dashboards.focus.page import Analysis, FocusPage, Theme
from dashboards.sheets import Chart, Column, Sheet, Value

QUADRANTS = {
    "fix": lambda: _("important and weak: fix first"),
    "keep": lambda: _("important and strong: keep up"),
    "low": lambda: _("weak, matters little"),
    "overkill": lambda: _("strong, matters little"),
}


def sheets(page: FocusPage) -> list[Sheet]:
    """Themes, proposals and the drivers; those that have rows."""
    found = []
    if page.themes:
        found.append(theme_sheet(page.themes, figures=True))
    if page.proposals:
        found.append(_proposals(page))
    for number, analysis in enumerate([*([page.touchpoints] if page.touchpoints else []), *page.surveys]):
        if analysis.points:
            found.append(_drivers(f"drivers_{number}", analysis))
    return found


def theme_sheet(themes: Sequence[Theme], *, figures: bool) -> Sheet:
    """The themes chosen, their reasons where the reader may see the company's figures."""
    columns = (
        Column("theme", _("Theme")),
        Column("owner", _("Owner")),
        Column("due", _("Due by"), "date"),
        Column("why", _("Why")),
    )
    rows: list[tuple[Value, ...]] = [
        (
            each.theme.title,
            str(each.theme.owner or ""),
            each.theme.due_on,
            "; ".join(each.why.reasons) if figures else None,
        )
        for each in themes
    ]
    return Sheet("focus", _("Focus now"), columns, rows)


def _proposals(page: FocusPage) -> Sheet:
    columns = (Column("place", _("Touchpoint")), Column("score", _("Score"), "score"), Column("why", _("Why")))
    rows: list[tuple[Value, ...]] = [
        (each.place.name, each.score, "; ".join(each.why.reasons)) for each in page.proposals
    ]
    return Sheet("proposals", _("Proposed"), columns, rows)


def _drivers(key: str, analysis: Analysis) -> Sheet:
    columns = (
        Column("driver", _("Driver")),
        Column("share", _("Importance, % of what is explained"), "percent"),
        Column("low", _("Importance, low"), "percent", low_of="share"),
        Column("high", _("Importance, high"), "percent", high_of="share"),
        Column("n", _("n, importance"), "count", n_of="share"),
        Column("slope", _("10 points here go with"), "score"),
        Column("slope_low", _("10 points, low"), "score", low_of="slope"),
        Column("slope_high", _("10 points, high"), "score", high_of="slope"),
        Column("mean", _("Performance, 0–100"), "score"),
        Column("mean_low", _("Performance, low"), "score", low_of="mean"),
        Column("mean_high", _("Performance, high"), "score", high_of="mean"),
        Column("mean_n", _("n, performance"), "count", n_of="mean"),
        Column("quadrant", _("Place on the map")),
    )
    rows: list[tuple[Value, ...]] = [
        (
            point.name,
            point.share,
            point.low,
            point.high,
            point.n,
            10 * point.slope,
            None if point.slope_low is None else 10 * point.slope_low,
            None if point.slope_high is None else 10 * point.slope_high,
            point.mean,
            point.mean_low,
            point.mean_high,
            point.mean_n,
            QUADRANTS[point.quadrant](),
        )
        for point in analysis.points
    ]
    title = analysis.name or _("What the overall score goes with")
    note = _("An association in customers' answers, not a cause.")
    return Sheet(key, title, columns, rows, Chart("bar", "driver", ("share",)), notes=(note,))
