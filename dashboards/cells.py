"""One figure as it may be shown: its score, what became of it, and how it stands to its target."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import numpy as np

from cxplatform.stats import anonymity
from cxplatform.stats.change import Change, Verdict, against_targets, changes, control
from cxplatform.stats.histogram import answers, total
from cxplatform.stats.metrics import Metric
from cxplatform.stats.score import Score, score_of_many
from dashboards.load import Histogram

State = Literal["measured", "few", "empty"]
Key = TypeVar("Key", bound=Hashable)

# How far from the target each step of the colour scale begins, as shares of the metric's range:
# 5, 15, 30 and 50 points of an NPS, 2.5, 7.5, 15 and 25 per cent of a share.
_STEPS = (0.025, 0.075, 0.15, 0.25)


@dataclass(frozen=True)
class Pair:
    """Counts now and then; None = hidden, so that no small group can be had by subtraction."""

    now: Histogram | None
    then: Histogram | None
    target: float | None = None


@dataclass(frozen=True)
class Cell:
    """`score` only where measured. `verdict` is the one verdict shown: of the change or against the target.

    `target` is in the metric's unit; `level` the step of the colour scale, -4 (far on the bad side of the
    target) to 4. `compared` is a change that is no change: the difference from other customers in the same days.
    """

    state: State
    score: Score | None = None
    change: Change | None = None
    verdict: Verdict = "not_enough"
    target: float | None = None
    level: int = 0
    compared: bool = False

    @property
    def shown(self) -> Score:
        """The score of a measured cell."""
        if self.score is None:
            raise ValueError("cell: only a measured cell has a score to show; ask its state first")
        return self.score


def cells(
    of: Metric,
    pairs: Sequence[Pair],
    *,
    minimum: int,
    on_target: bool = False,
    compared: bool = False,
    centre: float | None = None,
) -> list[Cell]:
    """Cells of one view and metric, their verdicts controlled together (false discovery rate 5 %).

    Verdicts are of the change since then or, `on_target`, against each one's target. Colours are centred on
    the target; without one on `centre`.
    """
    none = np.zeros(of.bins, dtype=np.int64)
    now = [none if pair.now is None else pair.now for pair in pairs]
    scores = score_of_many(of, now)
    states = [_state(of, pair.now, minimum) for pair in pairs]
    # A hidden cell takes no part: neither in the family of tests nor as a difference.
    seen = [state == "measured" for state in states]
    then = [
        pair.then if ok and pair.then is not None and _enough(of, pair.then, minimum) else none
        for pair, ok in zip(pairs, seen, strict=True)
    ]
    found = changes(of, list(zip(now, then, strict=True)))
    verdicts: Sequence[Verdict | None] = [change.verdict for change in found]
    if on_target:
        verdicts = against_targets(of, now, [pair.target if ok else None for pair, ok in zip(pairs, seen, strict=True)])
    return [
        Cell(
            state="measured",
            score=score,
            change=change,
            verdict=verdict or "not_enough",
            target=pair.target,
            level=level_of(of, score.value, pair.target if pair.target is not None else centre),
            compared=compared,
        )
        if ok
        else Cell(state=state, target=pair.target)
        for pair, state, ok, score, change, verdict in zip(pairs, states, seen, scores, found, verdicts, strict=True)
    ]


def as_family(row: Sequence[Cell], *, on_target: bool = False) -> list[Cell]:
    """Cells of several metrics as one view: their verdicts controlled together. A verdict can only be withdrawn."""
    if on_target:
        return list(row)
    controlled = control([cell.change or Change(None, None, None, "not_enough") for cell in row])
    return [
        replace(cell, change=change, verdict=change.verdict) if cell.change else cell
        for cell, change in zip(row, controlled, strict=True)
    ]


def level_of(of: Metric, value: float | None, centre: float | None) -> int:
    """The step of the colour scale, -4 to 4; 0 near the centre and where there is none."""
    if value is None or centre is None:
        return 0
    least, greatest = of.limits
    away = (value - centre) / (greatest - least) * (1 if of.better == "higher" else -1)
    steps = sum(abs(away) >= step for step in _STEPS)
    return steps if away > 0 else -steps


def of_group(groups: Mapping[str, Histogram], everybody: Histogram, chosen: str, *, minimum: int) -> Histogram | None:
    """The counts of one value of a dimension, None when showing them would tell on a small group.

    Those without a value are a group too: everybody less the others.
    """
    return shown_groups(groups, everybody, minimum=minimum).get(chosen)


def shown_groups(
    groups: Mapping[Key, Histogram], everybody: Histogram | None = None, *, minimum: int
) -> dict[Key, Histogram]:
    """The groups of one division that may be shown; with `everybody`, what is left over counts as a group."""
    sizes: dict[Hashable, int] = {("group", key): total(histogram) for key, histogram in groups.items()}
    if everybody is not None:
        sizes["rest"] = max(0, total(everybody) - sum(sizes.values()))
    seen = anonymity.visible(sizes, minimum=minimum)
    return {key: histogram for key, histogram in groups.items() if ("group", key) in seen}


def part_of(whole: Histogram | None, part: Histogram | None, *, minimum: int) -> Histogram | None:
    """The counts of a part of a whole that is shown too, None when what is left of the whole would tell on a few."""
    if whole is None or part is None:
        return None
    rest = total(whole) - total(part)
    return part if rest <= 0 or anonymity.enough(rest, minimum=minimum) else None


def pool(of: Metric, parts: Sequence[Histogram | None]) -> Histogram | None:
    """Counts together; None (hidden) where any of them is, as the rest would tell."""
    pooled = np.zeros(of.bins, dtype=np.int64)
    for part in parts:
        if part is None:
            return None
        pooled = pooled + part
    return pooled


def _state(of: Metric, now: Histogram | None, minimum: int) -> State:
    if now is None:
        return "few"
    if not total(now):
        return "empty"
    return "measured" if _enough(of, now, minimum) else "few"


def _enough(of: Metric, histogram: Histogram, minimum: int) -> bool:
    return anonymity.enough(answers(of, histogram), minimum=minimum)
