"""Single customers: found by what is known of them, seen over the years, asked what is not known."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry
from dashboards.customers.search import search
from dashboards.customers.story import replay_of
from dashboards.customers.timeline import load_timeline, read_mark
from journeys.models import Customer, Event, EventType, ReplayOrigin
from surveys.answer import record_responses
from surveys.followups.work import open_by_hand
from tests.factories import (
    api_of,
    client_of,
    make_channel,
    make_customer,
    make_dimension,
    make_journey,
    make_key,
    make_member,
    make_tenant,
    make_unit,
)
from tests.promises.worlds import event, make_promise, send
from tests.surveys.worlds import REASON, count_all, make_survey, submission

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 10, tzinfo=UTC)


def anna_of(tenant: Any, **fields: Any) -> Customer:
    return make_customer(
        tenant,
        "A-1001",
        **{"name": "Änna Maria Virtanen", "email": "Anna.V@example.org", "phone": "+358 40 123 4567"} | fields,
    )


@pytest.fixture(scope="module")
def world(kept: None) -> Any:
    """Anna: events over two years, an answer with words, a promise kept and one broken."""
    tenant = make_tenant()
    anna = anna_of(tenant)
    path = make_journey(tenant)
    make_promise(tenant, "reply")
    survey = make_survey(tenant, questions=[("nps", "nps/0-10"), REASON])
    place = path.touchpoints[0].slug
    send(
        tenant,
        event("visit", NOON - timedelta(days=700), customer="A-1001", touchpoint=place),
        event("order.placed", NOON, customer="A-1001", correlation="c-1", touchpoint=place),
        event("order.delivered", NOON + timedelta(minutes=30), customer="A-1001", correlation="c-1"),
        event("order.placed", NOON, customer="A-1001", correlation="c-2"),
        event("order.delivered", NOON + timedelta(hours=3), customer="A-1001", correlation="c-2"),
    )
    with activate(tenant.pk):
        record_responses(
            [submission(survey, customer="A-1001", nps=3, answered_at=NOON, texts={"reason": "odotin kauan"})],
            collected_by="api",
        )
    count_all(tenant)
    member = make_member(tenant, "handler", sees_identity=True)
    return SimpleNamespace(
        tenant=tenant,
        anna=anna,
        path=path,
        survey=survey,
        client=client_of(member, headers={"accept-language": "en"}),
        page=f"/t/{tenant.slug}/customers/{anna.id}/",
    )


@pytest.mark.parametrize(
    "asked",
    ["a-10", "ÄNNA maria", "virtanen ä", "Virtanen", "anna.v@", "040 123 4567", "+358401234567", "rengas o", "1234567"],
)
def test_a_customer_is_found_by_the_beginning_of_what_is_known(asked):
    tenant, other = make_tenant(), make_tenant()
    anna = anna_of(tenant, account="Rengas Oy")
    make_customer(tenant, "B-1", name="Åke Öberg", phone="040 999 9999")
    anna_of(other, account="Rengas Oy")
    with activate(tenant.pk):
        assert [found.id for found in search(asked)] == [anna.id]


@pytest.mark.parametrize("asked", ["1001", "irtanen", "%", "_", "maria", "123", "\x00", "anna.w"])
def test_what_only_contains_the_words_is_not_found(asked):
    tenant = make_tenant()
    anna_of(tenant)
    with activate(tenant.pk):
        assert search(asked) == []


def test_the_page_tells_what_happened_was_said_and_was_promised(world):
    html = world.client.get(world.page).content.decode()
    for words in ("Änna Maria Virtanen", "odotin kauan", "order.placed", "kept", "broken", "We do not know: language"):
        assert words in html
    # 3 events in two months, an answer and a broken promise
    assert html.count('class="years-events"') == 2
    assert html.count('class="years-answers"') == html.count('class="years-broken"') == 1


def test_follow_ups_stand_in_the_timeline_and_promises_beside_a_follow_up(world):
    with activate(world.tenant.pk):
        made = open_by_hand(by=None, customer=world.anna, text="Called in")
        assert [each.kind for each in load_timeline(world.anna.id, most=1).entries] == ["follow_up"]
    html = world.client.get(world.page).content.decode()
    assert f"/followups/{made.pk}/" in html
    assert "Opened by hand" in html
    beside = world.client.get(f"/t/{world.tenant.slug}/followups/{made.pk}/").content.decode()
    for words in ("Änna Maria Virtanen", "reply: broken", "reply: kept", "Called in"):
        assert words in beside
    key = make_key(world.tenant)
    told = api_of(key).get("/api/v1/customers/A-1001/timeline").json()["results"][0]
    assert (told["kind"], told["follow_up"], "owner" in told) == ("follow_up", made.pk, False)


def test_pages_of_the_timeline_join_without_gap_or_double(world):
    with activate(world.tenant.pk):
        for _ in range(4):
            open_by_hand(by=None, customer=world.anna)
    same = [event("tick", NOON, customer="A-1001", sequence=number % 3, id=f"t{number:02}") for number in range(20)]
    send(world.tenant, *same)
    with activate(world.tenant.pk):
        whole = load_timeline(world.anna.id, most=500).entries
        assert len(whole) == 32  # 25 events, an answer, two promises, four follow-ups
        seen, mark = [], None
        while True:
            page = load_timeline(world.anna.id, before=mark, most=3)
            seen += page.entries
            if page.older is None:
                break
            mark = read_mark(str(page.older))
        assert [(one.kind, one.id) for one in seen] == [(one.kind, one.id) for one in whole]


def test_a_gap_is_a_question_and_its_answer_is_kept_and_noted_without_the_person(world):
    make_dimension(world.tenant, "segment", name="Segment")
    dimension = make_dimension(world.tenant, "region", name="Region")
    make_dimension(world.tenant, "experiment-chat", name="Experiment: chat")
    shop = make_channel(world.tenant, name="Shop")
    html = world.client.get(world.page).content.decode()
    assert "We do not know: Segment." in html and "Experiment" not in html
    assert "We do not know: preferred channel." in html
    sent = {
        "name": "Anna Virtanen",
        "email": "anna.v@example.org",
        "phone": "",
        "locale": "fi",
        "preferred_channel": shop.pk,
        "ambassador": "on",
        f"dimension-{dimension.pk}": "north",
    }
    assert world.client.post(world.page + "profile/", sent).status_code == 302
    with activate(world.tenant.pk):
        anna = Customer.objects.get(id=world.anna.id)
        assert (anna.name, anna.locale, anna.preferred_channel_id) == ("Anna Virtanen", "fi", shop.pk)
        assert anna.dimensions == {"region": "north"}
        assert anna.ambassador_at is not None
        entry = AuditEntry.objects.filter(model="journeys.customer").latest("id")
        assert sorted(entry.changes["fields"]) == sorted(
            ["name", "email", "phone", "locale", "preferred_channel_id", "dimensions", "ambassador_at"]
        )
        assert "anna" not in f"{entry.object_label} {entry.changes}".lower()
    assert "ambassador since" in world.client.get(world.page).content.decode()
    assert world.client.post(world.page + "profile/", sent | {"email": "nobody"}).status_code == 422


def test_a_viewer_who_sees_identity_fills_in_nothing(world):
    client = client_of(make_member(world.tenant, "viewer", sees_identity=True))
    assert client.post(world.page + "profile/", {"name": "Changed"}).status_code == 403
    with activate(world.tenant.pk):
        assert Customer.objects.get(id=world.anna.id).name == world.anna.name


def test_a_unit_manager_reads_what_happened_in_their_own_units(world):
    ours, theirs = make_unit(world.tenant), make_unit(world.tenant)
    send(
        world.tenant,
        event("ours", NOON, customer="A-1001", unit=ours.slug),
        event("theirs", NOON, customer="A-1001", unit=theirs.slug),
        event("order.placed", timezone.now(), customer="A-1001", correlation="c-3", unit=theirs.slug),
    )
    assert [one.promise for one in world.client.get(world.page).context["profile"].open] == ["reply"]
    client = client_of(make_member(world.tenant, "unit_manager", sees_identity=True, unit_ids=[ours.pk]))
    page = client.get(world.page)
    assert page.context["profile"].open == ()
    html = page.content.decode()
    assert "<bdi>ours</bdi>" in html
    assert "<bdi>theirs</bdi>" not in html
    assert "odotin kauan" not in html
    assert client.get(f"/t/{world.tenant.slug}/accounts/Any/").status_code == 403


def test_what_one_employee_thinks_of_a_case_is_no_part_of_its_customer(world):
    mirror = make_survey(world.tenant, "mirror", kind="mirror", audience="employee", questions=[("nps", "nps/0-10")])
    before = world.client.get(world.page).context
    with activate(world.tenant.pk):
        told = submission(mirror, customer="A-1001", nps=9, correlation="c-1", answered_at=NOON, audience="employee")
        record_responses([told], collected_by="api")
        assert Event.objects.latest("id").properties == {"survey": "mirror"}
    count_all(world.tenant)
    after = world.client.get(world.page).context
    assert after["relationship"] == before["relationship"]
    assert [len(group.lines) for group in after["groups"]] == [len(group.lines) for group in before["groups"]]


def test_what_customers_did_for_us_stands_out(world):
    with activate(world.tenant.pk):
        EventType.objects.create(type="friend.invited", meaning="referral", name="Friend invited")
    send(world.tenant, event("friend.invited", NOON, customer="A-1001"))
    html = world.client.get(world.page).content.decode()
    assert "Friend invited" in html
    assert "recommended us" in html


def test_an_event_is_told_in_words_with_its_type_beside_them(world):
    place = world.path.touchpoints[0]
    with activate(world.tenant.pk):
        EventType.objects.create(type="tyres.kept", name="Tyres taken in")
        EventType.objects.create(type="tyres.seen", meaning="human")  # described, but not named
    for number, type_ in enumerate(("tyres.kept", "call.abandoned", "tyres.seen", "tyres.other")):
        when = NOON + timedelta(days=1, minutes=number)
        send(world.tenant, event(type_, when, customer="A-1001", touchpoint=place.slug))
    send(world.tenant, event("tyres.nowhere", NOON + timedelta(days=2), customer="A-1001"))
    lines = [line for group in world.client.get(world.page).context["groups"] for line in group.lines]
    told = {line.type or line.title: (line.title, line.places) for line in lines if line.kind == "event"}
    assert told["tyres.kept"] == ("Tyres taken in", (place.name,))
    assert told["call.abandoned"] == ("The caller hung up in the queue", (place.name,))
    assert told["tyres.seen"] == told["tyres.other"] == (place.name, ())
    assert told["tyres.nowhere"] == ("tyres.nowhere", ())
    assert '<code class="muted story-type">tyres.kept</code>' in world.client.get(world.page).content.decode()


def test_a_recording_is_linked_only_with_consent_and_at_home(world):
    with activate(world.tenant.pk):
        ReplayOrigin.objects.create(origin="https://replay.example.org")
    address = "https://replay.example.org/v/1"
    send(
        world.tenant,
        event("web", NOON, customer="A-1001", properties={"session_replay": address, "session_replay_consent": True}),
        event("web", NOON, customer="A-1001", properties={"session_replay": address + "2"}),
    )
    html = world.client.get(world.page).content.decode()
    assert f'<a href="{address}" target="_blank" rel="noopener noreferrer">' in html
    assert address + "2" not in html


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)//https://replay.example.org",
        "https://replay.example.org.evil.example/v",
        "https://replay.example.org@evil.example/v",
        "https://replay.example.org\\@evil.example/v",
        "http://replay.example.org/v",
        "https://replay.example.org:8443/v",
        "https://replay.example.org/\nv",
        "https://replay.example.org:99999/v",
        "//replay.example.org/v",
        17,
    ],
)
def test_no_other_address_passes_for_a_recording(address):
    origins = frozenset({"https://replay.example.org"})
    assert replay_of({"session_replay": address, "session_replay_consent": True}, origins) == ""


def test_an_account_is_its_people_one_voice_each(world):
    tenant = world.tenant
    for number in range(6):
        make_customer(tenant, f"F-{number}", account="Firma / Oy", role="buyer" if number else "owner")
    said = [("F-0", 10, NOON - timedelta(days=3)), ("F-0", 0, NOON)]
    said += [(f"F-{number}", 9, NOON) for number in range(1, 5)]
    with activate(tenant.pk):
        record_responses(
            [submission(world.survey, customer=who, nps=nps, answered_at=at) for who, nps, at in said],
            collected_by="api",
        )
    page = f"/t/{tenant.slug}/accounts/Firma / Oy/"
    html = world.client.get(page).content.decode()
    assert "6 contacts" in html
    assert "buyer 5" in html
    assert '<td class="number">60</td>' in html  # 4 promoters, 1 detractor: of F-0 the latest counts
    assert html.count('class="story-answer"') == 6  # of all its people together
    tenant.anonymity_minimum = 6
    tenant.save()
    assert "too few" in world.client.get(page).content.decode()
    assert world.client.get(f"/t/{tenant.slug}/accounts/Firma/").status_code == 404


def test_the_timeline_is_read_over_rest_page_by_page(world):
    send(world.tenant, *(event("tick", NOON, customer="A-1001", id=f"t{number}") for number in range(50)))
    api, other = api_of(make_key(world.tenant)), api_of(make_key(make_tenant()))
    first = api.get("/api/v1/customers/A-1001/timeline").json()
    second = api.get("/api/v1/customers/A-1001/timeline", {"before": first["next"]}).json()
    told = first["results"] + second["results"]
    assert (len(told), len({one["id"] for one in told}), second["next"]) == (58, 58, None)
    (answer,) = [one for one in told if one["kind"] == "answer"]
    assert (answer["scores"], answer["texts"]) == ({"nps/0-10": 3}, {"reason": "odotin kauan"})
    assert {one["promise"] for one in told if one["kind"] == "promise"} == {"reply"}
    assert api.get("/api/v1/customers/A-1001/timeline", {"before": "yesterday"}).status_code == 400
    assert other.get("/api/v1/customers/A-1001/timeline").status_code == 404


def test_the_page_costs_the_same_however_much_happened(world, django_assert_max_num_queries):
    send(world.tenant, *(event("tick", timezone.now(), customer="A-1001") for _ in range(60)))
    for address in (world.page, world.page + "?before=2026-10-01T00:00:00+00:00_event_" + str(world.anna.id)):
        with django_assert_max_num_queries(27):  # what nothing on the page refers to is not read
            world.client.get(address)
