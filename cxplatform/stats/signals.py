"""Control charts: is a point beyond what the series does of itself.

Shares: p-chart, widened to Laney's p' (2002) where counts spread more, or less, than chance alone lets them. NPS and
means: XmR (Shewhart's individuals with moving ranges, Wheeler 1993).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Signal = Literal["high", "low", "run_high", "run_low", ""]

FEWEST = 8
"""Points a chart needs before it says anything."""
RUN = 8
"""Points in a row on one side of the centre that are a shift (Western Electric, Montgomery 2013)."""
_D2 = 1.128  # the mean range of two normal numbers, in standard deviations


@dataclass(frozen=True)
class Chart:
    """A series with its centre and, by point, limits and signal. `sigma_z` is Laney's: 1 = as chance alone, None on
    a chart of means. Without enough points there are no limits and no signals."""

    values: tuple[float, ...]
    centre: float | None
    low: tuple[float, ...]
    high: tuple[float, ...]
    signals: tuple[Signal, ...]
    sigma_z: float | None = None

    @property
    def last(self) -> Signal:
        """The newest point's."""
        return self.signals[-1] if self.signals else ""


def shares(hits: Sequence[int], n: Sequence[int], *, fewest: int = FEWEST) -> Chart:
    """A p'-chart of hits among n, 0..1; periods with n = 0 are left out. Raises ValueError for impossible counts."""
    if len(hits) != len(n) or any(not 0 <= x <= m for x, m in zip(hits, n, strict=False)):
        raise ValueError("hits: as many as n, and none over its n")
    pairs = [(x, m) for x, m in zip(hits, n, strict=True) if m]
    x, m = (np.array(column, dtype=float) for column in (zip(*pairs, strict=True) if pairs else ((), ())))
    values = x / m if len(pairs) else np.array([])
    if len(pairs) < fewest:
        return _silent(values)
    centre = float(x.sum() / m.sum())
    sigma = np.sqrt(centre * (1 - centre) / m)
    if not sigma.any():
        return _silent(values)
    z = (values - centre) / sigma
    sigma_z = float(np.abs(np.diff(z)).mean() / _D2)
    half = 3 * sigma * sigma_z
    low, high = np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)
    return _chart(values, centre, low, high, sigma_z)


def individuals(values: Sequence[float], *, fewest: int = FEWEST) -> Chart:
    """An XmR chart of single values (a month's NPS, a mean), in their unit."""
    given = np.asarray(values, dtype=float)
    if len(given) < fewest:
        return _silent(given)
    centre = float(given.mean())
    half = 3 * float(np.abs(np.diff(given)).mean()) / _D2
    if half == 0:
        return _silent(given)
    flat = np.ones_like(given)
    return _chart(given, centre, (centre - half) * flat, (centre + half) * flat, None)


def _chart(values: Floats, centre: float, low: Floats, high: Floats, sigma_z: float | None) -> Chart:
    signals: list[Signal] = []
    run, side = 0, 0
    for value, least, greatest in zip(values, low, high, strict=True):
        here = int(value > centre) - int(value < centre)
        run = run + 1 if here and here == side else int(here != 0)
        side = here
        if value > greatest or value < least:
            signals.append("high" if value > greatest else "low")
        elif run >= RUN:
            signals.append("run_high" if side > 0 else "run_low")
        else:
            signals.append("")
    return Chart(
        values=tuple(map(float, values)),
        centre=centre,
        low=tuple(map(float, low)),
        high=tuple(map(float, high)),
        signals=tuple(signals),
        sigma_z=sigma_z,
    )


def _silent(values: Floats) -> Chart:
    silent: list[Signal] = [""] * len(values)
    return Chart(tuple(map(float, values)), None, (), (), tuple(silent))
