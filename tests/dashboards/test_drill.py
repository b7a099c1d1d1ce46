"""From a cell to its touchpoints, their channels, and what people wrote."""

import pytest

from cxplatform.tenancy.context import activate
from tests.dashboards.worlds import count, nps
from tests.factories import client_of, make_channel, make_journey, make_member, make_tenant, make_touchpoint, make_unit
from tests.feedback.worlds import say

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    tenant = make_tenant()
    path = make_journey(tenant, stages=["Buy", "Use"])
    return tenant, path, client_of(make_member(tenant), headers={"accept-language": "en"})


def test_a_stage_opens_into_touchpoints_by_channel(world) -> None:
    tenant, path, client = world
    web, shop = make_channel(tenant, name="Web"), make_channel(tenant, name="Shop")
    count(tenant, nps(50, 30, 20), at=path.touchpoints[0], channel_id=web.pk)
    count(tenant, nps(20, 30, 50), at=path.touchpoints[0], channel_id=shop.pk)
    found = client.get(f"/t/{tenant.slug}/stages/{path.stages[0].pk}/")
    page = found.context["page"]
    assert page.channels == ("Shop", "Web")
    row = page.rows[0]
    assert (page.cell.shown.value, row.cell.shown.value) == (0, 0)
    assert [cell.shown.value for cell in row.channels] == [-30, 30]
    assert f"/t/{tenant.slug}/touchpoints/{path.touchpoints[0].slug}/" in found.content.decode()


def test_a_small_touchpoint_takes_its_neighbour_into_hiding(world) -> None:
    tenant, path, client = world
    small = make_touchpoint(tenant)
    with activate(tenant.pk):
        path.stages[0].steps.create(touchpoint=small, tenant_id=tenant.pk, position=1)
    count(tenant, nps(50, 30, 20), at=path.touchpoints[0])
    count(tenant, nps(1, 1, 0), at=small)
    page = client.get(f"/t/{tenant.slug}/stages/{path.stages[0].pk}/").context["page"]
    assert page.cell.state == "measured"
    assert [row.cell.state for row in page.rows] == ["few", "few"]
    assert {cell.state for row in page.rows for cell in row.channels} == {"few"}


def test_a_touchpoint_shows_spread_months_and_comments_newest_first(world) -> None:
    tenant, path, client = world
    place = path.touchpoints[0]
    count(tenant, nps(50, 30, 20), at=place)
    say(tenant, "First", minutes=9, touchpoint_id=place.pk)
    say(tenant, "Second", nps=3, touchpoint_id=place.pk)
    say(tenant, "Elsewhere", touchpoint_id=path.touchpoints[1].pk)
    found = client.get(f"/t/{tenant.slug}/touchpoints/{place.slug}/")
    page = found.context["page"]
    assert [(bar.label, bar.count) for bar in page.bars if bar.count] == [("0", 20), ("7", 30), ("10", 50)]
    assert page.months[-1].value == 30
    assert page.months[0].value is None
    assert [(said.text, said.score) for said in found.context["comments"]] == [("Second", "NPS 3"), ("First", "")]
    assert "Second" in found.content.decode()


def test_words_of_too_few_are_hidden_like_their_score(world) -> None:
    tenant, path, client = world
    place = path.touchpoints[0]
    count(tenant, nps(1, 1, 1), at=place)
    say(tenant, "I am the only one", touchpoint_id=place.pk)
    found = client.get(f"/t/{tenant.slug}/touchpoints/{place.slug}/")
    assert "the only one" not in found.content.decode()


def test_a_unit_manager_reads_what_is_said_of_their_own_unit(world) -> None:
    tenant, path, _ = world
    place = path.touchpoints[0]
    mine, other = make_unit(tenant), make_unit(tenant)
    count(tenant, nps(50, 30, 20), at=place, slices={"unit": str(mine.pk)})
    say(tenant, "Mine", unit_id=mine.pk, touchpoint_id=place.pk)
    say(tenant, "Theirs", unit_id=other.pk, touchpoint_id=place.pk)
    manager = client_of(make_member(tenant, "unit_manager", unit_ids=[mine.pk]))
    found = manager.get(f"/t/{tenant.slug}/touchpoints/{place.slug}/")
    assert [said.text for said in found.context["comments"]] == ["Mine"]


def test_the_trend_is_data_with_gaps_and_the_page_s_words(world) -> None:
    tenant, path, client = world
    count(tenant, nps(50, 30, 20), at=path.touchpoints[0])
    trend = client.get(f"/t/{tenant.slug}/touchpoints/{path.touchpoints[0].slug}/trend.json").json()
    assert len(trend["months"]) == len(trend["value"]) == 24
    assert (trend["value"][0], trend["value"][-1], trend["n"][-1]) == (None, 30, 100)


@pytest.mark.parametrize("address", ["stages/{stage}/", "touchpoints/{place}/", "touchpoints/{place}/trend.json"])
def test_what_is_another_company_s_is_not_there(world, address: str) -> None:
    _, path, _ = world
    member = make_member()
    asked = address.format(stage=path.stages[0].pk, place=path.touchpoints[0].slug)
    assert client_of(member).get(f"/t/{member.tenant.slug}/{asked}").status_code == 404


@pytest.mark.parametrize("address", ["stages/{stage}/", "touchpoints/{place}/", "touchpoints/{place}/trend.json"])
def test_a_bad_parameter_is_a_400_here_too(world, address: str) -> None:
    tenant, path, client = world
    asked = address.format(stage=path.stages[0].pk, place=path.touchpoints[0].slug)
    found = client.get(f"/t/{tenant.slug}/{asked}?metric=x")
    assert found.status_code == 400
    assert "metric" in found.content.decode()
