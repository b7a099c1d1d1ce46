"""/api/v1/follow-ups: a CRM opens, reads and works them; what is wrong is said, and nobody sees another company's."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cxplatform.tenancy.context import activate
from surveys.models import FollowUp, FollowUpSetting
from tests.factories import api_of, make_key, make_tenant
from tests.surveys.followups.worlds import make_firm, make_follow_up

PATH = "/api/v1/follow-ups"
JSON = "application/json"


@pytest.mark.django_db
def test_a_crm_works_a_follow_up() -> None:
    firm = make_firm()
    api, stranger = api_of(make_key(firm.tenant)), api_of(make_key(make_tenant()))
    with activate(firm.tenant.pk):
        FollowUpSetting.objects.create(cost_of_contact=7)
    hanna, manu = firm.handler.user.email, firm.manager.user.email
    sent = {"text": "Called twice", "customer": firm.customer.external_id, "unit": firm.unit.slug, "by": hanna}
    answer = api.post(PATH, sent, content_type=JSON)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["state"], made["owner"], made["customer"]) == ("open", manu, firm.customer.external_id)
    assert [(step["kind"], step["by"], step["text"]) for step in made["steps"]] == [("opened", hanna, "Called twice")]

    def change(do: str, **fields: Any) -> Any:
        answer = api.patch(f"{PATH}/{made['id']}", {"do": do, **fields}, content_type=JSON)
        return answer.json() if answer.status_code == 200 else answer

    assert change("assign", to=hanna, by=manu, version=1)["transfers"] == 1
    late = change("contacted", version=1)
    assert (late.status_code, late["Content-Type"]) == (409, "application/problem+json")
    assert "at version 2 now" in late.json()["detail"]
    assert change("offer", text="Free", amount=5).json()["errors"][0]["field"] == "wish"
    assert change("wish", text="My money back")["wish"] == "My money back"
    refused = change("offer", text="Free", amount=5.5, by=hanna)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (409, "amount")
    agreed = change("agree", items=[{"text": "Call on Friday", "due": "2026-11-27"}])["agreed"]
    assert change("item_done", item=agreed[0]["id"])["agreed"][0]["done_at"]
    assert change("solve", text="Paid back", by=hanna)["state"] == "solved"
    assert change("answered", fixed="yes", value=90)["recovery_value"] == 90
    with activate(firm.tenant.pk):
        FollowUp.objects.update(contacts=3)
    live = make_follow_up(firm)
    [row] = api.get(PATH, {"state": "confirmed", "owner": hanna, "customer": firm.customer.external_id}).json()[
        "results"
    ]
    assert (row["id"], row["repeat_contacts"], row["repeat_cost"], "steps" in row) == (made["id"], 2, 14, False)
    soon = (timezone.now() + timedelta(days=30)).isoformat()
    assert [row["id"] for row in api.get(PATH, {"due_before": soon}).json()["results"]] == [live.pk]
    first = api.get(PATH, {"page_size": 1}).json()
    assert [row["id"] for row in api.get(first["next"]).json()["results"]] == [live.pk]

    for body, field in (
        ({"do": "sing"}, "do"),
        ({"do": "assign"}, "to"),
        ({"do": "assign", "to": "nobody@example.org"}, "to"),
        ({"do": "item_done"}, "item"),
        ({"do": "item_done", "item": 10**30}, "item"),
        ({"do": "answered"}, "fixed"),
        ({"do": "note", "text": "a\x00"}, "text"),
        ({"do": "note", "text": "x", "more": 1}, "more"),
        ({"do": "offer", "amount": -1}, "amount"),
        ({"do": "invite"}, "to"),
        ({"text": "x"}, "do"),
        ([], "body"),
    ):
        wrong = api.patch(f"{PATH}/{live.pk}", body, content_type=JSON)
        assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, field), wrong.content
    for body, field in (({"customer": "none"}, "customer"), ({"unit": "none"}, "unit"), ({"owner": "x@y"}, "owner")):
        assert api.post(PATH, body, content_type=JSON).json()["errors"][0]["field"] == field
    for query in ({"state": "lost"}, {"cause": "x"}, {"due_before": "soon"}, {"nothing": "x"}):
        assert api.get(PATH, query).status_code == 400
    assert stranger.get(PATH).json()["results"] == []
    assert stranger.get(f"{PATH}/{live.pk}").status_code == 404
    assert stranger.patch(f"{PATH}/{live.pk}", {"do": "reopen"}, content_type=JSON).status_code == 404
    assert api.get(f"{PATH}/{10**25}").status_code == 404
