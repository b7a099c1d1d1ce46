"""From a cell to its touchpoints, their channels, and what people wrote."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cxplatform.tenancy.context import activate
from dashboards.models import Target
from journeys.models import Note, Process, Touchpoint, Unit
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


def test_a_stage_s_target_is_shared_by_the_units_that_serve_it(world) -> None:
    tenant, path, client = world
    address = f"/t/{tenant.slug}/stages/{path.stages[0].pk}/"
    with activate(tenant.pk):
        for number, name in enumerate(("Sales", "Haulier", "Sales")):
            unit = Unit.objects.filter(name=name).first() or make_unit(tenant, name=name)
            step = {"touchpoint": make_touchpoint(tenant, unit=unit), "tenant_id": tenant.pk}
            path.stages[0].steps.create(position=number + 1, **step)
    count(tenant, nps(50, 30, 20), at=path.touchpoints[0])
    assert "shared by" not in client.get(address).content.decode()  # nothing is aimed at
    with activate(tenant.pk):
        Target.objects.create(metric="nps", year=timezone.localdate().year, value=45, stage=path.stages[0])
    assert "A target shared by: Sales, Haulier" in client.get(address).content.decode()


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


def test_a_touchpoint_tells_how_it_is_designed_and_what_visits_told(world) -> None:
    tenant, path, client = world
    mine, (place, other) = make_unit(tenant), path.touchpoints
    phone = make_channel(tenant, name="Phone", hours={"mon": [["08:00", "16:00"]]}, languages=["fi"])
    web = make_channel(tenant, name="Web", digital=True)
    with activate(tenant.pk):
        design = {"by": "human", "role": "Driver", "interactivity": "segment", "waiting_minutes": 5, "peer_help": True}
        Touchpoint.objects.filter(pk=place.pk).update(channel=phone, unit=mine, evidence="A receipt", **design)
        for channel, strength in ((phone, 4), (web, 2)):
            place.offered.create(channel=channel, strength=strength)
        Process.objects.create(slug="stock", name="Stock", system="SAP").serves.create(touchpoint=place)
        note = Note.objects.create(touchpoint=place, text="They looked at the clock.", source="ethnography")
        file = note.attachments.create(file_name="visit.txt", content_type="text/plain", size=1, content=b"a")
        Note.objects.create(touchpoint=place, text="Put away", archived_at=note.updated_at)
        Note.objects.create(touchpoint=other, text="Of the other")
    address = f"/t/{tenant.slug}/touchpoints/{place.slug}/"
    page = client.get(address).content.decode()
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    for told in ("a person: Driver", "by segment", "5 min", "A receipt", "other customers help",
                 "Phone · in person · strength 4 / 5 · hours a week: Finnish 8", "Web · digital · strength 2 / 5",
                 "Stock · SAP", "They looked at the clock.", "observation on the spot"):  # fmt: skip
        assert told in text, told
    assert f"/notes/files/{file.pk}" in page
    assert "Put away" not in page
    assert "Of the other" not in page
    with CaptureQueriesContext(connection) as before:
        client.get(address)
    with activate(tenant.pk):
        for number in range(25):
            more = Note.objects.create(touchpoint=place, text=f"Note {number}")
            more.attachments.create(file_name="a.txt", content_type="text/plain", size=1, content=b"a")
            if number < 5:
                place.offered.create(channel=make_channel(tenant), strength=1)
    with CaptureQueriesContext(connection) as after:
        assert "Older notes stand in the editor." in client.get(address).content.decode()
    assert len(after) == len(before)
    # Who is limited to units reads the notes of their own touchpoints, as they may open the files of those alone.
    for unit, seen in ((mine, True), (make_unit(tenant), False)):
        manager = client_of(make_member(tenant, "unit_manager", unit_ids=[unit.pk]))
        assert ("Note 24" in manager.get(address).content.decode()) is seen


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
