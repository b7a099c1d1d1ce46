"""Findings on their page and on the leadership page; changes and what they did."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry, Tenant
from cxplatform.tenancy.roles import Role
from dashboards.changes import channels, declines, effects, faults
from dashboards.insights import look as looking
from dashboards.models import Insight, JourneyChange, Look
from journeys.models import JourneyVersion, Stage
from journeys.versions import snapshot
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import Path, client_of, make_channel, make_journey, make_member, make_tenant, make_touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def path(kept: None) -> Path:
    return make_journey(make_tenant(), "tyre-change", name="Tyre change", stages=["Choose", "Buy", "Help"])


@pytest.fixture(scope="module")
def tenant(path: Path) -> Tenant:
    return path.journey.tenant


def page(tenant: Tenant, address: str, role: str = Role.VIEWER, **more: Any) -> Any:
    return client_of(make_member(tenant, role, **more), headers={"accept-language": "en"}).get(
        f"/t/{tenant.slug}/{address}"
    )


def post(tenant: Tenant, address: str, role: str = Role.CX_LEAD, **data: Any) -> Any:
    client = client_of(make_member(tenant, role), headers={"accept-language": "en"})
    return client.post(f"/t/{tenant.slug}/{address}", data)


def change(tenant: Tenant, ago: int, what: str = "Chat is open till nine", **place: Any) -> JourneyChange:
    with activate(tenant.pk):
        return JourneyChange.objects.create(day=days_ago(ago, tenant), what=what, **place)


def look(tenant: Tenant, kind: str) -> list[Insight]:
    with activate(tenant.pk):
        Look.objects.filter(kind=kind).delete()
        looking.look(tenant=tenant, kind=kind)
        return list(Insight.objects.filter(kind=kind).order_by("rank"))


def test_a_change_is_judged_before_against_after(tenant: Tenant, path: Path) -> None:
    place = path.touchpoints[2]
    made = change(tenant, 40, touchpoint=place)
    count(tenant, nps(30, 30, 40), at=place, day=days_ago(60, tenant))
    count(tenant, nps(60, 25, 15), at=place, day=days_ago(10, tenant))
    count(tenant, nps(0, 0, 100), at=place, day=days_ago(100, tenant))  # longer ago than it is since
    [found] = look(tenant, effects.KIND)
    assert (found.touchpoint_id, found.data["change"], found.data["days"]) == (place.pk, made.pk, 41)  # type: ignore[attr-defined]
    assert found.data["difference"]["value"] == pytest.approx(55)
    assert found.data["verdict"] == "better"
    text = page(tenant, "changes/").content.decode()
    assert f"Chat is open till nine: {place.name} up 55 points" in text
    assert "the same weeks a year before were not measured" in text
    on_front = page(tenant, "").content.decode()
    assert "Last fix" in on_front
    assert "up 55 points" in on_front


def test_what_the_season_did_is_taken_off(tenant: Tenant, path: Path) -> None:
    change(tenant, 40, touchpoint=path.touchpoints[0])
    for year in (0, 365):
        count(tenant, nps(30, 30, 40), at=path.touchpoints[0], day=days_ago(60 + year, tenant))
        count(tenant, nps(60, 25, 15), at=path.touchpoints[0], day=days_ago(10 + year, tenant))
    [found] = look(tenant, effects.KIND)
    assert found.data["difference"]["value"] == 0
    assert found.data["season"] == pytest.approx(55)
    assert found.data["verdict"] == "no_clear_change"
    assert "no clear change at" in page(tenant, "changes/").content.decode()


def test_too_early_too_few_and_two_at_once_are_said(tenant: Tenant, path: Path) -> None:
    change(tenant, 3, "New floor", stage=path.stages[0])
    change(tenant, 50, "New till", touchpoint=path.touchpoints[1])
    change(tenant, 55, "New staff")
    count(tenant, nps(2, 1, 1), at=path.touchpoints[1])
    early, few, company = look(tenant, effects.KIND)
    assert (early.data["state"], few.data["state"]) == ("early", "few")
    assert "now" not in few.data
    assert few.data["others"] == ["New staff"]
    assert sorted(company.data["others"]) == ["New floor", "New till"]
    text = page(tenant, "changes/").content.decode()
    assert "too early to say" in text
    assert "too few answers" in text


def test_a_change_is_noted_and_taken_back(tenant: Tenant, path: Path) -> None:
    with activate(tenant.pk):
        Look.objects.create(kind=effects.KIND, looked_at="2026-01-01T00:00Z")
    day = days_ago(5, tenant).isoformat()
    assert post(tenant, "changes/new/", day=day, what="New till", stage=path.stages[1].pk).status_code == 302
    with activate(tenant.pk):
        made = JourneyChange.objects.get()
        assert (made.what, made.stage) == ("New till", path.stages[1])
        assert not Look.objects.exists()  # judged anew
    assert "What it did is being worked out" in page(tenant, "changes/").content.decode()
    assert post(tenant, f"changes/{made.pk}/remove/").status_code == 302
    with activate(tenant.pk):
        assert not JourneyChange.objects.exists()
        assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"added", "removed"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"what": "x"}, "This field is required"),
        ({"day": "2026-02-30", "what": "x"}, "Enter a valid date"),
        ({"day": "2999-01-01", "what": "x"}, "This day is ahead"),
        ({"day": "1999-01-01", "what": "x"}, "from the year 2000"),
        ({"day": "2026-01-01", "what": " "}, "This field is required"),
        ({"day": "2026-01-01", "what": "x", "touchpoint": "0"}, "Select a valid choice"),
    ],
)
def test_nonsense_is_refused_by_field(tenant: Tenant, data: dict[str, str], said: str) -> None:
    found = post(tenant, "changes/new/", **data)
    assert found.status_code == 400
    assert said in found.content.decode()


def test_two_places_are_one_too_many(tenant: Tenant, path: Path) -> None:
    both = {"touchpoint": path.touchpoints[0].pk, "stage": path.stages[0].pk}
    found = post(tenant, "changes/new/", day="2026-01-01", what="x", **both)
    assert found.status_code == 400
    assert "Choose one place" in found.content.decode()


def test_a_new_version_of_a_journey_is_offered_once(tenant: Tenant, path: Path) -> None:
    with activate(tenant.pk):
        Stage.objects.filter(pk=path.stages[0].pk).update(goal="Find them at once")
        version = snapshot(path.journey, made_by="Aino", note="A goal for choosing")
        assert version
    address = f"changes/?version={version.pk}"
    assert address in page(tenant, "changes/", Role.CX_LEAD).content.decode()
    form = page(tenant, address, Role.CX_LEAD).context["form"]
    assert (form.initial["what"], form.initial["journey"]) == ("A goal for choosing", path.journey.pk)
    told = {"day": days_ago(0, tenant).isoformat(), "what": "Goal", "journey": path.journey.pk, "version": version.pk}
    assert post(tenant, "changes/new/", **told).status_code == 302
    assert post(tenant, "changes/new/", **told).status_code == 400
    assert address not in page(tenant, "changes/", Role.CX_LEAD).content.decode()
    for digits in (23, 4400):
        assert page(tenant, f"changes/?version={'9' * digits}", Role.CX_LEAD).status_code == 200
    with activate(tenant.pk):
        assert JourneyVersion.objects.filter(journey=path.journey).count() == 2


def test_channels_of_one_touchpoint_are_compared(tenant: Tenant, path: Path) -> None:
    phone, chat = make_channel(tenant, "phone"), make_channel(tenant, "chat")
    for channel, three in ((phone, (60, 25, 15)), (chat, (20, 30, 50))):
        count(tenant, nps(*three), at=path.touchpoints[2], channel_id=channel.pk)
    [found] = look(tenant, channels.KIND)
    assert found.touchpoint_id == path.touchpoints[2].pk or found.stage_id == path.stages[2].pk  # type: ignore[attr-defined]
    text = page(tenant, "findings/").content.decode()
    assert "is not the same in every channel: " in text
    assert "Chat NPS −30" in text
    assert "Phone NPS 45" in text


def test_a_group_too_small_is_not_compared(tenant: Tenant, path: Path) -> None:
    phone, chat = make_channel(tenant, "phone"), make_channel(tenant, "chat")
    count(tenant, nps(60, 25, 15), at=path.touchpoints[2], channel_id=phone.pk)
    count(tenant, nps(0, 0, 4), at=path.touchpoints[2], channel_id=chat.pk)
    assert look(tenant, channels.KIND) == []


def test_a_fault_that_lasts_is_said_as_such_and_leads_to_its_place(tenant: Tenant, path: Path) -> None:
    place = path.touchpoints[1]
    for ago in range(60):
        count(tenant, nps(1, 2, 7) if ago < 10 else nps(6, 3, 1), at=place, day=days_ago(ago, tenant))
    [found] = look(tenant, faults.KIND)
    assert found.data["mended"] is None
    assert abs(date.fromisoformat(found.data["began"]) - days_ago(9, tenant)) <= timedelta(days=1)
    shown = page(tenant, "findings/").content.decode()
    assert f"{place.name} broke down on" in shown
    assert "has not come back" in shown
    assert f"/t/{tenant.slug}/touchpoints/{place.slug}/" in shown
    assert "Found in the figures" in page(tenant, "").content.decode()
    assert "Found in the figures" not in page(tenant, "", Role.UNIT_MANAGER, unit_ids=[1]).content.decode()


def test_too_few_since_a_fault_was_mended_stay_hidden(tenant: Tenant, path: Path) -> None:
    tenant.anonymity_minimum = 20
    tenant.save()
    place = path.touchpoints[1]
    for ago in range(60):
        three = (4, 1, 0) if ago < 3 else (1, 2, 7) if ago < 14 else (6, 3, 1)
        count(tenant, nps(*three), at=place, day=days_ago(ago, tenant))
    [found] = look(tenant, faults.KIND)
    assert found.data["mended"]
    assert found.data["now"]["n"] >= 20
    assert found.data["since"] == {"value": None, "low": None, "high": None, "n": 0}


def test_without_answers_nothing_is_found_and_nobody_is_told_so(tenant: Tenant) -> None:
    assert "Nobody has looked yet" in page(tenant, "findings/").content.decode()
    for kind in (faults.KIND, declines.KIND, channels.KIND, effects.KIND):
        assert look(tenant, kind) == []
    shown = page(tenant, "findings/").content.decode()
    assert "Nothing stands out" in shown
    assert "No change is noted yet" in page(tenant, "changes/").content.decode()


def test_queries_are_as_many_whatever_was_found(tenant: Tenant, path: Path) -> None:
    client = client_of(make_member(tenant, Role.CX_LEAD))
    asked: dict[str, list[int]] = {}
    for stored in (1, 7):
        for number in range(stored):
            made = change(tenant, 40 + number, touchpoint=path.touchpoints[number % 3])
            with activate(tenant.pk):
                snapshot(path.journey)
                Stage.objects.filter(pk=path.stages[0].pk).update(goal=f"{stored} {number}")
                Insight.objects.create(
                    kind=effects.KIND,
                    rank=stored * 10 + number,
                    touchpoint=path.touchpoints[0],
                    data={"change": made.pk, "day": "2026-01-01", "what": "x", "others": [], "state": "early"},
                    start=days_ago(9, tenant),
                    last=days_ago(1, tenant),
                )
        for address in ("findings/", "changes/", "ahead/"):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(f"/t/{tenant.slug}/{address}").status_code == 200
            asked.setdefault(address, []).append(len(captured))
    assert asked == {"findings/": [19] * 2, "changes/": [22] * 2, "ahead/": [18] * 2}


def test_a_unit_manager_and_an_outsider_see_none_of_it(tenant: Tenant) -> None:
    made = change(tenant, 20)
    for address in ("findings/", "changes/"):
        assert page(tenant, address, Role.UNIT_MANAGER, unit_ids=[1]).status_code == 403
    stranger = client_of(make_member(role=Role.ADMIN))
    assert stranger.post(f"/t/{tenant.slug}/changes/{made.pk}/remove/").status_code == 404
    other = make_member(role=Role.CX_LEAD)
    assert client_of(other).post(f"/t/{other.tenant.slug}/changes/{made.pk}/remove/").status_code == 404


def test_a_place_out_of_use_is_not_led_to(tenant: Tenant) -> None:
    place = make_touchpoint(tenant)
    change(tenant, 20, touchpoint=place)
    look(tenant, effects.KIND)
    with activate(tenant.pk):
        place.archived_at = "2026-01-01T00:00Z"
        place.save()
    assert page(tenant, "changes/").status_code == 200
