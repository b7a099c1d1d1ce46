"""The company's level: an index with dated weights, relationship beside single encounters, and staff."""

from datetime import date, timedelta
from typing import Any

import pytest

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Role
from dashboards.insights.look import look
from dashboards.kpis.take_in import KpiFigure, take_in
from dashboards.levels.figures import Levels, load_levels
from dashboards.levels.load import quarter_of, quarters_until
from dashboards.levels.sheets import sheets
from dashboards.models import Benchmark, CompanyIndex, KpiSeries, Population
from journeys.models import Dimension
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import client_of, make_dimension, make_member, make_tenant, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    tenant = make_tenant(name="Rengasala", language="en")
    make_dimension(tenant, "segment", name="Segment")
    return tenant


def today(tenant: Tenant) -> date:
    return days_ago(0, tenant)


def wave(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def asked(tenant: Tenant, day: date, three: tuple[int, int, int], segment: str, **fields: Any) -> None:
    """Relationship answers of one segment, as the rollups hold them."""
    count(tenant, nps(*three), day=day, slices={"segment": segment}, **({"wave": wave(day)} | fields))


def base(tenant: Tenant, shares: dict[str, float], as_of: date = date(2020, 1, 1), basis: str = "customers") -> None:
    with activate(tenant.pk):
        dimension = Dimension.objects.get(slug="segment")
        Population.objects.create(dimension=dimension, as_of=as_of, source="CRM", shares=shares, basis=basis)


def loaded(tenant: Tenant) -> Levels:
    with activate(tenant.pk):
        return load_levels(tenant=tenant, today=today(tenant))


def page(tenant: Tenant, address: str = "levels/", role: str = Role.VIEWER, **fields: Any) -> Any:
    client = client_of(make_member(tenant, role, **fields), headers={"accept-language": "en"})
    return client.get(f"/t/{tenant.slug}/{address}")


def test_the_index_weighs_segments_and_tells_score_from_mix(tenant: Tenant) -> None:
    now = today(tenant)
    before = quarters_until(now, 5)[0]
    for day, consumers, fleets in ((before, (30, 10, 10), (10, 10, 30)), (now, (40, 5, 5), (10, 10, 30))):
        asked(tenant, day, consumers, "consumer")
        asked(tenant, day, fleets, "fleet")
    base(tenant, {"consumer": 50, "fleet": 50})
    base(tenant, {"consumer": 80, "fleet": 20}, as_of=quarter_of(before).end)
    at = loaded(tenant).standing
    # Of 0-10: a promoter 10, a passive 7, a detractor 0.
    assert [(part.value, part.weight, part.mean) for part in at.parts] == [
        ("consumer", 0.8, pytest.approx(87)),
        ("fleet", 0.2, pytest.approx(34)),
    ]
    assert at.value == pytest.approx(0.8 * 87 + 0.2 * 34)
    assert at.change is not None
    assert at.change.difference == pytest.approx(76.4 - (0.5 * 74 + 0.5 * 34))
    assert at.change.score == pytest.approx((0.8 + 0.5) / 2 * (87 - 74))
    assert at.change.verdict == "better"
    text = page(tenant).content.decode()
    for said in ("76.4", "CRM", "80.0%", "customers answer otherwise"):
        assert said in text
    index, scores, benchmarks = sheets(loaded(tenant))
    assert [(row[0], row[1], row[5]) for row in index.rows] == [
        ("consumer", 80, 50),
        ("fleet", 20, 50),
        ("CX index", 100, 100),
    ]
    assert (len(scores.rows), benchmarks.rows) == (1, [])
    assert page(tenant, "levels/?format=xlsx").content[:2] == b"PK"


def test_below_the_coverage_there_is_no_index_and_the_page_says_whom_to_ask(tenant: Tenant) -> None:
    asked(tenant, today(tenant), (30, 10, 10), "consumer")
    asked(tenant, today(tenant), (2, 1, 1), "fleet")
    asked(tenant, today(tenant), (9, 9, 9), "other")
    base(tenant, {"consumer": 50, "fleet": 50})
    at = loaded(tenant).standing
    assert at.value is None
    assert [(part.value, part.state, part.n) for part in at.parts] == [
        ("consumer", "measured", 50),
        ("fleet", "few", None),
    ]
    assert "Measured segments carry 50% of the weight; the index is shown from 60%." in page(tenant).content.decode()


def test_without_a_relationship_survey_the_page_says_what_to_do(tenant: Tenant) -> None:
    count(tenant, nps(50, 30, 20))
    text = page(tenant).content.decode()
    assert "none has been answered in two years" in text
    assert "Employees have not been asked yet." in text


def test_weights_by_revenue_that_nobody_told_are_not_guessed(tenant: Tenant) -> None:
    asked(tenant, today(tenant), (30, 10, 10), "consumer")
    with activate(tenant.pk):
        CompanyIndex.objects.create(
            metrics={"nps/0-10": 1}, dimension=Dimension.objects.get(slug="segment"), basis="revenue"
        )
    assert "What each segment pays is not told." in page(tenant).content.decode()
    base(tenant, {"consumer": 400_000}, basis="revenue")
    assert loaded(tenant).standing.value == pytest.approx(74)


def test_an_index_of_a_third_of_effectiveness_and_two_thirds_of_emotion(tenant: Tenant) -> None:
    for name, histogram in (("cx3d_effectiveness/1-7", [0] * 6 + [20]), ("cx3d_emotion/1-7", [5, 0, 0, 0, 0, 0, 15])):
        count(tenant, histogram, name=name)
    with activate(tenant.pk):
        CompanyIndex.objects.create(metrics={"cx3d_effectiveness/1-7": 1, "cx3d_emotion/1-7": 2}, level="transaction")
    at = loaded(tenant).standing
    assert at.value == pytest.approx(100 / 3 + 75 * 2 / 3)
    assert at.index is not None
    assert at.index.n == 20


def test_recommendation_and_staying_are_indices_of_their_own_beside_a_dated_benchmark(tenant: Tenant) -> None:
    now = today(tenant)
    count(tenant, nps(40, 5, 5), day=now, wave=wave(now))
    count(tenant, [5, 0, 0, 0, 0, 0, 15], name="stay/1-7", day=now, wave=wave(now))
    at = loaded(tenant)
    assert at.recommendation is None  # the index is made of it
    assert at.retention is not None
    assert at.retention.value == pytest.approx(75)
    with activate(tenant.pk):
        CompanyIndex.objects.create(metrics={"cx3d_emotion/1-7": 1}, level="transaction")
        Benchmark.objects.create(
            metric="nps/0-10", value=33, as_of=date(2025, 5, 4), name="Shops", source="Own panel, 14 shops"
        )
    at = loaded(tenant)
    assert at.recommendation is not None
    assert (at.recommendation.value, at.retention.value if at.retention else None) == (pytest.approx(87), 75)
    assert [(one.benchmark.value, [line.cell.shown.value for line in one.own]) for one in at.beside] == [(33, [70])]
    text = page(tenant).content.decode()
    for said in ("Recommendation index", "Retention index", "Own panel, 14 shops", "4 May 2025"):
        assert said in text


def test_relationship_and_transaction_stand_side_by_side_and_are_never_pooled(tenant: Tenant) -> None:
    now = today(tenant)
    count(tenant, nps(10, 20, 20), day=now)
    count(tenant, nps(40, 5, 5), day=now, wave=wave(now))
    count(tenant, nps(9, 0, 0), day=now, wave=f"recall:{wave(now)}")
    count(tenant, nps(20, 20, 10), day=quarters_until(now, 5)[0], wave=wave(quarters_until(now, 5)[0]))
    found = {line.kind: line for line in loaded(tenant).customers}
    assert (found["relationship"].cell.shown.value, found["relationship"].cell.shown.n) == (70, 50)
    assert (found["transaction"].cell.shown.value, found["transaction"].cell.shown.n) == (-20, 50)
    assert (found["relationship"].cell.verdict, found["relationship"].then) == ("better", quarters_until(now, 5)[0])
    assert found["transaction"].cell.verdict == "not_enough"


def test_an_earlier_quarter_of_too_few_is_not_told_as_a_change(tenant: Tenant) -> None:
    now, before = today(tenant), quarters_until(today(tenant), 2)[0]
    count(tenant, nps(40, 5, 5), day=now, wave=f"onboarding:{wave(now)}")
    count(tenant, nps(2, 0, 1), day=before, wave=f"onboarding:{wave(before)}")
    shown = page(tenant).content.decode()
    assert "nothing to compare with" in shown
    assert "(, " not in shown


def test_what_is_remembered_weeks_later_stands_beside_what_was_said_at_once(tenant: Tenant) -> None:
    now, before = today(tenant), quarters_until(today(tenant), 2)[0]
    count(tenant, nps(40, 5, 5), day=now)
    assert not loaded(tenant).apart
    count(tenant, nps(10, 20, 20), day=now, wave=f"recall:{wave(now)}")
    count(tenant, nps(30, 10, 10), day=before, wave=f"recall:{wave(before)}")
    count(tenant, nps(2, 1, 1), day=now, wave=f"onboarding:{wave(now)}")
    count(tenant, nps(0, 0, 50), day=now, wave=f"recovery:{wave(now)}")
    found = loaded(tenant)
    assert {line.kind: (line.cell.state, line.quarter, line.values[0][1]) for line in found.customers} == {
        "transaction": ("measured", quarter_of(now).start, 70),
        "recall": ("measured", quarter_of(now).start, 40),
        "onboarding": ("few", quarter_of(now).start, None),
    }
    assert found.customers[1].cell.shown.value == -20
    shown = page(tenant).content.decode()
    assert "memory trace weeks later, answers" in shown and "first months, answers" in shown
    with activate(tenant.pk):
        rows = next(sheet.rows for sheet in sheets(found) if sheet.key == "quarters")
    assert [(row[1], row[3]) for row in rows] == [
        ("Customers, single encounters", 70),
        ("Customers, memory trace weeks later", -20),
        ("Customers, a new customer's first months", None),
    ]


def test_staff_have_their_own_lines_and_four_of_them_are_never_shown(tenant: Tenant) -> None:
    now = today(tenant)
    with activate(tenant.pk):
        Tenant.objects.filter(pk=tenant.pk).update(anonymity_minimum=3)
    tenant.refresh_from_db()
    count(tenant, [0, 0, 0, 0, 1, 2, 1], name="pulse_knowledge/1-7", audience="employee")
    count(tenant, [0, 0, 0, 0, 1, 2, 3], name="pulse_action/1-7", audience="employee")
    count(tenant, nps(9, 1, 0), audience="employee", wave=f"mirror:{wave(now)}")
    staff = {line.metric.name: line.cell.state for line in loaded(tenant).staff}
    assert staff == {"pulse_knowledge/1-7": "few", "pulse_action/1-7": "measured"}
    assert loaded(tenant).customers == ()


def test_the_strip_shows_money_customers_and_staff_of_the_whole_company(tenant: Tenant) -> None:
    now = today(tenant)
    asked(tenant, now, (40, 5, 5), "consumer")
    count(tenant, [0, 0, 0, 0, 1, 2, 7], name="pulse_action/1-7", audience="employee")
    with activate(tenant.pk):
        month = now.replace(day=1)
        for day, value in ((month - timedelta(days=1), 400.0), (month, 412.0)):
            take_in([KpiFigure(kpi="Revenue per customer", day=day, value=value, unit="EUR")])
            take_in([KpiFigure(kpi="Staff turnover", day=day, value=1.5, unit="%")])
        KpiSeries.objects.filter(slug="revenue-per-customer").update(side="money", target=420)
        KpiSeries.objects.filter(slug="staff-turnover").update(side="staff", target=2, better="lower")
        assert look(tenant=tenant, kind="company") == 1
    found = page(tenant, "")
    strip = next(shown.value for shown in found.context["page"].strips() if shown.panel.key == "levels")
    assert [(side.key, [(one.name, one.value, one.verdict) for one in side.items]) for side in strip.sides] == [
        ("money", [("Revenue per customer", "412 EUR", "worse")]),
        ("customers", [("CX index", "87", ""), ("NPS of the relationship", "70", "")]),
        ("staff", [("Pulse: action", "93.3", ""), ("Staff turnover", "1.50%", "better")]),
    ]
    text = found.content.decode()
    assert "target not reached" in text
    assert "These figures are of the whole company." not in text
    assert "These figures are of the whole company." in page(tenant, "?segment=segment:consumer").content.decode()


def test_a_manager_of_a_unit_sees_neither_page_nor_strip(tenant: Tenant) -> None:
    asked(tenant, today(tenant), (40, 5, 5), "consumer")
    unit = make_unit(tenant)
    with activate(tenant.pk):
        look(tenant=tenant, kind="company")
    assert page(tenant, role=Role.UNIT_MANAGER, unit_ids=[unit.pk]).status_code == 403
    assert page(tenant, "", role=Role.UNIT_MANAGER, unit_ids=[unit.pk]).context["page"].strips() == []
    outsider = client_of(make_member())
    assert outsider.get(f"/t/{tenant.slug}/levels/").status_code == 404


def test_it_costs_as_many_queries_whatever_there_is(tenant: Tenant, django_assert_num_queries: Any) -> None:
    base(tenant, {"consumer": 50, "fleet": 50})
    for segment in ("consumer", "fleet"):
        for quarter in quarters_until(today(tenant), 5):
            asked(tenant, quarter, (40, 5, 5), segment)
    with activate(tenant.pk), django_assert_num_queries(5):
        load_levels(tenant=tenant, today=today(tenant))
