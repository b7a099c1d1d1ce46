"""/api/v1/improvements and /decisions."""

import pytest

from cxplatform.tenancy.context import activate
from dashboards.models import Decision, JourneyChange
from tests.dashboards.worlds import days_ago
from tests.factories import api_of, make_key, make_member, make_tenant, make_touchpoint

pytestmark = pytest.mark.django_db
JSON = "application/json"


def test_an_improvement_goes_in_is_worked_and_makes_a_change() -> None:
    tenant = make_tenant()
    place, owner, api = make_touchpoint(tenant, "phone"), make_member(tenant), api_of(make_key(tenant))
    told = {"title": "Call back", "kind": "structural", "touchpoint": "phone", "owner": owner.user.email,
            "signal_on": days_ago(30, tenant).isoformat(), "due": None, "why": "They wait."}  # fmt: skip
    for wrong, field in (({"owner": "nobody@example.org"}, "owner"), ({"touchpoint": "gone"}, "touchpoint"),
                         ({"kind": "big"}, "kind"), ({"title": ""}, "title"), ({"colour": "red"}, "colour"),
                         ({"signal_on": "2999-01-01"}, "signal_on")):  # fmt: skip
        answer = api.post("/api/v1/improvements", told | wrong, content_type=JSON)
        assert (answer.status_code, field in answer.content.decode()) == (400, True), (wrong, answer.content)
    made = api.post("/api/v1/improvements", told, content_type=JSON)
    assert made.status_code == 201, made.content
    assert {**made.json(), **told} == made.json()
    address = f"/api/v1/improvements/{made.json()['id']}"
    assert api.patch(address, {"due": "2026-12-31"}, content_type=JSON).json()["due"] == "2026-12-31"
    assert api.post(address, {"state": "doing"}, content_type=JSON).json()["state"] == "doing"
    assert api.post(address, {"state": "done"}, content_type=JSON).status_code == 400
    assert api.post(address, {"state": "done", "day": "1999-01-01"}, content_type=JSON).status_code == 400
    assert api.post(address, {"state": "dropped"}, content_type=JSON).status_code == 400
    day = days_ago(1, tenant).isoformat()
    done = api.post(address, {"state": "done", "day": day}, content_type=JSON).json()
    assert (done["state"], done["done_on"]) == ("done", day)
    with activate(tenant.pk):
        change = JourneyChange.objects.get()
        assert (change.pk, change.touchpoint, change.what) == (done["change"], place, "Call back")
    assert api.post(address, {"state": "doing"}, content_type=JSON).status_code == 409
    assert [row["id"] for row in api.get("/api/v1/improvements?state=done").json()] == [done["id"]]
    assert api.get("/api/v1/improvements?state=doing").json() == []
    assert api.get("/api/v1/improvements?state=lost").status_code == 400
    assert api_of(make_key(make_tenant())).get(address).status_code == 404


def test_decisions_are_read_and_settled() -> None:
    tenant = make_tenant()
    api = api_of(make_key(tenant))
    with activate(tenant.pk):
        made = Decision.objects.create(text="One more on Fridays", due=days_ago(-3, tenant))
    [row] = api.get("/api/v1/decisions?state=open").json()
    assert (row["id"], row["text"], row["meeting"]) == (made.pk, "One more on Fridays", None)
    address = f"/api/v1/decisions/{made.pk}"
    assert api.patch(address, {"state": "perhaps"}, content_type=JSON).status_code == 400
    settled = api.patch(address, {"state": "done"}, content_type=JSON).json()
    assert settled["state"] == "done"
    assert settled["settled_at"]
    assert api.get("/api/v1/decisions?state=open").json() == []
    assert api_of(make_key(make_tenant())).get(address).status_code == 404
