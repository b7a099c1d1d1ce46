"""What history would have kept: the curve agrees with what the pipeline judges at every deadline."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.business_hours import due_times
from promises.feasible.elapsed import NEVER, Elapsed, least_minutes, needed, shares, stops
from promises.judging.clock import array, moments, put_off
from tests.journeys.test_business_hours import ALWAYS, LUNCH, OFFICE, calendar

MOMENTS = st.lists(st.tuples(st.integers(1, 400), st.integers(1, 500)), min_size=1, max_size=30)


def of(pairs: list[tuple[int, int]]) -> Elapsed:
    """Instances that opened so many minutes ago and take so many: those that take longer are open."""
    took = [t if t <= ago else NEVER for ago, t in pairs]
    return Elapsed(np.array(took, dtype=np.int64), np.array([ago for ago, _ in pairs], dtype=np.int64))


@given(pairs=MOMENTS, minutes=st.integers(1, 400))
def test_only_what_would_have_fallen_due_counts(pairs: list[tuple[int, int]], minutes: int) -> None:
    (found,) = shares(of(pairs), [minutes])
    due = [(ago, took) for ago, took in pairs if ago > minutes]
    assert found.n == len(due)
    assert found.kept == sum(took <= minutes for _, took in due)


def test_golden_numbers_of_a_hundred_cases() -> None:
    history = of([(10_000, hours * 60) for hours in [20] * 81 + [31] * 9 + [60] * 10])
    at_a_day, at_31 = shares(history, [24 * 60, 31 * 60])
    assert (at_a_day.kept, at_a_day.n, at_31.kept) == (81, 100, 90)
    assert (round(at_a_day.low, 4), round(at_a_day.high, 4)) == (0.7222, 0.8749)
    grid = stops(history)
    assert needed(history, target=0.9, stops=grid).minutes == 31 * 60
    assert needed(history, target=0.9, stops=grid, sure=True).minutes == 60 * 60
    assert needed(of([(10_000, 10_001)] * 50), target=0.9, stops=[60]) is None


@given(pairs=MOMENTS, own=st.one_of(st.none(), st.integers(1, 5000)))
def test_the_stops_rise_and_hold_the_rules_own_deadline(pairs: list[tuple[int, int]], own: int | None) -> None:
    found = stops(of(pairs), also=own)
    assert found == sorted(set(found))
    assert own is None or own in found


@pytest.mark.parametrize("target", [0.5, 0.9])
def test_nothing_is_needed_of_too_few(target: float) -> None:
    assert needed(of([(400, 10)] * 4), target=target, stops=[60]) is None


@given(
    offset=st.integers(0, 60 * 24 * 10),
    seconds=st.one_of(st.integers(0, 3600 * 24 * 12), st.integers(0, 60 * 24 * 12).map(lambda minutes: 60 * minutes)),
    paused=st.lists(st.integers(0, 60 * 24 * 12), max_size=6, unique=True),
    start=st.sampled_from([datetime(2026, 3, 25, tzinfo=UTC), datetime(2026, 10, 21, tzinfo=UTC)]),
    hours=st.sampled_from([None, OFFICE, LUNCH, ALWAYS]),
)
def test_the_least_minutes_are_the_fewest_that_are_not_overdue(
    offset: int, seconds: int, paused: list[int], start: datetime, hours: dict | None
) -> None:
    opened = start + timedelta(minutes=offset)
    until = opened + timedelta(seconds=seconds)
    within = hours and calendar(hours, closed_days=["2026-03-27"])
    ends = [opened + timedelta(minutes=minute) for minute in sorted(paused)]
    stood = [(since, min(end, until)) for since, end in zip(ends[::2], ends[1::2], strict=False) if since < until]
    (minutes,) = least_minutes([opened], [until], [stood], within)

    def due(after: int) -> datetime:
        (found,) = put_off(moments(due_times(array([opened]), after, within)), [stood], within)
        return found

    assert due(int(minutes)) >= until
    assert minutes == 1 or due(int(minutes) - 1) < until
