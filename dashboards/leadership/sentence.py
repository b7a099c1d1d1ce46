"""The sentence to read aloud: made from the page's own numbers, each part leading to its place."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cxplatform.tenancy import numbers
from dashboards import words
from dashboards.cells import Cell
from dashboards.leadership.coverage import RECENT_DAYS, Coverage
from dashboards.leadership.heatmap import Heatmap, StageCell
from dashboards.leadership.tiles import Tile
from dashboards.measures import short_name
from promises import verdicts
from promises.compliance import Board


@dataclass(frozen=True)
class Phrase:
    """A part of the sentence; `anchor` is a place on the page, `stage_id` a stage to open, else neither."""

    text: str
    anchor: str = ""
    stage_id: int | None = None


def sentence(
    *,
    tiles: Sequence[Tile],
    heatmap: Heatmap | None,
    promises: Board,
    coverage: Coverage,
    on_target: bool,
    groups: tuple[str, str] | None = None,
) -> tuple[Phrase, ...]:
    """Up to seven phrases: the two `groups` compared, promises held, the score that leads, where it hurts most and
    went best, who is silent."""
    lead = next((tile for tile in tiles if tile.cell.state == "measured"), None)
    phrases = []
    if groups:
        text = _("%(group)s beside %(others)s") % {"group": groups[0], "others": groups[1]}
        phrases.append(Phrase(text, anchor="heatmap"))
    phrases += [_promises(promises)] if promises.judged else []
    phrases += [_score(lead, on_target=on_target)] if lead else []
    if heatmap:
        phrases += _places(heatmap, on_target=on_target)
    if coverage.silent:
        phrases.append(
            Phrase(
                ngettext(
                    "%(count)s touchpoint has no answers in %(days)d days",
                    "%(count)s touchpoints have no answers in %(days)d days",
                    len(coverage.silent),
                )
                % {"count": numbers.count(len(coverage.silent)), "days": RECENT_DAYS},
                anchor="coverage",
            )
        )
    return tuple(phrases)


def _promises(board: Board) -> Phrase:
    text = ngettext(
        "%(on_target)d of %(count)d promise on target", "%(on_target)d of %(count)d promises on target", board.judged
    )
    said = text % {"on_target": board.on_target, "count": board.judged}
    return Phrase(f"{said} {verdicts.clearly(board)}".strip(), anchor="promises")


def _score(tile: Tile, *, on_target: bool) -> Phrase:
    cell = tile.cell
    known = {"name": short_name(tile.metric), "value": words.lead(cell.shown)}
    if on_target or cell.verdict == "not_enough" or cell.change is None or cell.change.difference is None:
        text = _("%(name)s %(value)s: %(verdict)s") % {**known, "verdict": words.verdict(cell, on_target=on_target)}
    elif cell.verdict == "no_clear_change":
        text = _("%(name)s %(value)s, %(verdict)s") % {**known, "verdict": words.verdict(cell, on_target=False)}
    else:
        text = _("%(name)s %(value)s, %(movement)s") % {**known, "movement": words.movement(cell)}
    return Phrase(text, anchor=f"tile-{tile.measure.key}")


def _places(heatmap: Heatmap, *, on_target: bool) -> list[Phrase]:
    found = [entry for row in heatmap.rows for entry in row.cells if entry and entry.cell.state == "measured"]
    worse = sorted((e for e in found if e.cell.verdict == "worse"), key=_size, reverse=True)
    better = sorted((e for e in found if e.cell.verdict == "better"), key=_size, reverse=True)
    phrases = [_place(worse[0], on_target=on_target)] if worse else []
    if len(worse) > 1:
        phrases.append(Phrase(_rest(len(worse) - 1, worse[0].cell, on_target=on_target), anchor="heatmap"))
    if better:
        phrases.append(_place(better[0], on_target=on_target))
    return phrases


def _rest(count: int, cell: Cell, *, on_target: bool) -> str:
    if on_target:
        text = ngettext("%(count)d other stage is short of target", "%(count)d other stages are short of target", count)
    elif cell.compared:
        text = ngettext("%(count)d other stage is worse", "%(count)d other stages are worse", count)
    else:
        text = ngettext("%(count)d other stage turned down", "%(count)d other stages turned down", count)
    return text % {"count": count}


def _place(entry: StageCell, *, on_target: bool) -> Phrase:
    named = {"stage": entry.stage.name, "journey": entry.stage.journey}
    said = words.verdict(entry.cell, on_target=True) if on_target else words.movement(entry.cell)
    named |= {"said": said, "count": numbers.count(entry.cell.shown.n)}
    return Phrase(_("%(stage)s (%(journey)s) %(said)s, %(count)s answers") % named, stage_id=entry.stage.id)


def _size(entry: StageCell) -> float:
    cell = entry.cell
    if cell.change and cell.change.difference is not None:
        return abs(cell.change.difference)
    return abs((cell.shown.value or 0) - (cell.target or 0))
