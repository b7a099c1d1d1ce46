"""The decision itself, and the clock of quiet hours: pure, by tables and by property."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.asking.contact import Candidate, Past, Person, Quota, decide, next_free, rest
from surveys.asking.policy import Policy, Quiet, open_from, policy_of

HELSINKI = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
OPEN = Quiet(time(0), time(0), country="")
ANNA = UUID(int=1)
DAY = timedelta(days=1)
MAIL = {"email": "a@example.org"}


def person(*past: Past, **fields) -> Person:
    return Person(**{"addresses": MAIL, "zone": HELSINKI, "past": past} | fields)


def candidate(**fields) -> Candidate:
    defaults = {"customer_id": ANNA, "survey_id": 1, "kind": "transaction", "due_at": NOW, "methods": ("email", "sms")}
    return Candidate(**defaults | fields)


def reason(who: Person | None, policy: Policy | None = None, spent=None, **fields) -> str:
    people = {ANNA: who} if who else {}
    rules = {"": policy or Policy(quiet=OPEN)}
    (verdict,) = decide([candidate(**fields)], people=people, rules=rules, spent=spent or {}, now=NOW)
    assert verdict.asked == (verdict.reason in ("", "quiet"))
    return verdict.reason


QUOTA = Quota(7, "d", date(2026, 3, 4), 10)


@pytest.mark.parametrize(
    ("expected", "who", "fields"),
    [
        ("", person(), {}),
        ("erased", None, {}),
        ("erased", person(erased=True), {}),
        ("opted_out", person(unwanted=frozenset({"email"})), {}),
        ("", person(unwanted=frozenset({"email"}), addresses=MAIL | {"sms": "+358401"}), {}),
        ("no_address", person(addresses={}), {}),
        ("no_address", person(addresses={"ivr": "+358401"}), {}),
        ("", person(addresses={}), {"methods": ("link",)}),
        ("opted_out", person(addresses={}, unwanted=frozenset({"link"})), {"methods": ("link",)}),
        ("sampled_out", person(), {"share": 0.5, "chance": 0.5}),
        ("", person(), {"share": 0.5, "chance": 0.4999}),
        ("sampled_out", person(), {"share": 0.0}),
        ("test", person(erased=True), {"obstacle": "test"}),
        ("too_soon", person(Past("relationship", NOW - 29 * DAY)), {}),
        ("", person(Past("relationship", NOW - 30 * DAY)), {}),
        ("too_soon", person(Past("transaction", NOW + 29 * DAY)), {}),
        ("resting_after_refusal", person(Past("transaction", NOW - 80 * DAY, refused_at=NOW - 80 * DAY)), {}),
        ("", person(Past("transaction", NOW - 91 * DAY, refused_at=NOW - 90 * DAY)), {}),
        ("resting_after_answer", person(Past("transaction", NOW - 40 * DAY, answered_at=NOW - 29 * DAY)), {}),
        ("resting_after_abandon", person(Past("transaction", NOW - 40 * DAY, abandoned_at=NOW - 29 * DAY)), {}),
        ("quota_full", person(), {"quotas": (QUOTA,)}),
    ],
)
def test_each_reason(expected, who, fields):
    assert reason(who, spent={(7, "d", date(2026, 3, 4)): 10}, **fields) == expected


@pytest.mark.parametrize(
    ("kind", "rules", "expected"),
    [
        ("transaction", {}, Policy()),
        ("transaction", {"": Policy(every=DAY)}, Policy(every=DAY)),
        ("transaction", {"": Policy(), "transaction": Policy(every=DAY)}, Policy(every=DAY)),
        ("recall", {"recall": Policy(every=2 * DAY)}, Policy(every=2 * DAY)),
    ],
)
def test_the_rule_of_a_kind_stands_instead_of_the_general_one(kind, rules, expected):
    assert policy_of(kind, rules) == expected


@pytest.mark.parametrize("kind", ["recall", "onboarding", "mirror"])
def test_kinds_with_a_distance_of_their_own_rest_only_after_a_refusal(kind):
    policy = policy_of(kind, {"": Policy(quiet=OPEN)})
    answered = Past(kind, NOW - DAY, answered_at=NOW - DAY)
    refused = Past(kind, NOW - DAY, refused_at=NOW - DAY)
    assert rest([answered], kind=kind, policy=policy, due_at=NOW) == ("", None)
    assert rest([refused], kind=kind, policy=policy, due_at=NOW) == ("resting_after_refusal", NOW + 89 * DAY)


def test_a_rule_may_look_at_its_own_kind_only():
    policy = Policy(quiet=OPEN, own_kind=True)
    past = [Past("relationship", NOW - DAY)]
    assert rest(past, kind="transaction", policy=policy, due_at=NOW) == ("", None)
    assert rest(past, kind="relationship", policy=policy, due_at=NOW) == ("too_soon", NOW + 29 * DAY)


def test_those_asked_in_the_same_go_count():
    rows = decide(
        [candidate(quotas=(QUOTA,)), candidate(), candidate(customer_id=UUID(int=2), quotas=(QUOTA,))],
        people={ANNA: person(), UUID(int=2): person()},
        rules={"": Policy(quiet=OPEN)},
        spent={(7, "d", date(2026, 3, 4)): 9},
        now=NOW,
    )
    assert [row.reason for row in rows] == ["", "too_soon", "quota_full"]


NIGHT = Quiet(time(20), time(9), country="")
SMALL = Quiet(time(22), time(3, 30), country="")
WEEK = frozenset({1, 2, 3, 4, 5})
WORKDAYS, FINNISH = Quiet(time(20), time(9), WEEK, ""), Quiet(time(20), time(9), WEEK, "FI")
ANY_HOUR = Quiet(time(0), time(0), WEEK, "")


@pytest.mark.parametrize(
    ("quiet", "zone", "moment", "opens"),
    [
        # over midnight, in winter time
        (NIGHT, "Europe/Helsinki", "2026-03-04T12:00+02:00", "2026-03-04T12:00+02:00"),
        (NIGHT, "Europe/Helsinki", "2026-03-04T19:59+02:00", "2026-03-04T19:59+02:00"),
        (NIGHT, "Europe/Helsinki", "2026-03-04T20:00+02:00", "2026-03-05T09:00+02:00"),
        (NIGHT, "Europe/Helsinki", "2026-03-04T23:30+02:00", "2026-03-05T09:00+02:00"),
        (NIGHT, "Europe/Helsinki", "2026-03-05T03:00+02:00", "2026-03-05T09:00+02:00"),
        (NIGHT, "Europe/Helsinki", "2026-03-05T09:00+02:00", "2026-03-05T09:00+02:00"),
        # the night of each change of the clock is an hour shorter or longer, and 9 is 9
        (NIGHT, "Europe/Helsinki", "2026-03-28T21:00+02:00", "2026-03-29T09:00+03:00"),
        (NIGHT, "Europe/Helsinki", "2026-10-24T21:00+03:00", "2026-10-25T09:00+02:00"),
        # the end of quiet is an hour that the clock jumps over: right after the jump
        (SMALL, "Europe/Helsinki", "2026-03-29T01:00+02:00", "2026-03-29T04:30+03:00"),
        # the end of quiet comes twice: the first of them, and from the second on none is waited for
        (SMALL, "Europe/Helsinki", "2026-10-25T01:00+03:00", "2026-10-25T03:30+03:00"),
        (SMALL, "Europe/Helsinki", "2026-10-25T03:10+02:00", "2026-10-25T03:30+02:00"),
        # within the day
        (Quiet(time(11), time(13), country=""), "Europe/Helsinki", "2026-03-04T12:00+02:00", "2026-03-04T13:00+02:00"),
        (Quiet(time(11), time(13), country=""), "Europe/Helsinki", "2026-03-04T01:00+02:00", "2026-03-04T01:00+02:00"),
        # another's own clock, half an hour off and a day ahead
        (NIGHT, "America/St_Johns", "2026-03-05T01:00+02:00", "2026-03-04T23:00+00:00"),
        (NIGHT, "America/St_Johns", "2026-03-05T01:30+00:00", "2026-03-05T12:30+00:00"),
        (NIGHT, "Pacific/Kiritimati", "2026-03-04T10:00+00:00", "2026-03-04T19:00+00:00"),
        # weekdays, and Finnish holidays: Good Friday to Easter Monday, Midsummer, Christmas
        (WORKDAYS, "Europe/Helsinki", "2026-03-06T20:30+02:00", "2026-03-09T09:00+02:00"),
        (ANY_HOUR, "Europe/Helsinki", "2026-03-07T12:00+02:00", "2026-03-09T00:00+02:00"),
        (FINNISH, "Europe/Helsinki", "2026-04-02T21:00+03:00", "2026-04-07T09:00+03:00"),
        (Quiet(time(20), time(9), country="FI"), "Europe/Helsinki", "2026-12-25T12:00+02:00", "2026-12-27T09:00+02:00"),
        (Quiet(time(20), time(9), country="FI"), "Europe/Helsinki", "2026-01-01T12:00+02:00", "2026-01-02T09:00+02:00"),
    ],
)
def test_quiet_hours_end_on_the_persons_clock(quiet, zone, moment, opens):
    found = open_from(datetime.fromisoformat(moment), quiet, ZoneInfo(zone))
    assert found == datetime.fromisoformat(opens)


times = st.times(max_value=time(23, 45)).map(lambda t: t.replace(minute=t.minute // 15 * 15, second=0, microsecond=0))
quiets = st.builds(
    Quiet, times, times, st.frozensets(st.integers(1, 7), min_size=1), st.sampled_from(["", "FI", "SE", "XX"])
)
zones = st.sampled_from(
    ["Europe/Helsinki", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Kiritimati", "UTC", "Asia/Kathmandu"]
).map(ZoneInfo)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))


@given(quiets, zones, moments)
def test_what_opens_is_never_quiet_and_never_in_the_past(quiet, zone, moment):
    opens = open_from(moment, quiet, zone)
    shown = opens.astimezone(zone)
    assert opens >= moment
    assert not quiet.day(shown.date())
    assert not quiet.at(shown.time())
    assert open_from(opens, quiet, zone) == opens


asks = st.builds(
    Past,
    st.sampled_from(["transaction", "relationship", "recall"]),
    moments,
    answered_at=st.none() | moments,
    refused_at=st.none() | moments,
    abandoned_at=st.none() | moments,
)
days = st.integers(0, 100).map(lambda n: timedelta(days=n))
policies = st.builds(Policy, days, days, days, days, st.booleans(), quiets)


@given(st.lists(asks, max_size=5), policies, st.lists(moments, min_size=1, max_size=8))
def test_no_two_asks_of_one_go_are_nearer_than_the_rule(past, policy, due):
    someone = person(*past)
    verdicts = decide(
        [candidate(due_at=moment) for moment in due],
        people={ANNA: someone},
        rules={"": policy},
        spent={},
        now=datetime(2024, 1, 1, tzinfo=UTC),
    )
    asked = [verdict.due_at for verdict in verdicts if verdict.asked]
    counted = [ask.due_at for ask in past if not policy.own_kind or ask.kind == "transaction"]
    for place, moment in enumerate(asked):
        assert all(abs(moment - other) >= policy.every for other in asked[:place] + counted)
    assert [verdict.candidate.due_at for verdict in verdicts] == due


@given(st.lists(asks, max_size=5), policies, moments)
def test_who_may_next_be_asked_at_a_time_is_asked_then(past, policy, now):
    moment = next_free(person(*past), kind="transaction", policy=policy, now=now)
    assert moment is not None
    assert moment >= now
    assert rest(past, kind="transaction", policy=policy, due_at=moment) == ("", None)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=60), st.integers(0, 40))
def test_a_quota_is_never_passed_and_never_wasted(customers, most):
    quota = Quota(7, "d", date(2026, 3, 4), most)
    people = {UUID(int=n): person() for n in range(6)}
    verdicts = decide(
        [candidate(customer_id=UUID(int=n), quotas=(quota,)) for n in customers],
        people=people,
        rules={"": Policy(every=timedelta(0), quiet=OPEN)},
        spent={},
        now=NOW,
    )
    assert sum(verdict.asked for verdict in verdicts) == min(most, len(customers))
