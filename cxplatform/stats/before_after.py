"""What a dated change did: before against after, less what the same weeks did a year earlier where they are known."""

from dataclasses import dataclass, replace
from math import hypot

from cxplatform.stats.change import ALPHA, FEWEST, Change, Verdict, benjamini_hochberg, change
from cxplatform.stats.histogram import Counts, answers
from cxplatform.stats.intervals import normal_two_sided, z_of
from cxplatform.stats.metrics import Metric


@dataclass(frozen=True)
class Effect:
    """`difference` = after less before, less `season` where that is known; `low` ... `high` its 95 % interval.

    In the metric's unit. `season` is what the score did over the same days a year earlier, None where it was not
    measured then. `p` is None and the verdict "not_enough" under `FEWEST` answers on a side.
    """

    difference: float | None
    low: float | None
    high: float | None
    season: float | None
    p: float | None
    verdict: Verdict


def effect(of: Metric, *, after: Counts, before: Counts, season_after: Counts, season_before: Counts) -> Effect:
    """One change on its own. The intervals of the two differences are put together by MOVER (Zou & Donner 2008),
    which keeps those of shares as lopsided as they are."""
    found = change(of, after, before)
    if found.p is None or found.difference is None or found.low is None or found.high is None:
        return Effect(found.difference, found.low, found.high, None, None, "not_enough")
    if min(answers(of, season_after), answers(of, season_before)) < FEWEST:
        return Effect(found.difference, found.low, found.high, None, found.p, found.verdict)
    season = change(of, season_after, season_before)
    if season.difference is None or season.low is None or season.high is None:
        return Effect(found.difference, found.low, found.high, None, found.p, found.verdict)
    difference = found.difference - season.difference
    low = difference - hypot(found.difference - found.low, season.high - season.difference)
    high = difference + hypot(found.high - found.difference, season.difference - season.low)
    p = normal_two_sided(difference / hypot(_error(found), _error(season)))
    return Effect(difference, low, high, season.difference, p, _verdict(of, difference, p))


def control(family: list[Effect], *, alpha: float = ALPHA) -> list[Effect]:
    """Verdicts of many changes as one family (Benjamini & Hochberg 1995): one can only be withdrawn."""
    stands = benjamini_hochberg([each.p for each in family], rate=alpha)
    return [
        each if kept or each.p is None else replace(each, verdict="no_clear_change")
        for each, kept in zip(family, stands, strict=True)
    ]


def _error(found: Change) -> float:
    low, high = found.low or 0.0, found.high or 0.0
    return max((high - low) / 2 / z_of(), 1e-12)


def _verdict(of: Metric, difference: float, p: float) -> Verdict:
    if p >= ALPHA:
        return "no_clear_change"
    return "better" if (difference > 0) == (of.better == "higher") else "worse"
