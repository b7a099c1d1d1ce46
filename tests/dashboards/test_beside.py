"""Weekly sales and scores stand on one axis of time."""

from datetime import timedelta
from typing import Any

import pytest

from cxplatform.tenancy.context import activate
from dashboards.beside.figures import WEEKS, load_beside
from dashboards.beside.views import sheets
from dashboards.kpis.take_in import KpiFigure, take_in
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import client_of, make_member, make_tenant

pytestmark = pytest.mark.django_db


def page(tenant: Any) -> Any:
    client = client_of(make_member(tenant, "viewer"), headers={"accept-language": "en"})
    return client.get(f"/t/{tenant.slug}/weeks/")


def test_weeks_of_sales_and_scores_are_aligned_and_small_weeks_are_gaps(django_assert_num_queries: Any) -> None:
    tenant = make_tenant(language="en")
    today = days_ago(0, tenant)
    monday = today - timedelta(days=today.weekday() + 7)
    with activate(tenant.pk):
        told = [KpiFigure(kpi="Sales", day=monday - timedelta(weeks=k), value=100.0 + k, grain="week", unit="kEUR")
                for k in (0, 1, 3)]  # fmt: skip
        take_in([*told, KpiFigure(kpi="Monthly", day=monday, value=1)])
    count(tenant, nps(50, 30, 20), day=monday + timedelta(days=2))
    count(tenant, nps(10, 0, 0), day=monday - timedelta(days=1))
    count(tenant, nps(2, 1, 1), day=monday - timedelta(weeks=2))
    with activate(tenant.pk), django_assert_num_queries(3):
        found = load_beside(today=today, minimum=5)
    sales, score = found.rows
    assert (len(found.mondays), found.mondays[-1]) == (WEEKS, monday)
    assert [week.value for week in sales.weeks[-4:]] == [103, None, 101, 100]
    assert [(week.value, week.n) for week in score.weeks[-4:]] == [(None, None), (None, None), (100, 10), (30, 100)]
    assert sales.picture is not None
    assert (len(sales.picture.lines), len(sales.picture.dots)) == (1, 1)
    assert sheets(found)[1].rows[-2][1:] == (100, score.weeks[-2].low, 100, 10)
    text = page(tenant).content.decode()
    assert ("100 kEUR" in text, "14…44" in text, "n 4<" in text) == (True, True, False)


def test_without_anything_the_page_says_what_to_bring() -> None:
    text = page(make_tenant(language="en")).content.decode()
    assert "No KPI by week has been told for a year." in text
    assert "Nothing has been answered in a year." in text
