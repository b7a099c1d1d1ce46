"""The finder of blind spots: at which touchpoints staff guess otherwise than customers answer."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cxplatform.stats.anonymity import MINIMUM
from cxplatform.stats.blind_spot import Gap, gap, ranked
from cxplatform.stats.sums import Sums
from cxplatform.tenancy.models import Tenant
from dashboards.gaps.mirrored import COMPARED, Guess, guesses, said, said_of_the_company, window_of
from dashboards.insights.finders import Finder, Found
from dashboards.load import COMPANY, metrics_answered
from dashboards.periods import Period
from journeys.models import Touchpoint

KIND = "blind_spot"
CUSTOMER_DAYS, STAFF_DAYS = 180, 365
"""Customers of the last half-year beside staff's newest wave, which may be older: mirrors are asked now and then."""
MOST = 300
IMPORTANCE, COMPETITORS = "importance/1-7", "competitors/3"
SCORE, IMPORTANT, BELIEF = "score", "importance", "belief"
"""What a finding is about: a score, how much a touchpoint matters, or the company beside its competitors."""


def find(*, tenant: Tenant, today: date) -> list[Found]:
    """Gaps of every touchpoint in use at which a mirror was asked, the widest first of those that matter most.

    What too few answered is told without figures. Five queries.
    """
    fewest = max(MINIMUM, tenant.anonymity_minimum)
    answered = set(metrics_answered())
    metrics = [name for name in COMPARED if name in answered]
    if not metrics:
        return []
    touchpoints = list(Touchpoint.objects.in_use().values_list("pk", flat=True))
    staff = guesses(
        metrics=metrics,
        touchpoints=[COMPANY, *touchpoints],
        window=window_of(today, STAFF_DAYS),
        fewest=fewest,
    )
    window = window_of(today, CUSTOMER_DAYS)
    places = {place for _, place in staff if place != COMPANY}
    customers = said(metrics=metrics, touchpoints=sorted(places), window=window)
    found = _gaps(staff, customers, fewest)
    if (COMPETITORS, COMPANY) in staff:
        found.append(_belief(staff[COMPETITORS, COMPANY], window, fewest))
    return [Found(data=data, start=window.start, last=window.last, touchpoint_id=place) for place, data in found[:MOST]]


def _gaps(
    staff: Mapping[tuple[str, int], Guess], customers: Mapping[tuple[str, int], Sums], fewest: int
) -> list[tuple[int | None, dict[str, Any]]]:
    stated = {
        place: sums.total / sums.n / 100
        for (name, place), sums in customers.items()
        if name == IMPORTANCE and sums.n >= fewest
    }
    # Where customers were not asked what matters, a touchpoint counts as one of middling importance.
    otherwise = sum(stated.values()) / len(stated) if stated else 1.0
    gaps = {
        key: gap(
            f"{key[0]} {key[1]}",
            staff=guess.sums,
            customers=customers.get(key, Sums()),
            importance=stated.get(key[1], otherwise),
            fewest=fewest,
        )
        for key, guess in staff.items()
        if key[1] != COMPANY and key[0] != COMPETITORS
    }
    of_key = {each.key: key for key, each in gaps.items()}
    rows: list[tuple[int | None, dict[str, Any]]] = []
    for each in ranked(list(gaps.values())):
        name, place = of_key[each.key]
        aspect = IMPORTANT if name == IMPORTANCE else SCORE
        rows.append((place, _data(each, aspect, name, staff[name, place], fewest, stated.get(place))))
    return rows


def _belief(guess: Guess, window: Period, fewest: int) -> tuple[int | None, dict[str, Any]]:
    customers = said_of_the_company(COMPETITORS, window=window)
    found = gap(COMPETITORS, staff=guess.sums, customers=customers, fewest=fewest)
    return None, _data(found, BELIEF, COMPETITORS, guess, fewest, None)


def _data(each: Gap, aspect: str, name: str, guess: Guess, fewest: int, importance: float | None) -> dict[str, Any]:
    about = {"aspect": aspect, "metric": name, "kind": each.kind, "wave": guess.wave.partition(":")[2]}
    if each.gap is None:
        lacks = [who for who, n in (("staff", each.n_staff), ("customers", each.n_customers)) if n < fewest]
        return about | {"lacks": lacks}
    figures: Sequence[str] = ("gap", "low", "high", "staff", "customers", "n_staff", "n_customers", "weight")
    return about | {figure: getattr(each, figure) for figure in figures} | {"importance": importance}


FINDER = Finder(KIND, find)
