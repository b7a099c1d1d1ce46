"""What a cell of the heatmap says of itself when it is pointed at, line by line in the language of the page."""

from django.utils.translation import gettext as _

from cxplatform.stats.metrics import Metric
from cxplatform.tenancy import numbers
from dashboards import words
from dashboards.leadership.heatmap import StageCell


def tip(entry: StageCell, *, of: Metric, on_target: bool, minimum: int) -> list[str]:
    """The lines after the cell's score: the verdict, what makes it up, or what is missing and what to do."""
    lines = _measured(entry, of=of, on_target=on_target) if entry.cell.state == "measured" else [_why(entry, minimum)]
    if entry.last:
        newest = f"{_('newest answer')} {numbers.day(entry.last)}"
        lines.append(f"{newest}: {_('no answers in the last 30 days')}" if entry.stale else newest)
    return lines


def _measured(entry: StageCell, *, of: Metric, on_target: bool) -> list[str]:
    cell, worst = entry.cell, entry.worst
    said = words.verdict(cell, on_target=on_target)
    moved = "" if on_target else words.movement(cell)
    lines = [f"{said} ({moved})" if moved else said]
    if entry.signal:
        lines.append(f"◆ {words.signalled(entry.signal, of)}")
    if cell.target is not None:
        lines.append(f"{_('target')} {words.value(cell.target, of.unit)}")
    if worst:
        named = f"{_('worst touchpoint')}: {worst.place.name} {words.value(worst.value, of.unit)}"
        lines.append(f"{named} · {worst.place.owner}" if worst.place.owner else named)
    return lines


def _why(entry: StageCell, minimum: int) -> str:
    if entry.cell.state == "few":
        return _("Fewer than %(n)s answers, or a small group that a subtraction would tell on.") % {"n": minimum}
    if not entry.stage.touchpoints:
        return _("No touchpoint in this stage: add one in the editor.")
    return _("Not measured in this period: place a survey at a touchpoint of this stage.")
