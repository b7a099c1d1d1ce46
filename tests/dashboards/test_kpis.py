"""Figures of other systems come in over REST and from files, and the latest told stands."""

from typing import Any

import pytest

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Scope, Tenant
from dashboards.models import KpiSeries, KpiValue
from tests.factories import api_of, make_key, make_tenant
from tests.imports.worlds import Person

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


def test_months_and_weeks_are_read_as_offices_write_them_with_decimal_commas(tenant: Tenant) -> None:
    rows = (
        "Tunnusluku;Jakso;Arvo;Jaksotus",
        "Myynti;tammikuu 2026;1.234,5;",
        "Myynti;2/2026;1 300;",
        "Myynti;2026M03;1 400,25;kuukausi",
        "Käynnit;vk 5/2026;12,5;",
        "Käynnit;viikko 6 2026;13;viikko",
        "Käynnit;2026-W07;14;",
        "Käynnit;vk 54/2026;15;",
        "Käynnit;3/2026;16;",
        "Myynti;vk 9/2026;17;",
        "Käynnit;4/2026;18;viikko",
    )
    done = Person(tenant).bring("kpis", "\n".join(rows).encode("cp1252"))
    assert (done.accepted, done.rejected) == (6, 4)
    with activate(tenant.pk):
        assert [(one.series.slug, str(one.start), one.value) for one in KpiValue.objects.order_by("start")] == [
            ("myynti", "2026-01-01", 1234.5),
            ("kaynnit", "2026-01-26", 12.5),
            ("myynti", "2026-02-01", 1300),
            ("kaynnit", "2026-02-02", 13),
            ("kaynnit", "2026-02-09", 14),
            ("myynti", "2026-03-01", 1400.25),
        ]
