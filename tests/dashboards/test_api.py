"""Scores and heatmap over REST: the page's numbers, divided, with small groups hidden."""

from datetime import date
from typing import Any

import pytest

from cxplatform.tenancy.context import activate
from dashboards.levels.baseline import freeze
from dashboards.models import Target
from dashboards.periods import Period
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import (
    api_of,
    make_channel,
    make_dimension,
    make_journey,
    make_key,
    make_tenant,
    make_touchpoint,
    make_unit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(kept):
    tenant = make_tenant()
    return (
        tenant,
        make_journey(tenant, "buying", name="Buying", stages=["Choose", "Buy"]),
        api_of(make_key(tenant, ["read"])),
    )


def get(client: Any, address: str) -> Any:
    found = client.get(f"/api/v1/{address}")
    assert found.status_code == 200, found.content
    return found.json()


def short(groups: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(group["value"], "hidden" if group["hidden"] else group["n"], group.get("score")) for group in groups]


def test_the_total_carries_score_interval_and_n(world) -> None:
    tenant, path, client = world
    count(tenant, nps(50, 30, 20), at=path.touchpoints[0])
    found = get(client, "scores")
    assert (found["metric"], found["unit"], found["by"]) == ("nps/0-10", "points", None)
    assert "groups" not in found
    total = found["total"]
    assert (total["n"], total["score"], round(total["low"], 2), round(total["high"], 2)) == (100, 30, 14.05, 44.2)
    assert total["shares"] == {"promoters": 50, "passives": 30, "detractors": 20}


def test_no_answers_is_no_value_and_few_are_hidden(world) -> None:
    tenant, path, client = world
    assert get(client, "scores")["total"]["score"] is None
    count(tenant, nps(1, 1, 1), at=path.touchpoints[0])
    assert get(client, "scores?by=touchpoint")["total"] == {"hidden": True}
    assert get(client, "scores?by=touchpoint")["groups"] == []


def test_divided_by_place(world) -> None:
    tenant, path, client = world
    elsewhere = make_touchpoint(tenant, "elsewhere")
    for place, people in ((path.touchpoints[0], 10), (path.touchpoints[1], 20), (elsewhere, 30)):
        count(tenant, nps(people, 0, 0), at=place)
    slugs = [place.slug for place in path.touchpoints]
    assert sorted(short(get(client, "scores?by=touchpoint")["groups"])) == sorted(
        [(slugs[0], 10, 100), (slugs[1], 20, 100), ("elsewhere", 30, 100)]
    )
    assert short(get(client, "scores?by=journey")["groups"]) == [("buying", 30, 100)]
    stages = [f"buying/{stage.pk}" for stage in path.stages]
    assert short(get(client, "scores?by=stage")["groups"]) == [(stages[0], 10, 100), (stages[1], 20, 100)]
    assert get(client, "scores?journey=buying")["total"]["n"] == 30
    assert get(client, f"scores?touchpoint={slugs[1]}")["total"]["n"] == 20


def test_divided_by_channel_unit_and_dimension(world) -> None:
    tenant, path, client = world
    make_dimension(tenant, "priority")
    web, unit = make_channel(tenant, "web"), make_unit(tenant, "turku")
    count(
        tenant, nps(10, 0, 0), at=path.touchpoints[0], channel_id=web.pk,
        slices={"priority": "high", "unit": str(unit.pk)},
    )  # fmt: skip
    count(tenant, nps(0, 0, 20), at=path.touchpoints[0], slices={"priority": "low"})
    assert short(get(client, "scores?by=channel")["groups"]) == [(None, 20, -100), ("web", 10, 100)]
    assert short(get(client, "scores?by=priority")["groups"]) == [("high", 10, 100), ("low", 20, -100)]
    assert short(get(client, "scores?by=unit")["groups"]) == [("turku", 10, 100)]
    assert get(client, "scores?priority=high")["total"]["n"] == 10
    assert get(client, "scores?unit=turku&channel=web")["total"]["n"] == 10
    assert short(get(client, "scores?by=channel&priority=low")["groups"])[0] == (None, 20, -100)


def test_divided_by_time(world) -> None:
    tenant, path, client = world
    count(tenant, nps(10, 0, 0), at=path.touchpoints[0], day=date(2026, 3, 31))
    count(tenant, nps(0, 0, 10), at=path.touchpoints[0], day=date(2026, 4, 1))
    months = get(client, "scores?by=month&from=2026-03-15&to=2026-05-02")["groups"]
    assert short(months) == [("2026-03", 10, 100), ("2026-04", 10, -100), ("2026-05", 0, None)]
    days = get(client, "scores?by=day&from=2026-03-31&to=2026-04-01")["groups"]
    assert short(days) == [("2026-03-31", 10, 100), ("2026-04-01", 10, -100)]


def test_a_small_group_takes_the_next_smallest_into_hiding(world) -> None:
    tenant, path, client = world
    make_dimension(tenant, "priority")
    for value, people in (("a", 40), ("b", 20), ("c", 2)):
        count(tenant, nps(people, 0, 0), at=path.touchpoints[0], slices={"priority": value})
    assert short(get(client, "scores?by=priority")["groups"]) == [
        ("a", 40, 100),
        ("b", "hidden", None),
        ("c", "hidden", None),
    ]
    assert get(client, "scores?priority=b")["total"] == {"hidden": True}
    assert get(client, "scores?priority=b&by=month")["groups"] == []


def test_the_heatmap_is_the_page_s(world) -> None:
    tenant, path, client = world
    with activate(tenant.pk):
        Target.objects.create(metric="nps/0-10", year=days_ago(0, tenant).year, value=80)
    count(tenant, nps(50, 30, 20), at=path.touchpoints[0])
    journey = get(client, "heatmap")["journeys"][0]
    assert (journey["slug"], [stage["name"] for stage in journey["stages"]]) == ("buying", ["Choose", "Buy"])
    first, second = journey["stages"]
    assert (first["score"], first["n"], first["target"], first["verdict"]) == (30, 100, 80, "worse")
    assert (second["score"], second["n"], second["verdict"], second["last_answer"]) == (None, 0, None, None)


def test_the_heatmap_compares_as_the_page_does() -> None:
    tenant = make_tenant()
    path, client = make_journey(tenant, "buying", stages=["Choose", "Buy", "Use"]), api_of(make_key(tenant, ["read"]))
    count(tenant, nps(20, 20, 60), at=path.touchpoints[0])
    count(tenant, nps(60, 20, 20), at=path.touchpoints[0], day=days_ago(366, tenant))
    count(tenant, nps(2, 0, 0), at=path.touchpoints[1])
    count(tenant, nps(0, 0, 3), at=path.touchpoints[2])  # or the two were all less the first stage
    found = get(client, "heatmap?against=season")
    first, second, _third = found["journeys"][0]["stages"]
    assert (found["against"], first["verdict"], first["change"]["difference"]) == ("season", "worse", -80)
    assert first["change"]["low"] < -80 < first["change"]["high"] < 0
    assert second == {**second, "hidden": True, "verdict": None, "change": None}
    assert found["compared_to"] == days_ago(365, tenant).isoformat()
    before = get(client, "heatmap?against=previous")["journeys"][0]["stages"][0]
    assert (before["verdict"], before["change"]) == ("not_enough", None)
    with activate(tenant.pk):
        year_ago = days_ago(366, tenant)
        freeze(name="Start", period=Period(year_ago, days_ago(365, tenant)))
    frozen = get(client, "heatmap?against=baseline:start")
    assert frozen["journeys"][0]["stages"][0]["change"] == first["change"]
    assert (frozen["compared_from"], frozen["compared_to"]) == (year_ago.isoformat(), year_ago.isoformat())


def test_a_measure_is_the_scale_that_was_answered(world) -> None:
    tenant, path, client = world
    count(tenant, [0] * 9 + [10], at=path.touchpoints[0], name="nps/1-10")
    assert get(client, "scores?metric=nps")["metric"] == "nps/1-10"
    assert get(client, "scores?metric=nps/0-10")["total"]["n"] == 0


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("scores?metric=x", "metric"),
        ("scores?by=x", "by"),
        ("scores?from=1.1.2026", "from"),
        ("scores?from=2026-02-02&to=2026-01-01", "from"),
        ("scores?by=day&from=2020-01-01", "by"),
        ("scores?journey=x", "journey"),
        ("scores?touchpoint=x", "touchpoint"),
        ("scores?channel=x", "channel"),
        ("scores?unit=x", "unit"),
        ("scores?segment=x", "segment"),
        ("scores?channel=a&channel=b", "channel"),
        ("scores?to=", "to"),
        ("scores?priority=a%00", "priority"),
        ("scores?priority=a&by=priority", "by"),
        ("scores?priority=a&unit=x", "unit"),
        ("heatmap?by=channel", "by"),
        ("heatmap?against=winter", "against"),
        ("heatmap?against=baseline:gone", "against"),
        ("scores?against=season", "against"),
    ],
)
def test_a_bad_parameter_is_named_with_what_to_do(world, address: str, field: str) -> None:
    tenant, _, client = world
    make_dimension(tenant, "priority")
    found = client.get(f"/api/v1/{address}")
    assert found.status_code == 400
    assert found["Content-Type"] == "application/problem+json"
    assert field in [error["field"] for error in found.json()["errors"]]


@pytest.mark.parametrize("address", ["scores", "heatmap"])
def test_reading_takes_the_scope_and_shows_one_s_own_company_only(world, address: str) -> None:
    tenant, path, _ = world
    count(tenant, nps(50, 30, 20), at=path.touchpoints[0])
    assert api_of(make_key(tenant, ["events:write"])).get(f"/api/v1/{address}").status_code == 403
    outsider = api_of(make_key(make_tenant(), ["read"]))
    if address == "scores":
        assert get(outsider, address)["total"]["n"] == 0
    else:
        assert get(outsider, address)["journeys"] == []
    assert outsider.get(f"/api/v1/{address}?touchpoint={path.touchpoints[0].slug}").status_code == 400
