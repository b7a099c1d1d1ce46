"""A period is made of whole months and days at its edges, neither more nor less."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.periods import Period, months_until, next_month, spans

days = st.dates(date(2020, 1, 1), date(2029, 12, 31))


@given(days, st.integers(1, 800))
def test_the_spans_of_a_period_add_up_to_each_of_its_days_once(start: date, length: int) -> None:
    period = Period(start, start + timedelta(days=length))
    counted: dict[date, int] = {}
    for span in spans(period):
        assert span.grain == "d" or span.first.day == span.end.day == 1
        for ahead in range((span.end - span.first).days):
            day = span.first + timedelta(days=ahead)
            counted[day] = counted.get(day, 0) + span.sign
    assert {day for day, times in counted.items() if times} == {start + timedelta(days=n) for n in range(length)}
    assert set(counted.values()) <= {0, 1}


@given(days, st.integers(1, 800))
def test_no_more_than_half_a_month_of_days_is_read_at_either_edge(start: date, length: int) -> None:
    period = Period(start, start + timedelta(days=length))
    daily = [(span.end - span.first).days for span in spans(period) if span.grain == "d"]
    if start.replace(day=1) != period.end.replace(day=1):
        assert len(daily) <= 2
        assert max(daily, default=0) <= 16


@pytest.mark.parametrize(
    ("period", "season"),
    [
        (Period(date(2026, 8, 25), date(2026, 11, 23)), Period(date(2025, 8, 25), date(2025, 11, 23))),
        (Period(date(2024, 2, 29), date(2024, 3, 2)), Period(date(2023, 2, 28), date(2023, 3, 2))),
        (Period(date(2026, 1, 1), date(2027, 1, 1)), Period(date(2025, 1, 1), date(2026, 1, 1))),
    ],
)
def test_the_same_season_is_the_same_dates_a_year_before(period: Period, season: Period) -> None:
    assert period.season() == season


def test_the_period_before_is_as_long_and_ends_where_this_one_begins() -> None:
    assert Period(date(2026, 3, 1), date(2026, 3, 31)).previous() == Period(date(2026, 1, 30), date(2026, 3, 1))


def test_twelve_months_end_with_this_one() -> None:
    months = months_until(date(2026, 2, 28), 12)
    assert (len(months), months[0], months[-1]) == (12, date(2025, 3, 1), date(2026, 2, 1))
    assert [next_month(month) for month in months[:-1]] == months[1:]
