"""An experiment in one sentence, and its intervals as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cxplatform.stats.metrics import Metric
from cxplatform.tenancy.numbers import MINUS, number
from dashboards.experiments.figures import Found, Variant
from dashboards.models import Experiment

WIDTH = 240


@dataclass(frozen=True)
class Picture:
    """Places on a line of WIDTH with 0 at `zero`: the interval and its middle."""

    variant: Variant
    zero: float
    low: float
    high: float
    at: float


def sentence(experiment: Experiment, found: Found) -> str:
    """What may be said now, and no more."""
    if found.uneven:
        return _("Customers are split as no lot splits them. Find out why before you believe any figure.")
    best = found.best
    if best and best.against:
        known = {"name": best.name, "before": found.variants[0].name, **_figures(best, found.metric)}
        if found.verdict == "better":
            return _("“%(name)s” is clearly better than “%(before)s”: %(difference)s (%(low)s…%(high)s).") % known
        return _("“%(name)s” is clearly worse than “%(before)s”: %(difference)s (%(low)s…%(high)s).") % known
    if found.verdict == "no_clear_difference":
        return _("No clear difference: as many customers answered as it takes to find the one that was looked for.")
    if experiment.state == Experiment.State.STOPPED:
        return _("Stopped before it could tell: no clear difference, from fewer customers than were planned.")
    return _("It cannot be told yet.")


def signed(value: float, of: Metric) -> str:
    """ "+4.2", with so many decimals as the metric's unit bears."""
    decimals = 2 if of.unit == "mean" else 1
    return f"{MINUS if value < 0 else '+'}{number(abs(value), decimals=decimals)}"


def picture(found: Found) -> Sequence[Picture]:
    """The intervals of the variants on one scale."""
    known = [one for one in found.variants if one.against and one.against.low is not None]
    ends = [abs(end) for one in known if one.against for end in (one.against.low or 0, one.against.high or 0)]
    widest = max(ends, default=0) or 1

    def place(value: float) -> float:
        return round(WIDTH / 2 + value / widest * (WIDTH / 2 - 6), 1)

    return [
        Picture(one, WIDTH / 2, place(low), place(high), place(one.against.difference or 0))
        for one in known
        if one.against and (low := one.against.low) is not None and (high := one.against.high) is not None
    ]


def _figures(of: Variant, metric: Metric) -> dict[str, str]:
    against = of.against
    if against is None or against.difference is None or against.low is None or against.high is None:
        return {"difference": "–", "low": "–", "high": "–"}
    return {name: signed(getattr(against, name), metric) for name in ("difference", "low", "high")}
