"""The page of the company's own figures: latest value, change in the figure's own unit, and its line."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from dashboards import words
from dashboards.kpis.figures import load_figures
from dashboards.kpis.take_in import KpiFigure, take_in
from dashboards.periods import years_before
from tests.dashboards.worlds import days_ago
from tests.factories import client_of, make_member, make_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant(language="en")


def month(tenant: Tenant, back: int) -> date:
    day = days_ago(0, tenant).replace(day=1)
    for _ in range(back):
        day = (day - timedelta(days=1)).replace(day=1)
    return day


def told(tenant: Tenant, kpi: str, values: dict[date, float], **fields: Any) -> None:
    with activate(tenant.pk):
        take_in([KpiFigure(kpi=kpi, day=day, value=value, **fields) for day, value in values.items()])


def page(tenant: Tenant, language: str = "en") -> Any:
    client = client_of(make_member(tenant, "viewer"), headers={"accept-language": language})
    return client.get(f"/t/{tenant.slug}/kpis/")


def test_each_series_has_its_latest_value_changes_line_and_source(tenant: Tenant) -> None:
    now = month(tenant, 1)
    sales = {now: 1234.5, month(tenant, 2): 1200.0, years_before(now): 1500.0}
    told(tenant, "Sales", sales, unit="kEUR", source="ERP")
    told(tenant, "Retention", {now: 91.25, month(tenant, 2): 89.0}, unit="%")
    found = page(tenant)
    retention, sold = found.context["figures"]
    assert (sold.last, sold.before.by, sold.before.since, sold.season.by) == (
        (now, 1234.5), 34.5, month(tenant, 2), -265.5,
    )  # fmt: skip
    assert (len(sold.values), [value for _, value in sold.values if value is not None]) == (13, [1500, 1200, 1234.5])
    assert (len(sold.spark.lines), len(sold.spark.dots)) == (1, 1)
    assert retention.season is None
    text = found.content.decode()
    for words_ in ("1,234 kEUR", "+34.5 kEUR", "−266 kEUR", "ERP"):
        assert words_ in text
    assert "+2.25 percentage points" in text


def test_a_week_without_a_value_is_a_gap_and_no_change(tenant: Tenant) -> None:
    monday = days_ago(0, tenant) - timedelta(days=days_ago(0, tenant).weekday())
    weeks = {monday: 5.0, monday - timedelta(weeks=2): 4.0, monday - timedelta(weeks=52): 5.0}
    told(tenant, "Calls", weeks, grain="week")
    (calls,) = page(tenant).context["figures"]
    assert (calls.before, calls.season.by, len(calls.values)) == (None, 0, 53)


def test_old_series_and_none_at_all_say_so(tenant: Tenant) -> None:
    assert "No figures yet." in page(tenant).content.decode()
    told(tenant, "Fax messages", {date(2001, 1, 1): 3})
    found = page(tenant)
    assert "No values in the last three years." in found.content.decode()
    assert found.context["figures"][0].last is None


def test_it_costs_as_many_queries_whatever_there_is_and_shows_nothing_of_others(
    tenant: Tenant, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        told(tenant, f"Series {number}", {month(tenant, back): back for back in range(30)})
    with activate(tenant.pk), django_assert_num_queries(2):
        assert [len(one.values) for one in load_figures(today=days_ago(0, tenant))] == [25, 25, 25]
    assert page(make_tenant()).context["figures"] == []


@pytest.mark.parametrize(
    ("value", "unit", "language", "expected"),
    [
        (1234.5, "EUR", "fi", "1\u00a0234 EUR"),
        (4.5, "min", "fi", "4,50 min"),
        (91.25, "%", "fi", "91,2\u00a0%"),
        (12, "", "en", "12"),
        (-3, "pcs", "en", "−3 pcs"),
    ],
)
def test_a_figure_is_written_as_people_read_it(value: float, unit: str, language: str, expected: str) -> None:
    with translation.override(language):
        assert words.measured(value, unit) == expected


@pytest.mark.parametrize(("by", "unit", "expected"), [(0.001, "EUR", "as before"), (-2, "%", "−2 percentage points")])
def test_a_change_has_a_sign_and_no_change_has_none(by: float, unit: str, expected: str) -> None:
    with translation.override("en"):
        assert words.changed(by, unit) == expected
