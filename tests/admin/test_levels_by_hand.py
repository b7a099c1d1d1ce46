"""The index, benchmarks and KPIs in the editor: what is typed is what stands, and nonsense is said by its field."""

from typing import Any

import pytest

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from dashboards.kpis.take_in import KpiFigure, take_in
from dashboards.models import Benchmark, CompanyIndex, KpiSeries
from tests.admin.pages import errors_of, post
from tests.dashboards.worlds import days_ago
from tests.factories import client_of, make_dimension, make_member, make_tenant

pytestmark = pytest.mark.django_db
INDEX = {"level": "relationship", "basis": "customers", "threshold": "60", "weight_4": "1", "weight_6": "2",
         "paid_currency": "EUR"}  # fmt: skip
BENCHMARK = {"metric": "nps/0-10", "name": "Retail", "value": "31", "as_of": "2026-05-01", "source": "A study"}


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant(language="en")


def typed(tenant: Tenant, what: str, given: dict[str, Any], *, expect: int = 302) -> Any:
    client = client_of(make_member(tenant, "cx_lead"), headers={"accept-language": "en"})
    return post(client, f"/t/{tenant.slug}/edit/dashboards/{what}/", expect=expect, **given)


def test_an_index_is_declared_once_and_changed_after(tenant: Tenant) -> None:
    dimension = make_dimension(tenant, "segment")
    said = errors_of(
        typed(tenant, "companyindex/add", {**INDEX, "weight_0": "", "weight_4": "", "weight_6": ""}, expect=200)
    )
    assert said == ["Give a weight to at least one metric."]
    typed(tenant, "companyindex/add", {**INDEX, "weight_0": "", "dimension": dimension.pk})
    with activate(tenant.pk):
        found = CompanyIndex.objects.get()
        assert found.metrics == {"cx3d_effectiveness/1-7": 1, "cx3d_emotion/1-7": 2}
        assert found.dimension_id == dimension.pk
    client = client_of(make_member(tenant, "cx_lead"))
    assert client.get(f"/t/{tenant.slug}/edit/dashboards/companyindex/add/").status_code == 403
    assert client.get(f"/t/{tenant.slug}/edit/dashboards/companyindex/{found.pk}/change/").status_code == 200


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": "131"}, "This metric goes from -100 to 100."),
        ({"low": "20"}, "Give both ends of the interval, or neither."),
        ({"low": "32", "high": "40"}, "The value lies outside its interval."),
        ({"as_of": "2999-01-01"}, "Give a day from the year 2000 to today."),
        ({"source": ""}, "This field is required."),
    ],
)
def test_a_benchmark_that_makes_no_sense_is_refused(tenant: Tenant, change: dict[str, str], said: str) -> None:
    assert errors_of(typed(tenant, "benchmark/add", {**BENCHMARK, **change}, expect=200)) == [said]
    with activate(tenant.pk):
        assert not Benchmark.objects.exists()


def test_a_kpi_is_told_which_side_it_tells_of(tenant: Tenant) -> None:
    with activate(tenant.pk):
        take_in([KpiFigure(kpi="Sales", day=days_ago(3, tenant), value=4, grain="week")])
        pk = KpiSeries.objects.get().pk
    typed(
        tenant,
        f"kpiseries/{pk}/change",
        {"name": "Sales", "grain": "month", "side": "money", "better": "higher", "target": "5"},
    )
    with activate(tenant.pk):
        one = KpiSeries.objects.get()
        assert (one.side, one.target, one.grain, one.slug) == ("money", 5, "week", "sales")
