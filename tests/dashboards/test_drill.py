"""From a cell to its touchpoints, their channels, and what people wrote."""

from typing import Any

import pytest
from django.utils import timezone

from cxplatform.tenancy.context import activate
from dashboards.leadership.comments import mask
from journeys.models import Process
from surveys.models import Response, Survey, SurveyVersion
from tests.dashboards.worlds import count, nps
from tests.factories import client_of, make_channel, make_journey, make_member, make_tenant, make_touchpoint, make_unit

pytestmark = pytest.mark.django_db


def answer(tenant: Any, place: Any, text: str, **fields: Any) -> None:
    with activate(tenant.pk):
        survey = Survey.objects.first() or Survey.objects.create(slug="s", name="s")
        version = SurveyVersion.objects.first() or SurveyVersion.objects.create(survey=survey, number=1, questions=[])
        Response.objects.create(
            **{
                "survey": survey,
                "version": version,
                "submission_id": text,
                "answered_at": timezone.now(),
                "audience": "customer",
                "touchpoint_id": place.pk,
                "collected_by": "link",
                "texts": {"reason": text},
                "scores": {"nps/0-10": 3},
            }
            | fields
        )


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
    answer(tenant, place, "First")
    answer(tenant, place, "Call me at 040 123 4567 or maija@example.fi")
    answer(tenant, place, "", texts={}, submission_id="silent")
    answer(tenant, place, "A test", is_test=True)
    answer(tenant, path.touchpoints[1], "Elsewhere")
    found = client.get(f"/t/{tenant.slug}/touchpoints/{place.slug}/")
    page = found.context["page"]
    assert [(bar.label, bar.count) for bar in page.bars if bar.count] == [("0", 20), ("7", 30), ("10", 50)]
    assert page.months[-1].value == 30
    assert page.months[0].value is None
    assert [c.texts for c in found.context["comments"]] == [("Call me at ••• or •••",), ("First",)]
    assert found.context["comments"][0].value == 3


def test_words_of_too_few_are_hidden_like_their_score(world) -> None:
    tenant, path, client = world
    place = path.touchpoints[0]
    count(tenant, nps(1, 1, 1), at=place)
    answer(tenant, place, "I am the only one")
    found = client.get(f"/t/{tenant.slug}/touchpoints/{place.slug}/")
    assert "the only one" not in found.content.decode()


def test_a_unit_manager_reads_what_is_said_of_their_own_unit(world) -> None:
    tenant, path, _ = world
    place = path.touchpoints[0]
    mine, other = make_unit(tenant), make_unit(tenant)
    count(tenant, nps(50, 30, 20), at=place, slices={"unit": str(mine.pk)})
    answer(tenant, place, "Mine", unit_id=mine.pk)
    answer(tenant, place, "Theirs", unit_id=other.pk)
    manager = client_of(make_member(tenant, "unit_manager", unit_ids=[mine.pk]))
    found = manager.get(f"/t/{tenant.slug}/touchpoints/{place.slug}/")
    assert [comment.texts for comment in found.context["comments"]] == [("Mine",)]


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


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to matti.meikalainen+x@yritys.fi please", "write to ••• please"),
        ("+358 40 123 4567", "•••"),
        ("tilaus 20261122-443, soita 09-1234567!", "tilaus •••, soita •••!"),
        ("hetu 131052-308T", "hetu •••"),
        ("ABC-123 on autoni", "••• on autoni"),
        ("FI21 1234 5600 0007 85", "•••"),
        ("see https://x.fi/u/1?a=b now", "see ••• now"),
        ("Odotin 3 päivää ja maksoin 1200 euroa, 10/10", "Odotin 3 päivää ja maksoin 1200 euroa, 10/10"),
    ],
)
def test_what_points_at_a_person_is_masked_and_the_rest_is_not(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_a_touchpoint_lists_the_processes_behind_it(world) -> None:
    tenant, path, client = world
    with activate(tenant.pk):
        billing = Process.objects.create(slug="billing", name="Billing run", system="ERP")
        billing.serves.create(touchpoint=path.touchpoints[0])
    pages = [client.get(f"/t/{tenant.slug}/touchpoints/{place.slug}/").content.decode() for place in path.touchpoints]
    assert ["Billing run" in page for page in pages] == [True, False]
