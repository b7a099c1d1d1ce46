"""Blind spots: staff's guesses beside customers' answers."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Role
from dashboards.gaps.finder import KIND
from dashboards.gaps.sheets import sheets
from dashboards.insights.look import look
from dashboards.insights.read import findings
from dashboards.models import Insight
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import Path, api_of, client_of, make_journey, make_key, make_member, make_tenant, make_unit

pytestmark = pytest.mark.django_db
WAVE = "mirror:2026-Q4"


@pytest.fixture(scope="module")
def path(kept: None) -> Path:
    return make_journey(make_tenant(name="Rengasala"), "tyre-change", stages=["Choose", "Deliver", "Use", "Help"])


@pytest.fixture(scope="module")
def tenant(path: Path) -> Tenant:
    """Staff are too rosy about choosing, too gloomy about delivery, right about use; too few guessed about help."""
    choose, deliver, use, help_ = path.touchpoints
    for place, guessed, answered in (
        (choose, (18, 2, 0), (40, 60, 100)),
        (deliver, (0, 4, 16), (160, 30, 10)),
        (use, (10, 5, 5), (100, 50, 50)),
        (help_, (2, 1, 1), (50, 0, 0)),
    ):
        count(path.journey.tenant, nps(*guessed), at=place, audience="employee", wave=WAVE)
        count(path.journey.tenant, nps(*answered), at=place)
    tenant: Tenant = path.journey.tenant
    return tenant


def looked(tenant: Tenant) -> list[Insight]:
    with activate(tenant.pk):
        look(tenant=tenant, kind=KIND)
        return list(findings([KIND])[KIND])


def page(tenant: Tenant, address: str = "", **member: Any) -> Any:
    client = client_of(make_member(tenant, **{"role": Role.VIEWER} | member), headers={"accept-language": "en"})
    return client.get(f"/t/{tenant.slug}/blind-spots/{address}")


def test_too_rosy_is_a_blind_spot_and_too_gloomy_a_hidden_strength(tenant: Tenant, path: Path) -> None:
    kinds = [(each.touchpoint_id, each.data["kind"]) for each in looked(tenant)]
    choose, deliver, use, help_ = (place.pk for place in path.touchpoints)
    assert kinds == [
        (deliver, "hidden_strength"),
        (choose, "blind_spot"),
        (use, "none"),
        (help_, "not_enough"),
    ]


def test_what_too_few_guessed_is_kept_without_figures(tenant: Tenant) -> None:
    last = looked(tenant)[-1]
    assert last.data == {
        "aspect": "score",
        "metric": "nps/0-10",
        "kind": "not_enough",
        "wave": "2026-Q4",
        "lacks": ["staff"],
    }


def test_a_gap_at_what_customers_hold_important_comes_first(tenant: Tenant, path: Path) -> None:
    choose, deliver = path.touchpoints[:2]
    count(tenant, [0, 0, 0, 0, 0, 0, 60], at=choose, name="importance/1-7")
    count(tenant, [60, 0, 0, 0, 0, 0, 0], at=deliver, name="importance/1-7")
    assert looked(tenant)[0].touchpoint_id == choose.pk


def test_the_newest_wave_that_enough_answered_counts(tenant: Tenant, path: Path) -> None:
    choose = path.touchpoints[0]
    count(tenant, nps(0, 0, 9), at=choose, audience="employee", wave="mirror:2026-Q3", day=days_ago(80, tenant))
    count(tenant, nps(1, 0, 0), at=choose, audience="employee", wave="mirror:2027-Q1")
    found = next(each for each in looked(tenant) if each.touchpoint_id == choose.pk)
    assert (found.data["wave"], found.data["n_staff"]) == ("2026-Q4", 20)


def test_staff_and_customers_may_rank_what_matters_otherwise(tenant: Tenant, path: Path) -> None:
    for place, staff, customers in zip(path.touchpoints, (1, 3, 5, 7), (7, 5, 3, 1), strict=True):
        for answer, who in ((staff, "employee"), (customers, "customer")):
            bins = [0] * 7
            bins[answer - 1] += 9
            bins[3] += 1
            wave = WAVE if who == "employee" else ""
            count(tenant, bins, at=place, name="importance/1-7", audience=who, wave=wave)
    looked(tenant)
    shown = page(tenant)
    assert shown.context["page"].agreement == pytest.approx(-1)
    verdicts = {row.place.id: row.verdict for row in shown.context["page"].importance}
    assert [verdicts[place.pk] for place in path.touchpoints] == ["underrated", "underrated", "overrated", "overrated"]
    assert "correlation of −1.00" in shown.content.decode()


def test_belief_about_competitors_is_held_against_relationship_answers(tenant: Tenant) -> None:
    count(tenant, [0, 2, 18], name="competitors/3", audience="employee", wave=WAVE)
    count(tenant, [50, 40, 10], name="competitors/3", wave="2026-Q4")
    count(tenant, [0, 0, 99], name="competitors/3")
    looked(tenant)
    shown = page(tenant)
    belief = shown.context["page"].belief
    assert (belief.kind, belief.n_customers, belief.place) == ("blind_spot", 100, None)
    assert "Staff believe the company compares better" in shown.content.decode()


def test_more_disappointed_with_steady_recommendation_is_rising_expectation(tenant: Tenant, path: Path) -> None:
    place = path.touchpoints[0]
    count(tenant, [60, 100, 40], at=place, name="expectation/3")
    count(tenant, [20, 120, 60], at=place, name="expectation/3", day=days_ago(366, tenant))
    count(tenant, nps(350, 145, 131), day=days_ago(366, tenant))
    shown = page(tenant)
    expected = shown.context["page"].expected
    assert (expected.drift, expected.against) == ("rising", "season")
    row = expected.places[0]
    assert (row.place.id, row.cell.shown.value, row.cell.verdict) == (place.pk, 30, "worse")
    assert "Expectations are rising" in shown.content.decode()


def test_without_recommendation_to_hold_it_against_the_cause_stays_open(tenant: Tenant) -> None:
    count(tenant, [60, 100, 40], name="expectation/3")
    count(tenant, [20, 120, 60], name="expectation/3", day=days_ago(366, tenant))
    text = page(tenant).content.decode()
    assert "More find it worse than expected." in text
    assert "is not known" in text


def test_a_company_without_mirrors_is_told_what_to_do() -> None:
    tenant = make_tenant()
    assert looked(tenant) == []
    text = page(tenant).content.decode()
    assert "Make a mirror survey" in text
    assert "Put the question Expectation into a survey" in text


@pytest.mark.parametrize("address", ["?period=x", "?segment=a:b", "?from=2026-13-01"])
def test_a_nonsense_address_is_a_400(tenant: Tenant, address: str) -> None:
    assert page(tenant, address).status_code == 400


def test_a_manager_of_some_units_sees_none_of_it_and_an_outsider_not_even_the_page(tenant: Tenant) -> None:
    unit = make_unit(tenant)
    assert page(tenant, role=Role.UNIT_MANAGER, unit_ids=[unit.pk]).status_code == 403
    outsider = client_of(make_member())
    assert outsider.get(f"/t/{tenant.slug}/blind-spots/").status_code == 404


def test_the_page_reads_as_many_queries_whatever_is_stored(tenant: Tenant, path: Path) -> None:
    looked(tenant)
    client = client_of(make_member(tenant, Role.VIEWER))
    asked = []
    for more in (0, 5):
        for _ in range(more):
            extra = make_journey(tenant, stages=["One"])
            count(tenant, [10, 10, 10], at=extra.touchpoints[0], name="expectation/3")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/t/{tenant.slug}/blind-spots/").status_code == 200
        asked.append(len(captured))
        assert not [query for query in captured if "surveys_response" in query["sql"]]
    assert asked[0] == asked[1]


def test_the_sheets_hold_what_the_page_shows_and_nothing_of_the_few(tenant: Tenant, path: Path) -> None:
    looked(tenant)
    (sheet,) = sheets(page(tenant).context["page"])
    assert [row[0] for row in sheet.rows] == [path.touchpoints[place].name for place in (1, 0, 2)]
    assert sheet.rows[1][2:6] == (97, 20, 41, 200)


def test_a_units_pulse_stands_beside_its_touchpoints_and_hides_the_few(tenant: Tenant, path: Path) -> None:
    choose = path.touchpoints[0]
    shop, small = make_unit(tenant, name="Shop"), make_unit(tenant, name="Small")
    with activate(tenant.pk):
        choose.unit = shop
        choose.save()
    for bins, unit in (([0, 0, 0, 0, 0, 0, 9], shop), ([9, 0, 0, 0, 0, 0, 0], make_unit(tenant)), ([1] * 7, shop),
                       ([0, 0, 0, 0, 0, 0, 2], small)):  # fmt: skip
        count(tenant, bins, name="pulse_action/1-7", audience="employee", slices={"unit": str(unit.pk)})
    looked(tenant)
    pulse = {each.unit: (each, gaps) for each, gaps in page(tenant).context["page"].pulse}
    assert "Small" not in pulse
    each, gaps = pulse["Shop"]
    assert (each.knowledge, each.action.n, [row.place.id for row in gaps]) == (None, 16, [choose.pk])


def test_integrators_read_gaps_and_no_figures_of_the_few(tenant: Tenant, path: Path) -> None:
    looked(tenant)
    told = api_of(make_key(tenant, ["read"])).get("/api/v1/blind-spots").json()["gaps"]
    assert [(each["touchpoint"], each["kind"]) for each in told[:2]] == [
        (path.touchpoints[1].slug, "hidden_strength"),
        (path.touchpoints[0].slug, "blind_spot"),
    ]
    assert (told[-1]["lacks"], told[-1]["gap"], told[-1]["n_staff"]) == (["staff"], None, None)
    assert api_of(make_key(make_tenant(), ["read"])).get("/api/v1/blind-spots").json() == {"gaps": []}
