"""What is coming, with how wrong such forecasts have been: exponential smoothing (Hyndman et al. 2008, ETS).

statsmodels does the fitting; it is imported where it is needed, as it takes a second.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from cxplatform.stats.intervals import z_of

Floats = npt.NDArray[np.float64]
_Form = tuple[bool, bool]
Refusal = Literal["few", "seasons", "gaps", "flat", ""]

SEASON = 12
FEWEST = 24
ORIGINS = 6
LEVEL = 0.80
"""Of the prediction interval: four times of five the month turns out within it."""


@dataclass(frozen=True)
class Ahead:
    """A future period, counted from 1: expected value and prediction interval, in the series' unit."""

    step: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Forecast:
    """`error` is the mean absolute error of forecasts made so in the past (rolling origin, `steps` ahead and nearer),
    `naive_error` that of saying "as the same month last year". `method`: "ets", or "season" where that has been no
    worse. Nothing is foretold where `refused` says why: "few" (under 24 points), "seasons" (under two of them),
    "gaps" (a missing value) or "flat" (never another value)."""

    ahead: tuple[Ahead, ...]
    error: float | None
    naive_error: float | None
    method: str
    refused: Refusal = ""

    def first_under(self, target: float) -> int | None:
        """The first step whose expected value lies under a target, None when none does: the early warning."""
        return next((each.step for each in self.ahead if each.value < target), None)


def forecast(
    values: Sequence[float | None],
    *,
    steps: int = 3,
    least: float = -np.inf,
    greatest: float = np.inf,
    season: int = SEASON,
) -> Forecast:
    """Foretell the next `steps` (1 ... 12) of a series of months, kept within `least` ... `greatest`.

    Raises ValueError for another number of steps.
    """
    if not 1 <= steps <= 12:
        raise ValueError(f"steps: {steps}; ask for 1 to 12")
    if refused := _refusal(values, season):
        return Forecast((), None, None, "", refused)
    series = np.asarray(values, dtype=float)
    ets, naive = _past_errors(series, steps, season)
    use_ets = ets is not None and ets < naive
    found = _ets(series, steps, season) if use_ets else None
    method = "ets" if found else "season"
    points = found or _season(series, steps, season)
    ahead = [
        Ahead(step, *(float(np.clip(each, least, greatest)) for each in point))
        for step, point in enumerate(zip(*points, strict=True), 1)
    ]
    return Forecast(tuple(ahead), ets if found else naive, naive, method)


def _refusal(values: Sequence[float | None], season: int) -> Refusal:
    if len(values) < FEWEST:
        return "few"
    if len(values) < 2 * season:
        return "seasons"
    if any(value is None or not np.isfinite(value) for value in values):
        return "gaps"
    return "flat" if len(set(values)) == 1 else ""


def _past_errors(series: Floats, steps: int, season: int) -> tuple[float | None, float]:
    """Mean absolute errors of both ways over the last origins. The form of the smoothing is chosen on what was known
    at the first of them, its parameters at each: no forecast has seen what it foretells."""
    ets: list[float] = []
    naive: list[float] = []
    chosen = _best(series[:-ORIGINS], season)
    for back in range(ORIGINS, 0, -1):
        known, came = series[: len(series) - back], series[len(series) - back :][:steps]
        naive += list(np.abs(_season(known, len(came), season)[0] - came))
        if chosen is not None:
            found = _fit(known, chosen, season)
            ets += list(np.abs(np.asarray(found.forecast(len(came)), dtype=float) - came)) if found else [np.inf]
    return float(np.mean(ets)) if ets else None, float(np.mean(naive))


def _season(series: Floats, steps: int, season: int) -> tuple[Floats, Floats, Floats]:
    """As the same month last year, give or take what years have differed by: around nought, not around their mean,
    as this way foretells that nothing changes from year to year."""
    value = np.array([series[len(series) - season + step % season] for step in range(steps)])
    half = z_of(LEVEL) * np.sqrt(np.mean((series[season:] - series[:-season]) ** 2))
    return value, value - half, value + half


def _ets(series: Floats, steps: int, season: int) -> tuple[Floats, Floats, Floats] | None:
    """Expected values and limits by the best form for the whole series; None where none converges."""
    # A season only where one could be chosen at the first origin too, as the past error told is of such forecasts.
    form = _best(series, season, seasons_from=2 * season + ORIGINS)
    fitted = _fit(series, form, season) if form is not None else None
    if fitted is None:
        return None
    frame = fitted.get_prediction(start=len(series), end=len(series) + steps - 1)
    limits = np.asarray(frame.pred_int(alpha=1 - LEVEL), dtype=float)
    value = np.asarray(frame.predicted_mean, dtype=float)
    return (value, limits[:, 0], limits[:, 1]) if np.isfinite(limits).all() and np.isfinite(value).all() else None


def _best(series: Floats, season: int, *, seasons_from: int | None = None) -> _Form | None:
    """The form with the least AICc: a level, with a damped trend or without, with a season where there are so many
    points (two seasons unless told)."""
    least = 2 * season if seasons_from is None else seasons_from
    forms = [(trend, seasonal) for trend in (False, True) for seasonal in (False, True)]
    tried = {
        form: fitted.aicc
        for form in forms
        if not (form[1] and len(series) < least) and (fitted := _fit(series, form, season)) is not None
    }
    return min(tried, key=lambda form: tried[form]) if tried else None


def _fit(series: Floats, form: _Form, season: int) -> Any:
    import pandas as pd
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # type: ignore[import-untyped]

    trend, seasonal = form
    model = ETSModel(
        pd.Series(series),
        error="add",
        trend="add" if trend else None,
        damped_trend=trend,
        seasonal="add" if seasonal else None,
        seasonal_periods=season if seasonal else None,
    )
    with warnings.catch_warnings():
        # What does not converge is not used; what is said of it on the way is for nobody.
        warnings.simplefilter("ignore")
        fitted = model.fit(disp=False)
    return fitted if np.isfinite(fitted.aicc) else None
