"""The company's level over REST: what the page shows, and what others may tell of it."""

import json
from datetime import timedelta
from typing import Any

import pytest

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Scope, Tenant
from dashboards.kpis.take_in import KpiFigure, take_in
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import api_of, make_key, make_tenant

pytestmark = pytest.mark.django_db
BENCHMARK = {"metric": "nps/0-10", "name": "Retail", "value": 31, "as_of": "2026-05-01", "source": "A study"}


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant(language="en")


def send(tenant: Tenant, path: str, data: Any, method: str = "POST") -> Any:
    client = api_of(make_key(tenant, [Scope.DEFINITIONS_WRITE]))
    return client.generic(method, f"/api/v1/{path}", json.dumps(data), content_type="application/json")


def read(tenant: Tenant, path: str) -> Any:
    return api_of(make_key(tenant, [Scope.READ])).get(f"/api/v1/{path}").json()


def fields(answer: Any) -> list[str]:
    return [error["field"] for error in answer.json()["errors"]]


def test_the_index_is_read_with_its_interval_or_the_reason_why_there_is_none(tenant: Tenant) -> None:
    assert read(tenant, "index")["index"] is None
    assert "Ask a sample of customers" in read(tenant, "index")["why"]
    day = days_ago(0, tenant)
    count(tenant, nps(40, 5, 5), day=day, wave=f"{day.year}-Q{(day.month + 2) // 3}")
    found = read(tenant, "index")
    assert (found["index"], found["n"], found["coverage"], found["why"], found["change"]) == (87, 50, 1, None, None)
    assert found["low"] < 87 < found["high"]
    assert read(make_tenant(), "index")["index"] is None


def test_a_benchmark_told_again_replaces_its_figures(tenant: Tenant) -> None:
    assert send(tenant, "benchmarks", BENCHMARK).status_code == 200
    assert send(tenant, "benchmarks", {**BENCHMARK, "value": 33, "low": 30, "high": 36}).status_code == 200
    assert [(one["value"], one["low"], one["n"]) for one in read(tenant, "benchmarks")] == [(33, 30, None)]
    assert read(make_tenant(), "benchmarks") == []


@pytest.mark.parametrize(
    ("change", "field"),
    [({"value": 131}, "value"), ({"low": 1}, "high"), ({"metric": "nps"}, "metric"), ({"as_of": "x"}, "as_of"),
     ({"as_of": "2999-01-01"}, "as_of"), ({"colour": 1}, "colour"), ({"source": ""}, "source")],
)  # fmt: skip
def test_a_benchmark_of_nonsense_is_refused_by_its_field(tenant: Tenant, change: Any, field: str) -> None:
    answer = send(tenant, "benchmarks", {**BENCHMARK, **change})
    assert (answer.status_code, fields(answer)) == (400, [field])


def test_a_baseline_is_frozen_read_and_removed(tenant: Tenant) -> None:
    day = days_ago(10, tenant)
    count(tenant, nps(5, 3, 2), day=day)
    given = {"name": "Before", "start": day.isoformat(), "last": day.isoformat()}
    assert send(tenant, "baselines", given).json()["slug"] == "before"
    assert fields(send(tenant, "baselines", given)) == ["name"]
    assert fields(send(tenant, "baselines", {**given, "last": (day + timedelta(days=10)).isoformat()})) == ["last"]
    assert fields(send(tenant, "baselines", {**given, "start": "1999-01-01", "name": "B"})) == ["start"]
    assert [one["name"] for one in read(tenant, "baselines")] == ["Before"]
    assert send(make_tenant(), "baselines/before", {}, "DELETE").status_code == 404
    assert send(tenant, "baselines/before", {}, "DELETE").status_code == 204
    assert read(tenant, "baselines") == []


def test_a_kpi_is_told_its_side_and_target(tenant: Tenant) -> None:
    with activate(tenant.pk):
        take_in([KpiFigure(kpi="Sales", day=days_ago(3, tenant), value=4)])
    assert send(tenant, "kpis/sales", {"side": "money", "target": 5}, "PATCH").status_code == 200
    (one,) = read(tenant, "kpis")["kpis"]
    assert (one["side"], one["better"], one["target"]) == ("money", "higher", 5)
    assert fields(send(tenant, "kpis/sales", {"side": "moon"}, "PATCH")) == ["side"]
    assert send(make_tenant(), "kpis/sales", {"side": "money"}, "PATCH").status_code == 404
