"""Improvements and how fast they go, as tables."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from cxplatform.stats.median import Median
from dashboards.improvements.board import Board
from dashboards.improvements.figures import Share
from dashboards.sheets import Column, Sheet, Value


def sheets(board: Board) -> Sequence[Sheet]:
    """The board row by row, and its figures."""
    columns = (
        Column("title", _("Improvement")),
        Column("state", _("State")),
        Column("kind", _("Kind")),
        Column("place", _("Touchpoint")),
        Column("owner", _("Owner")),
        Column("signal", _("First signal"), "date"),
        Column("started", _("Started"), "date"),
        Column("due", _("Due date"), "date"),
        Column("done", _("Done"), "date"),
        Column("days", _("Cycle time, days"), "count"),
        Column("actions_done", _("Actions done"), "count"),
        Column("actions", _("Actions"), "count"),
        Column("effect", _("What it did")),
    )
    rows: list[tuple[Value, ...]] = []
    for card in board.cards:
        row = card.improvement
        rows.append(
            (
                row.title,
                row.get_state_display(),
                row.get_kind_display(),
                row.touchpoint.name if row.touchpoint else "",
                str(row.owner or ""),
                row.signal_on,
                row.started_on,
                row.due,
                row.done_on,
                card.days,
                card.done,
                card.actions,
                card.effect.text if card.effect else "",
            )
        )
    return [Sheet("improvements", _("Improvements"), columns, rows), *_speed(board)]


def _speed(board: Board) -> list[Sheet]:
    if board.speed is None:
        return []
    columns = (
        Column("figure", _("Figure")),
        Column("value", _("Value"), "score"),
        Column("low", _("Low"), "score", low_of="value"),
        Column("high", _("High"), "score", high_of="value"),
        Column("n", _("n"), "count", n_of="value"),
    )
    found = board.speed
    rows = [
        (_("Cycle time, median days"), *_of(found.cycle)),
        (_("Signal to fix, median days"), *_of(found.signal_to_fix)),
        (_("Complaints that an improvement came of, %"), *_of(found.converted)),
        (_("Complaints whose improvement is done, %"), *_of(found.mended)),
    ]
    return [Sheet("speed", _("How fast we change"), columns, rows, notes=(_("Of the last 365 days."),))]


def _of(found: Median | Share) -> tuple[float | None, float | None, float | None, int]:
    if isinstance(found, Median):
        return found.value, found.low, found.high, found.n
    parts = (None if part is None else 100 * part for part in (found.value, found.low, found.high))
    value, low, high = parts
    return value, low, high, found.of
