"""The counts read are those stored in the period, whatever rows they come from."""

import random
from datetime import date, timedelta

import pytest

from cxplatform.tenancy.context import activate
from dashboards.load import Slice, counts, last_answered, segment_values
from dashboards.periods import Period
from tests.dashboards.worlds import NPS, count, nps
from tests.factories import make_channel, make_tenant, make_touchpoint

pytestmark = pytest.mark.django_db


def test_any_period_holds_exactly_the_answers_of_its_days(django_assert_num_queries) -> None:
    tenant = make_tenant()
    places = [make_touchpoint(tenant) for _ in range(2)]
    chance = random.Random(7)
    stored = [
        (date(2026, 1, 1) + timedelta(days=chance.randrange(120)), chance.choice(places), chance.randrange(1, 4))
        for _ in range(60)
    ]
    for day, place, people in stored:
        count(tenant, nps(people, 0, 0), at=place, day=day)
    with activate(tenant.pk):
        for _ in range(25):
            start = date(2025, 12, 20) + timedelta(days=chance.randrange(120))
            period = Period(start, start + timedelta(days=chance.randrange(1, 120)))
            with django_assert_num_queries(1):
                found = counts(
                    metrics=[NPS],
                    windows={"now": period},
                    of=Slice(touchpoints=tuple(place.pk for place in places)),
                    by=["touchpoint_id"],
                )
            for place in places:
                expected = sum(n for day, at, n in stored if at == place and period.start <= day < period.end)
                assert list(found.get(NPS, "now", place.pk)) == nps(expected, 0, 0)
            company = counts(metrics=[NPS], windows={"now": period}).get(NPS, "now")
            assert company.sum() == sum(n for day, _, n in stored if period.start <= day < period.end)


def test_staff_and_relationship_waves_are_never_pooled_in() -> None:
    tenant = make_tenant()
    day = date(2026, 3, 3)
    count(tenant, nps(5, 0, 0), day=day)
    count(tenant, nps(0, 0, 7), day=day, audience="employee")
    count(tenant, nps(0, 9, 0), day=day, wave="2026-Q1")
    with activate(tenant.pk):
        found = counts(metrics=[NPS], windows={"now": Period(day, day + timedelta(days=1))})
    assert list(found.get(NPS, "now")) == nps(5, 0, 0)


def test_slices_and_channels_are_read_apart_and_another_company_not_at_all() -> None:
    tenant, other = make_tenant(), make_tenant()
    day = date(2026, 3, 3)
    web = make_channel(tenant)
    count(tenant, nps(3, 0, 0), day=day, channel_id=web.pk, slices={"segment": "a"})
    count(tenant, nps(0, 4, 0), day=day, slices={"segment": "b"})
    count(other, nps(0, 0, 50), day=day, slices={"segment": "a"})
    window = {"now": Period(day, day + timedelta(days=1))}
    parts = (("", ""), ("segment", "a"), ("segment", "b"))
    with activate(tenant.pk):
        sliced = counts(metrics=[NPS], windows=window, of=Slice(parts=parts), by=["value"])
        by_channel = counts(metrics=[NPS], windows=window, by=["channel_id"])
        on_web = counts(metrics=[NPS], windows=window, of=Slice(channel_id=web.pk))
        assert segment_values(window["now"], metrics=[NPS]) == {"segment": {"a": 3, "b": 4}}
    assert [list(sliced.get(NPS, "now", value)) for value in ("", "a", "b")] == [
        nps(3, 4, 0),
        nps(3, 0, 0),
        nps(0, 4, 0),
    ]
    assert list(by_channel.get(NPS, "now", web.pk)) == list(on_web.get(NPS, "now")) == nps(3, 0, 0)


def test_the_newest_answer_is_that_of_any_metric() -> None:
    tenant = make_tenant()
    heard, silent = make_touchpoint(tenant), make_touchpoint(tenant)
    count(tenant, nps(1, 0, 0), at=heard, day=date(2026, 3, 3))
    count(tenant, [0, 0, 1, 0, 0], at=heard, day=date(2026, 4, 4), name="csat/1-5")
    with activate(tenant.pk):
        assert last_answered([heard.pk, silent.pk]) == {heard.pk: date(2026, 4, 4)}


def test_an_unknown_column_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="by: survey is not known"):
        counts(metrics=[NPS], windows={}, by=["survey"])
