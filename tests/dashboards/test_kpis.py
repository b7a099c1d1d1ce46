"""Figures of other systems come in over REST and from files, and the latest told stands."""

from typing import Any

import pytest

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Scope, Tenant
from dashboards.models import KpiSeries, KpiValue
from tests.factories import api_of, make_key, make_tenant
from tests.imports.test_browser_import import Person

pytestmark = pytest.mark.django_db
WAIT = {"kpi": "Waiting time", "day": "2026-11-12", "value": 4.5, "unit": "min"}


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant(language="en")


def send(tenant: Tenant, data: Any) -> Any:
    client = api_of(make_key(tenant, [Scope.EVENTS_WRITE]))
    return client.post("/api/v1/kpis", data, content_type="application/json").json()


def read(tenant: Tenant) -> Any:
    return api_of(make_key(tenant, [Scope.READ])).get("/api/v1/kpis").json()["kpis"]


def test_a_value_is_of_its_month_and_the_latest_stands(tenant: Tenant) -> None:
    assert send(tenant, WAIT) == {"accepted": 1, "duplicates": 0, "rejected": []}
    assert send(tenant, {**WAIT, "day": "2026-11-30"})["duplicates"] == 1
    assert (
        send(tenant, [{**WAIT, "value": 4}, {**WAIT, "kpi": "Calls", "grain": "week", "day": "2026-11-12"}])["accepted"]
        == 2
    )
    assert [(one["kpi"], one["grain"], one["values"]) for one in read(tenant)] == [
        ("calls", "week", [{"start": "2026-11-09", "value": 4.5}]),
        ("waiting-time", "month", [{"start": "2026-11-01", "value": 4.0}]),
    ]
    assert read(make_tenant()) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kpi": "!!"}, "kpi"),
        ({"day": "1.11.2026"}, "day"),
        ({"day": "1900-01-01"}, "day"),
        ({"day": "2990-01-01"}, "day"),
        ({"value": "much"}, "value"),
        ({"grain": "day"}, "grain"),
        ({"grain": "week"}, "grain"),
        ({"colour": 1}, "colour"),
    ],
)
def test_a_bad_value_is_refused_by_field_and_stops_nothing(tenant: Tenant, change: Any, field: str) -> None:
    answer = send(tenant, [WAIT, {**WAIT, **change}])
    assert answer["accepted"] == 1
    ((rejected),) = answer["rejected"]
    assert (rejected["index"], list(rejected["errors"])) == (1, [field])


def test_a_finnish_file_of_months_goes_in(tenant: Tenant) -> None:
    rows = ("Tunnusluku;Kuukausi;Arvo;Yksikkö", "Myynti;maaliskuu 2026;1 234,5;EUR", "Myynti;huhtikuu 2026;paljon;EUR")
    done = Person(tenant).bring("kpis", "\n".join(rows).encode("cp1252"))
    assert (done.accepted, done.rejected) == (1, 1)
    with activate(tenant.pk):
        assert KpiSeries.objects.get().unit == "EUR"
        assert [(str(one.start), one.value) for one in KpiValue.objects.all()] == [("2026-03-01", 1234.5)]
