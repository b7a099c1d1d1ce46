"""Due times on the days that go wrong: clock changes, holidays, week-ends, and hours outside opening."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.business_hours import BusinessHours, business_hours, due_times, kept_earlier
from journeys.conditions import BadDefinition

HELSINKI = ZoneInfo("Europe/Helsinki")
OFFICE = {day: [["08:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
LUNCH = {"mon": [["13:00", "17:00"], ["08:00", "12:00"]], "sat": [["10:00", "14:00"]]}
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def calendar(hours, *, country="FI", closed_days=(), zone="Europe/Helsinki") -> BusinessHours:
    return business_hours(zone=zone, hours=hours, country=country, closed_days=closed_days)


def due(opened: str, minutes: int, hours: BusinessHours | None, zone: ZoneInfo = HELSINKI) -> str:
    """Both times as a wall clock of the zone shows them."""
    moment = datetime.fromisoformat(opened).replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
    (found,) = due_times(np.array([moment], dtype="datetime64[us]"), minutes, hours)
    if np.isnat(found):
        return "never"
    return found.item().replace(tzinfo=UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("opened", "minutes", "expected"),
    [
        ("2026-03-02 09:00", 60, "2026-03-02 10:00"),
        ("2026-03-02 15:30", 60, "2026-03-03 08:30"),
        ("2026-03-02 15:00", 60, "2026-03-02 16:00"),  # due at closing, not the next morning
        ("2026-03-02 06:00", 60, "2026-03-02 09:00"),  # before opening
        ("2026-03-02 16:00", 60, "2026-03-03 09:00"),  # at closing
        ("2026-03-02 23:00", 8 * 60, "2026-03-03 16:00"),
        ("2026-03-06 15:00", 120, "2026-03-09 09:00"),  # Friday to Monday
        ("2026-03-07 12:00", 60, "2026-03-09 09:00"),  # on a Saturday
        ("2026-03-27 15:00", 120, "2026-03-30 09:00"),  # over the spring change, Sunday 29 March
        ("2026-10-23 15:00", 120, "2026-10-26 09:00"),  # over the autumn change, Sunday 25 October
        ("2026-06-18 15:00", 120, "2026-06-22 09:00"),  # Midsummer Eve is a Friday
        ("2026-12-23 15:00", 120, "2026-12-28 09:00"),  # Christmas, Thursday to Saturday
        ("2025-12-31 15:00", 120, "2026-01-02 09:00"),  # New Year
        ("2026-01-05 15:30", 60, "2026-01-07 08:30"),  # Epiphany
        ("2026-03-02 08:00", 40 * 60, "2026-03-06 16:00"),  # a working week
        ("2025-12-29 08:00", 250 * 8 * 60, "2026-12-22 16:00"),  # 250 working days, over the year
    ],
)
def test_a_due_time_in_office_hours(opened: str, minutes: int, expected: str) -> None:
    assert due(opened, minutes, calendar(OFFICE)) == expected


@pytest.mark.parametrize(
    ("opened", "expected"),
    [
        ("2026-03-28 12:00", "2026-03-29 13:00"),  # 24 elapsed hours over the day of 23
        ("2026-10-24 12:00", "2026-10-25 11:00"),  # and over the day of 25
        ("2026-06-18 12:00", "2026-06-19 12:00"),
    ],
)
@pytest.mark.parametrize("hours", [None, calendar(ALWAYS, country="")], ids=["no calendar", "always open"])
def test_a_day_round_the_clock_is_24_elapsed_hours(hours: BusinessHours | None, opened: str, expected: str) -> None:
    assert due(opened, 24 * 60, hours) == expected


def test_a_night_of_a_clock_change_has_an_hour_less_or_more_of_open_time() -> None:
    sundays = calendar({"sun": [["00:00", "06:00"]]}, country="")
    assert due("2026-03-29 00:00", 5 * 60, sundays) == "2026-03-29 06:00"
    assert due("2026-10-25 00:00", 7 * 60, sundays) == "2026-10-25 06:00"


def test_hours_in_two_ranges_may_be_written_in_any_order() -> None:
    assert due("2026-03-02 11:30", 60, calendar(LUNCH)) == "2026-03-02 13:30"
    assert due("2026-03-02 16:30", 60, calendar(LUNCH)) == "2026-03-07 10:30"


def test_the_company_s_own_closed_days_and_another_country() -> None:
    assert due("2026-03-02 15:30", 60, calendar(OFFICE, closed_days=["2026-03-03"])) == "2026-03-04 08:30"
    swedish = calendar(OFFICE, country="SE", zone="Europe/Stockholm")
    assert due("2026-06-05 15:30", 60, swedish, ZoneInfo("Europe/Stockholm")) == "2026-06-08 08:30"
    assert due("2026-06-05 15:30", 60, calendar(OFFICE, country="SE")) == "2026-06-08 08:30"
    assert due("2026-12-25 10:00", 60, calendar(OFFICE, country="")) == "2026-12-25 11:00"


def test_a_calendar_that_never_opens_long_enough_gives_no_time() -> None:
    christmas = BusinessHours("Europe/Helsinki", ((),) * 7)
    assert due("2026-03-02 09:00", 60, christmas) == "never"
    assert due("2026-03-02 09:00", 60 * 60 * 24 * 365, calendar(LUNCH)) == "never"


def test_no_openings_give_no_due_times() -> None:
    assert due_times(np.array([], dtype="datetime64[us]"), 60, calendar(OFFICE)).size == 0


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("hours", {}),
        ("hours", []),
        ("hours", {"mon": []}),
        ("hours", {"maanantai": [["08:00", "16:00"]]}),
        ("hours", {"mon": [["16:00", "08:00"]]}),
        ("hours", {"mon": [["08:00", "25:00"]]}),
        ("hours", {"mon": [["08:61", "12:00"]]}),
        ("hours", {"mon": ["08:00-16:00"]}),
        ("hours", {"mon": [["08:00", "12:00"], ["11:00", "16:00"]]}),
        ("hours", {"mon": [[8, 16]]}),
        ("country", "XX"),
        ("country", "Suomi"),
        ("closed_days", "2026-12-31"),
        ("closed_days", ["31.12.2026"]),
        ("closed_days", [20261231]),
    ],
)
def test_a_calendar_that_cannot_be_read_names_its_field(field: str, wrong: object) -> None:
    good: dict = {"hours": OFFICE, "country": "FI", "closed_days": []}
    with pytest.raises(BadDefinition) as refused:
        business_hours(zone="Europe/Helsinki", **{**good, field: wrong})
    assert refused.value.field == field


def by_the_minute(opened: datetime, minutes: int, hours: dict, closed: set[date]) -> datetime:
    """The slowest definition: walk minute by minute, spending one whenever the company is open."""
    moment = opened
    while minutes:
        local = moment.astimezone(HELSINKI)
        spent = local.hour * 60 + local.minute
        ranges = [
            [int(h) * 60 + int(m) for h, m in (t.split(":") for t in pair)]
            for pair in hours.get(("mon", "tue", "wed", "thu", "fri", "sat", "sun")[local.weekday()], [])
        ]
        if local.date() not in closed and any(opens <= spent < closes for opens, closes in ranges):
            minutes -= 1
        moment += timedelta(minutes=1)
    return moment


@given(
    offset=st.integers(0, 60 * 24 * 10),
    minutes=st.integers(1, 1200),
    start=st.sampled_from([datetime(2026, 3, 25, tzinfo=UTC), datetime(2026, 10, 21, tzinfo=UTC)]),
    hours=st.sampled_from([OFFICE, LUNCH, ALWAYS]),
)
def test_due_times_are_those_of_walking_minute_by_minute(
    offset: int, minutes: int, start: datetime, hours: dict
) -> None:
    opened = start + timedelta(minutes=offset)
    (found,) = due_times(
        np.array([opened.replace(tzinfo=None)], dtype="datetime64[us]"),
        minutes,
        calendar(hours, closed_days=["2026-03-27"]),
    )
    closed = {date(2026, 3, 27), date(2026, 10, 31), date(2026, 4, 3), date(2026, 4, 5), date(2026, 4, 6)}
    assert found.item().replace(tzinfo=UTC) == by_the_minute(opened, minutes, hours, closed)


def test_each_day_has_the_hours_that_held_on_it() -> None:
    """Saturdays and another country's holidays from 2 November on; the Saturdays before stay closed."""
    since = date(2026, 11, 2)
    changed = business_hours(
        zone="Europe/Helsinki",
        hours=OFFICE | {"sat": [["10:00", "14:00"]]},
        country="SE",
        closed_days=[],
        earlier=kept_earlier([], hours=OFFICE, country="FI", since=since),
    )
    assert due("2026-10-30 15:00", 120, changed) == "2026-11-02 09:00"  # over a Saturday of the old hours
    assert due("2026-11-06 15:00", 120, changed) == "2026-11-07 11:00"
    assert due("2027-12-03 15:30", 6 * 60, changed) == "2027-12-06 09:30"  # Independence Day is no holiday in Sweden


def test_hours_that_hold_from_an_earlier_day_mend_what_was_written_since() -> None:
    first = kept_earlier([], hours={"mon": 1}, country="FI", since=date(2026, 3, 1))
    second = kept_earlier(first, hours={"mon": 2}, country="FI", since=date(2026, 6, 1))
    assert [(row["until"], row["hours"]["mon"]) for row in second] == [("2026-03-01", 1), ("2026-06-01", 2)]
    mended = kept_earlier(second, hours={"mon": 3}, country="SE", since=date(2026, 4, 1))
    assert [(row["until"], row["hours"]["mon"]) for row in mended] == [("2026-03-01", 1), ("2026-04-01", 2)]
    assert kept_earlier(second, hours={"mon": 3}, country="SE", since=date(2000, 1, 1)) == [
        {"until": "2000-01-01", "hours": {"mon": 1}, "country": "FI"}
    ]
