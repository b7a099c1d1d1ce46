"""Forecasts, early warnings, and what the score says of sales to come."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Role
from dashboards.ahead import forecasts, sales
from dashboards.ahead.outlook import outlooks, warnings
from dashboards.ahead.picture import picture
from dashboards.ahead.series import known_months, load_series
from dashboards.ahead.warned import Warned, load_warned
from dashboards.goals import load_goals
from dashboards.insights.read import findings
from dashboards.models import Insight, KpiSeries, KpiValue, Target
from dashboards.structure import load_structure
from journeys.models import Touchpoint
from surveys.models import ScoreRollup
from tests.dashboards.worlds import NPS, nps
from tests.factories import client_of, make_dimension, make_member, make_tenant, make_touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant()


def today(tenant: Tenant) -> date:
    return timezone.localdate(timezone=tenant.zone)


def month(
    tenant: Tenant, at: Touchpoint, start: date, histogram: list[int], dimension: str = "", value: str = ""
) -> None:
    with activate(tenant.pk):
        for place in {at.pk, 0}:
            ScoreRollup.objects.update_or_create(
                metric=NPS, dimension=dimension, value=value, grain="m", touchpoint_id=place, start=start,
                channel_id=0, audience="customer", wave="", defaults={"histogram": histogram},
            )  # fmt: skip


def page(tenant: Tenant, address: str = "ahead/", role: str = Role.VIEWER, **more: Any) -> Any:
    return client_of(make_member(tenant, role, **more), headers={"accept-language": "en"}).get(
        f"/t/{tenant.slug}/{address}"
    )


def forecast(at: Touchpoint | None, ahead: list[float], *, values: list[float], rank: int = 1, **more: Any) -> Insight:
    """What a worker would have kept; months run on from the newest known one."""
    day = date(2026, 10, 1)
    months = [date(2026, 10 + k, 1) if k < 3 else date(2027, k - 2, 1) for k in range(7)]
    data = {
        "metric": NPS,
        "dimension": "",
        "value": "",
        "months": [f"2026-{n + 1:02}-01" for n in range(len(values))],
        "values": values,
        "ahead": [
            {"step": k + 1, "value": each, "low": each - 5, "high": each + 5, "month": months[k + 1].isoformat()}
            for k, each in enumerate(ahead)
        ],
        "error": 4.0,
        "naive_error": 6.0,
        "method": "ets",
        "refused": "",
    } | more
    return Insight.objects.create(kind=forecasts.KIND, rank=rank, touchpoint=at, data=data, start=day, last=day)


def test_series_are_foretold_anew_each_night_as_far_as_time_goes_and_too_short_ones_say_what_is_missing(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = make_touchpoint(tenant, "till"), make_touchpoint(tenant, "app")
    rng = np.random.default_rng(3)
    months = known_months(today(tenant))
    for place, start in enumerate(months):
        month(tenant, old, start, nps(60 - place, 20, 20 + int(rng.integers(0, 5))))
    for start in months[-10:]:
        month(tenant, new, start, nps(5, 5, 5))
    with activate(tenant.pk):
        ScoreRollup.objects.filter(touchpoint_id=0).delete()  # one fit is enough for a test
        found = forecasts.find(tenant=tenant, today=today(tenant))
        assert [(each.touchpoint_id, each.data["refused"]) for each in found] == [(old.pk, ""), (new.pk, "few")]
        ahead = found[0].data["ahead"]
        assert len(ahead) == forecasts.STEPS
        assert all(-100 <= each["low"] <= each["value"] <= each["high"] <= 100 for each in ahead)
        assert found[0].data["error"] is not None
        for rank, each in enumerate(found, 1):
            Insight.objects.create(
                kind=forecasts.KIND, rank=rank, touchpoint_id=each.touchpoint_id, data={**each.data, "error": 77.0},
                start=each.start, last=today(tenant),
            )  # fmt: skip
        again = forecasts.find(tenant=tenant, today=today(tenant))
        assert [each.data["error"] for each in again] == [found[0].data["error"], None]
        monkeypatch.setattr(forecasts, "SECONDS", -1.0)  # no time is left tonight
        later = today(tenant) + timedelta(days=1)
        stood = forecasts.find(tenant=tenant, today=later)
        assert [(each.data["error"], each.last) for each in stood] == [(77.0, today(tenant))] * 2
    assert "10 of 24 months are known. Keep asking for 14 more months" in page(tenant).content.decode()


def test_a_group_that_would_tell_on_a_small_one_has_no_points(tenant: Tenant) -> None:
    make_dimension(tenant, "segment")
    place = make_touchpoint(tenant)
    [start] = known_months(today(tenant))[-1:]
    month(tenant, place, start, nps(20, 20, 20))
    month(tenant, place, start, nps(18, 19, 20), "segment", "consumer")
    month(tenant, place, start, nps(2, 1, 0), "segment", "fleet")
    with activate(tenant.pk):
        found = {each.key[:3]: each.values for each in load_series(today=today(tenant), minimum=5)}
    assert found[(place.pk, "", "")] == (0.0,)
    assert found[(place.pk, "segment", "fleet")] == found[(place.pk, "segment", "consumer")] == (None,)


def test_a_group_that_everybody_belongs_to_is_no_series_of_its_own(tenant: Tenant) -> None:
    make_dimension(tenant, "segment")
    place = make_touchpoint(tenant)
    [start] = known_months(today(tenant))[-1:]
    month(tenant, place, start, nps(20, 20, 20))
    month(tenant, place, start, nps(20, 20, 20), "segment", "consumer")
    with activate(tenant.pk):
        found = [each.key[:3] for each in load_series(today=today(tenant), minimum=5)]
    assert sorted(found) == [(0, "", ""), (place.pk, "", "")]


def test_a_warning_names_the_month_and_who_is_to_act(tenant: Tenant) -> None:
    lead = make_member(tenant, Role.CX_LEAD).user
    place, well = make_touchpoint(tenant, "till", name="Till", owner=lead), make_touchpoint(tenant, "door")
    with activate(tenant.pk):
        Target.objects.create(metric=NPS, year=today(tenant).year, value=30)
        forecast(place, [35, 28, 20, 15, 12, 10], values=[40, 38, 36])
        forecast(well, [45, 45, 45, 45, 45, 45], values=[44, 46, 45], rank=2)
        forecast(None, [20, 20, 20, 20, 20, 20], values=[20, 20, 20], rank=3)
        forecast(make_touchpoint(tenant, "gate", name="Gate"), [29.8] * 6, values=[31] * 3, rank=5)
        forecast(make_touchpoint(tenant, "desk", name="Desk"), [35, 34, 25, 35, 35, 35], values=[20] * 3, rank=4)
        forecast(make_touchpoint(tenant, "lift"), [], values=[], rank=6, refused="few")
        structure, goals = load_structure(), load_goals(today(tenant).year)
        every = outlooks(findings([forecasts.KIND])[forecasts.KIND], structure, goals)
        # The leadership page tells the same without reading them all.
        assert load_warned(structure, goals) == Warned(tuple(warnings(every)), foretold=5, refused=1)
        assert load_warned(structure, goals, places={well.pk}) == Warned((), foretold=1, refused=0)
    text = page(tenant).content.decode()
    assert "Till heads short of its target: NPS 20 (15…25) expected in 1/2027, target 30" in text
    assert "the interval reaches the target still" in text
    assert f"{lead} to act before 12/2026" in text
    assert "The whole company stays short of its target: NPS 20 (15…25) expected in 11/2026" in text
    assert "Gate" not in text.split("All forecasts")[0]  # 29.8 is read as 30, the target
    assert "Desk may miss its target: NPS 25 (20…30) expected in 1/2027" in text  # the interval holds the target
    assert text.index("Till heads") < text.index("The whole company stays")
    front = page(tenant, "").content.decode()
    assert "What is coming" in front
    assert "Till heads short of its target" in front
    assert "Till heads" not in page(tenant, "", Role.UNIT_MANAGER, unit_ids=[1]).content.decode()
    assert page(tenant, "ahead/", Role.UNIT_MANAGER, unit_ids=[1]).status_code == 403


def test_nothing_is_foretold_of_nothing_and_the_page_says_what_to_do(tenant: Tenant) -> None:
    text = page(tenant).content.decode()
    assert "a forecast needs two years of months" in text
    assert "No weekly figure of money is here" in text
    assert client_of(make_member(role=Role.ADMIN)).get(f"/t/{tenant.slug}/ahead/").status_code == 404
    with activate(tenant.pk):
        assert forecasts.find(tenant=tenant, today=today(tenant)) == []
        assert sales.find(tenant=tenant, today=today(tenant)) == []


def test_sales_that_the_score_foretells_are_told_by_how_many_weeks_and_those_it_does_not_are_said_so(
    tenant: Tenant,
) -> None:
    rng = np.random.default_rng(4)
    monday = today(tenant) - timedelta(days=today(tenant).weekday())
    with activate(tenant.pk):
        made = KpiSeries.objects.create(slug="sales", name="Sales", grain="week", side="money")
        led = KpiSeries.objects.create(slug="orders", name="Orders", grain="week", side="money")
        few = KpiSeries.objects.create(slug="returns", name="Returns", grain="week", side="money")
        KpiSeries.objects.create(slug="calls", name="Calls", grain="week")
        weeks = [monday - timedelta(weeks=ago) for ago in range(110, 0, -1)]
        KpiValue.objects.bulk_create(
            [KpiValue(series=made, start=week, value=float(100 + rng.normal(0, 9))) for week in weeks]
            + [KpiValue(series=few, start=week, value=0.0) for week in weeks]
        )
        rows = {}
        for week in weeks:
            three = [int(each) for each in rng.multinomial(40, [0.5, 0.2, 0.3])]
            # Three weeks later customers buy as they were served: 5 % more for ten points.
            score = (three[0] - three[2]) / 40 * 100
            bought = float(100 * 1.05 ** (score / 10) * np.exp(rng.normal(0, 0.02)))
            KpiValue.objects.create(series=led, start=week + timedelta(weeks=3), value=bought)
            for grain, start in (("d", week + timedelta(days=2)), ("m", (week + timedelta(days=2)).replace(day=1))):
                rows[(grain, start)] = np.array(nps(*three)) + rows.get((grain, start), 0)
        ScoreRollup.objects.bulk_create(
            [
                ScoreRollup(
                    metric=NPS, dimension="", value="", grain=grain, touchpoint_id=0, start=start, channel_id=0,
                    audience="customer", wave="", histogram=[int(each) for each in histogram],
                )
                for (grain, start), histogram in rows.items()
            ]
        )  # fmt: skip
        found = sales.find(tenant=tenant, today=today(tenant))
        assert [(each.data["name"], each.data["found"], each.data["refused"]) for each in found] == [
            ("Sales", False, ""),
            ("Orders", True, ""),
            ("Returns", False, "few"),
        ]
        foretold = found[1].data
        assert foretold["weeks"] == 3
        assert foretold["per_ten"]["low"] < 5 < foretold["per_ten"]["high"]
        for rank, each in enumerate(found, 1):
            Insight.objects.create(kind=sales.KIND, rank=rank, data=each.data, start=each.start, last=each.last)
    text = page(tenant).content.decode()
    assert "Sales: NPS has not foretold it surely enough so far to count on" in text
    assert "3 weeks after ten points more of NPS, Orders has been" in text
    assert "the clearest of 13 lags tried" in text
    assert "Returns and NPS: too few weeks to say anything" in text


def test_a_picture_has_gaps_a_band_and_a_target() -> None:
    assert picture([None], [], target=None) is None
    drawn = picture([1.0, None, 3.0, 2.0], [(2.0, 1.0, 3.0)], target=2.0)
    assert drawn
    assert len(drawn.lines) == 1
    assert drawn.band.count(",") == 3
    assert drawn.target == 32.0
