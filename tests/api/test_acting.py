"""What is done beyond promises, told of, talked over and shown to everybody, over REST."""

import pytest
from django.utils import timezone, translation

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.history import in_words
from cxplatform.tenancy.models import ApiKey, AuditEntry
from dashboards.models import CoachingTalk, GestureUse, Look
from journeys.models import Touchpoint
from surveys.models import CoDeveloper, Deed, FollowUp
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import api_of, make_customer, make_key, make_member, make_tenant, make_touchpoint

pytestmark = pytest.mark.django_db
JSON = "application/json"


def test_gestures_are_kept_and_what_came_of_them_is_read() -> None:
    tenant = make_tenant()
    make_touchpoint(tenant, "lobby")
    api, theirs = api_of(make_key(tenant)), api_of(make_key(make_tenant()))
    told = {"slug": "coffee", "name": "Coffee", "description": "While they wait", "touchpoint": "lobby", "cost": 1.2,
            "currency": "EUR", "with_staff": "the reception"}  # fmt: skip
    with activate(tenant.pk):
        Look.objects.create(kind="gesture", looked_at=timezone.now())
    for wrong, field in (({"with_staff": ""}, "with_customers"), ({"currency": "e"}, "currency"),
                         ({"cost": -1}, "cost"), ({"touchpoint": "gone"}, "touchpoint"),
                         ({"prize": 1}, "prize")):  # fmt: skip
        answer = api.post("/api/v1/gestures", told | wrong, content_type=JSON)
        assert (answer.status_code, field in answer.content.decode()) == (400, True), (wrong, answer.content)
    made = api.post("/api/v1/gestures", told, content_type=JSON)
    assert (made.status_code, made.json()["event_type"]) == (201, "gesture.coffee")
    assert api.patch("/api/v1/gestures/coffee", {"cost": 2}, content_type=JSON).json()["cost"] == 2
    with activate(tenant.pk):
        assert not Look.objects.exists()  # its effect is looked for at once
        for number, slug in enumerate(["coffee"] * 6 + ["cake"]):
            customer = make_customer(tenant, f"A{number}")
            GestureUse.objects.create(event_id=customer.id, gesture=slug, at=timezone.now(), customer_id=customer.id)
    found = api.get("/api/v1/gesture-figures").json()
    [row] = found["gestures"]
    assert (row["uses"], row["customers"], row["spent"], row["effect"]) == (6, 6, 12.0, None)
    assert found["unknown"] == [{"slug": "cake", "uses": 1}]
    assert theirs.get("/api/v1/gestures/coffee").status_code == 404
    assert theirs.get("/api/v1/gesture-figures").json()["gestures"] == []


def test_what_was_said_and_done_is_told_changed_and_removed() -> None:
    tenant = make_tenant(language="fi")
    make_touchpoint(tenant, "chat")
    api, theirs = api_of(make_key(tenant)), api_of(make_key(make_tenant()))
    told = {"touchpoint": "chat", "said": {"fi": "Liian lyhyt"}, "did": {"fi": "Auki iltaan"}, "published": True,
            "done_on": days_ago(3, tenant).isoformat()}  # fmt: skip
    for wrong, field in (({"did": {}}, "did"), ({"said": {"fi": "A", "en": "B"}}, "did"), ({"did": {"xx": "A"}}, "did"),
                         ({"done_on": "2999-01-01"}, "done_on"), ({"said": {"fi": "x" * 501}}, "said"),
                         ({"said": {"en": "B"}, "did": {"en": "B"}}, "said")):  # fmt: skip
        answer = api.post("/api/v1/deeds", told | wrong, content_type=JSON)
        assert (answer.status_code, field in answer.content.decode()) == (400, True), (wrong, answer.content)
    made = api.post("/api/v1/deeds", told, content_type=JSON)
    assert made.status_code == 201 and {**made.json(), **told} == made.json()
    address = f"/api/v1/deeds/{made.json()['id']}"
    assert api.patch(address, {"published": False}, content_type=JSON).json()["published"] is False
    assert [len(api.get(f"/api/v1/deeds{query}").json()) for query in ("", "?published=1", "?published=0")] == [1, 0, 1]
    assert api.get("/api/v1/deeds?published=perhaps").status_code == 400
    assert [theirs.get(address).status_code, theirs.delete(address).status_code] == [404, 404]
    assert api.delete(address).status_code == 204
    with activate(tenant.pk), translation.override("fi"):
        assert not Deed.objects.exists()
        day = days_ago(3, tenant)
        said = {each.label for each in in_words(AuditEntry.objects.filter(model="surveys.deed"))}
        assert said == {f"{Touchpoint.objects.get(slug='chat')}, {day.day}.{day.month}.{day.year}"}


def test_a_key_reads_the_talks_of_who_made_it_and_nobody_elses() -> None:
    tenant = make_tenant()
    me, other, third = (make_member(tenant) for _each in range(3))
    key = make_key(tenant)
    ApiKey.objects.filter(pk=key.key.pk).update(created_by=me.user)
    api, nobodys = api_of(key), api_of(make_key(tenant))
    with activate(tenant.pk):
        CoachingTalk.objects.create(coach=other.user, coached=third.user, day=days_ago(2, tenant), about="Not mine")
    told = {"coached": other.user.email, "day": days_ago(1, tenant).isoformat(), "about": "Hard calls"}
    for wrong, field in (({"coached": me.user.email}, "coached"), ({"coached": "no@example.org"}, "coached"),
                         ({"day": "2999-01-01"}, "day"), ({"day": "0001-01-01"}, "day"),
                         ({"next_on": "2001-01-01"}, "next_on")):  # fmt: skip
        answer = api.post("/api/v1/coaching", told | wrong, content_type=JSON)
        assert (answer.status_code, field in answer.content.decode()) == (400, True), (wrong, answer.content)
    made = api.post("/api/v1/coaching", told, content_type=JSON).json()
    assert [row["about"] for row in api.get("/api/v1/coaching").json()] == ["Hard calls"]
    address = f"/api/v1/coaching/{made['id']}"
    assert api.patch(address, {"agreed": "Listen in"}, content_type=JSON).json()["agreed"] == "Listen in"
    assert nobodys.get("/api/v1/coaching").json() == []
    assert nobodys.post("/api/v1/coaching", told, content_type=JSON).status_code == 400
    with activate(tenant.pk):
        theirs = CoachingTalk.objects.get(about="Not mine").pk
    assert api.patch(f"/api/v1/coaching/{theirs}", {"agreed": "x"}, content_type=JSON).status_code == 404
    me.delete()
    assert api.get("/api/v1/coaching").json() == []


def test_invited_customers_are_read_and_taken_off() -> None:
    tenant = make_tenant()
    api, theirs = api_of(make_key(tenant)), api_of(make_key(make_tenant()))
    with activate(tenant.pk):
        helper = make_customer(tenant, "A1", email="a1@example.org", name="Aila")
        friend = make_customer(tenant, "A2", ambassador_at=timezone.now())
        now = timezone.now()
        mine, could = (
            FollowUp.objects.create(cause="complaint", customer_id=helper.id, signal_at=now, opened_at=now,
                                    contact_due=now, fix_due=now,
                                    state="confirmed", confirmed_at=now)
            for _each in range(2)
        )  # fmt: skip
        CoDeveloper.objects.create(follow_up=mine)
    found = api.get("/api/v1/invited").json()
    assert [(row["customer"], row["to"]) for row in found["co_developers"]] == [("A1", "a1@example.org")]
    assert [(row["customer"], row["visited"]) for row in found["ambassadors"]] == [(friend.external_id, 0)]
    assert could.pk in [row["follow_up"] for row in found["candidates"]]
    for name, whole in found.items():
        address = f"/api/v1/invited/{name.replace('_', '-')}"
        pages, following = [], f"{address}?page_size=1"
        while following:
            page = api.get(following).json()
            pages, following = pages + page["results"], page["next"]
        assert sorted(map(str, pages)) == sorted(map(str, whole))
        assert [api.get(f"{address}?{bad}").status_code for bad in ("cursor=x", "page_size=0", "state=1")] == [400] * 3
        assert theirs.get(address).json() == {"next": None, "results": []}
    assert len(found["candidates"]) == 2
    assert theirs.get("/api/v1/invited").json() == {"co_developers": [], "ambassadors": [], "candidates": []}
    assert theirs.delete(f"/api/v1/invited/{mine.pk}").status_code == 404
    assert [api.delete(f"/api/v1/invited/{mine.pk}").status_code for _twice in range(2)] == [204, 404]


def test_the_public_results_page_is_read_and_set() -> None:
    tenant = make_tenant(language="fi")
    api = api_of(make_key(tenant))
    count(tenant, nps(60, 20, 20), at=make_touchpoint(tenant, "chat"))
    before = api.get("/api/v1/public-results").json()
    assert before["shown"] is False and before["address"].endswith(f"/r/{tenant.slug}/")
    assert [(row["metric"], row["n"], row["score"]) for row in before["scores"]] == [("nps/0-10", 100, 40.0)]
    for wrong in ({"parts": []}, {"parts": ["secrets"]}, {"measures": ["moon"]}, {"titles": {"en": "x" * 201}},
                  {"days": 3}, {"days": 4000}, {"quotes": []}):  # fmt: skip
        answer = api.patch("/api/v1/public-results", wrong, content_type=JSON)
        assert (answer.status_code, next(iter(wrong)) in answer.content.decode()) == (400, True), wrong
    shown = api.patch("/api/v1/public-results", {"shown": True, "parts": ["done", "done"]}, content_type=JSON).json()
    assert (shown["shown"], shown["parts"], shown["scores"], shown["done"]) == (True, ["done"], None, [])
    assert shown["days"] == before["days"]
    assert api.get("/api/v1/public-results?language=xx").status_code == 400
    assert api_of(make_key(make_tenant())).get("/api/v1/public-results").json()["shown"] is False
