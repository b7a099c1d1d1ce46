"""The finder of drivers: which touchpoints, and which questions, the overall score goes with."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from cxplatform.stats.drivers import Driver, Drivers, drivers, moments_of_truth
from cxplatform.stats.sums import Sums, mean_of
from cxplatform.tenancy.models import Tenant
from dashboards.focus.answered import Sample, across_touchpoints, within_answers
from dashboards.gaps.finder import IMPORTANCE
from dashboards.gaps.mirrored import said, window_of
from dashboards.insights.finders import Finder, Found
from dashboards.measures import PAGE_METRICS
from journeys.models import Touchpoint

KIND = "driver"
DAYS = 365
TOUCHPOINTS, SURVEY = "touchpoints", "survey"
"""What a finding divides the overall score among: the touchpoints of customers' journeys, or a survey's questions."""


def find(*, tenant: Tenant, today: date) -> list[Found]:
    """One finding across touchpoints and one for each of the surveys answered most, each with all of its drivers or
    with why there are none ("unasked": nobody was asked about the whole; else as `Drivers.why`). Six queries."""
    window = window_of(today, DAYS)
    touchpoints = list(Touchpoint.objects.in_use().values_list("pk", flat=True))
    sums = said(metrics=[*PAGE_METRICS, IMPORTANCE], touchpoints=touchpoints, window=window)
    name = most_answered(sums)
    scored = {place: value for (metric, place), value in sums.items() if metric == name}
    sample = (
        across_touchpoints(
            name=name,
            touchpoints={place: value.n for place, value in scored.items()},
            period=window,
            zone=tenant.zone,
        )
        if name
        else None
    )
    data = [{"analysis": TOUCHPOINTS, "why": "unasked", "drivers": []}]
    if sample:
        stated = {
            place: value.total / value.n
            for (metric, place), value in sums.items()
            if metric == IMPORTANCE and value.n >= max(5, tenant.anonymity_minimum)
        }
        data = [_across(sample, scored, stated)]
    data += [_within(each) for each in within_answers(period=window, zone=tenant.zone)]
    return [Found(data=each, start=window.start, last=window.last) for each in data]


def most_answered(sums: Mapping[tuple[str, int], Sums]) -> str:
    """The page's metric with the most answers over all touchpoints, "" where there is none."""
    answered: dict[str, int] = {}
    for (name, _), value in sums.items():
        if name in PAGE_METRICS:
            answered[name] = answered.get(name, 0) + value.n
    return max(answered, key=lambda name: (answered[name], -PAGE_METRICS.index(name)), default="")


def _across(sample: Sample, scored: Mapping[int, Sums], stated: Mapping[int, float]) -> dict[str, Any]:
    found = drivers(sample.keys, sample.x, sample.y)
    return _head(sample, found, TOUCHPOINTS) | {
        "metric": sample.metric,
        "drivers": [
            _driver(each, found, TOUCHPOINTS)
            | {"touchpoint": int(each.key), "stated": stated.get(int(each.key))}
            | _performance(scored[int(each.key)])
            for each in found.drivers
        ],
    }


def _within(sample: Sample) -> dict[str, Any]:
    found = drivers(sample.keys, sample.x, sample.y)
    column = {key: place for place, key in enumerate(sample.keys)}
    rows = []
    for each in found.drivers:
        known = sample.x[:, column[each.key]]
        known = known[known == known]
        sums = Sums(len(known), float(known.sum()), float((known**2).sum()))
        rows.append(_driver(each, found, SURVEY) | {"metric": each.key} | _performance(sums))
    return _head(sample, found, SURVEY) | {"survey": sample.survey_id, "drivers": rows}


def _head(sample: Sample, found: Drivers, analysis: str) -> dict[str, Any]:
    return {"analysis": analysis, "overall": sample.overall, "r2": found.r2, "n": found.n, "why": found.why}


def _driver(each: Driver, found: Drivers, analysis: str) -> dict[str, Any]:
    """`importance` is the driver's part of R²; `share` of what is explained, in per cent."""
    moments = {moment.key for moment in moments_of_truth(found)}
    return {
        "importance": each.importance,
        "low": each.low,
        "high": each.high,
        "share": 100 * each.importance / found.r2 if found.r2 else None,
        "slope": each.slope,
        "slope_low": each.slope_low,
        "slope_high": each.slope_high,
        "n": each.n,
        # A moment of truth is a place in a journey: a survey's questions are none.
        "moment": analysis == TOUCHPOINTS and each.key in moments,
    }


def _performance(sums: Sums) -> dict[str, Any]:
    """The mean on 0-100 of everybody who answered, not of the respondents of the analysis alone."""
    mean = mean_of(sums, least=0, greatest=100)
    return {"mean": mean.value, "mean_low": mean.low, "mean_high": mean.high, "mean_n": mean.n}


FINDER = Finder(KIND, find, nightly=True)
