"""Meanings of texts and types, and rules on events, over REST."""

from typing import Any

import pytest

from cxplatform.pipeline import claim
from cxplatform.tenancy.context import activate
from journeys import remapping
from journeys.models import Event, EventRule, Remapping
from journeys.record import IncomingEvent, record
from tests.factories import api_of, make_channel, make_key, make_tenant, make_touchpoint

pytestmark = pytest.mark.django_db


def sent(tenant: Any) -> Any:
    with activate(tenant.pk):
        events = [IncomingEvent("1", "visit", touchpoint="Till 2"), IncomingEvent("2", "door.opened")]
        record(events=events, source="x")
    claim.drain(tenant.pk)
    return api_of(make_key(tenant))


def apply(tenant: Any) -> set[int | None]:
    with activate(tenant.pk):
        runs = list(Remapping.objects.values_list("pk", flat=True))
    for run in runs:
        while remapping.apply(tenant.pk, run) != remapping.DONE:
            pass
    with activate(tenant.pk):
        return set(Event.objects.values_list("touchpoint_id", flat=True))


def test_texts_and_types_get_their_meaning_and_events_follow() -> None:
    tenant = make_tenant()
    till = make_touchpoint(tenant, "till", channel=make_channel(tenant, "shop"))
    api = sent(tenant)
    waiting = api.get("/api/v1/unmapped").json()["results"]
    assert [(one["kind"], one["text"], one["events"]) for one in waiting] == [
        ("touchpoint", "Till 2", 1),
        ("type", "door.opened", 1),
    ]
    wrong = api.post(
        "/api/v1/mappings",
        [{"kind": "touchpoint", "text": "Till 2", "means": "nowhere"}],
        content_type="application/json",
    )
    assert wrong.status_code == 400
    row = {"kind": "touchpoint", "text": "Till 2", "means": "till"}
    assert api.post("/api/v1/mappings", [row], content_type="application/json").json() == {"mapped": 1}
    described = {"touchpoint": "till", "meaning": "failure", "name": "Door"}
    put = api.put("/api/v1/event-types/door.opened", described, content_type="application/json")
    assert put.json() == {"type": "door.opened", "ignored": False} | described
    assert api.get("/api/v1/unmapped", {"kind": "type"}).json()["results"] == []
    assert api.get("/api/v1/mappings").json()["results"] == [row]
    assert len(api.get("/api/v1/event-types").json()["results"]) == 1
    assert apply(tenant) == {till.pk}
    assert api.delete("/api/v1/event-types/door.opened").status_code == 204
    assert apply(tenant) == {till.pk, None}
    assert api.put("/api/v1/event-types/survey.answered", {}, content_type="application/json").status_code == 400
    other = api_of(make_key(make_tenant()))
    assert other.get("/api/v1/event-types/door.opened").status_code == 404
    assert other.get("/api/v1/mappings").json()["results"] == []


def test_a_rule_is_made_and_refused_over_rest() -> None:
    tenant = make_tenant()
    make_touchpoint(tenant, "desk")
    api = api_of(make_key(tenant))
    rule = {
        "slug": "low", "name": "Low", "event_type": "tyre.low", "opens_touchpoint": "desk",
        "conditions": [{"property": "bar", "operator": "lt", "value": 1.8}], "texts": {"fi": {"text": "Hei"}},
    }  # fmt: skip
    for name, value in (
        ("event_type", "survey.answered"),
        ("conditions", [{"operator": "lt"}]),
        ("conditions", {}),
        ("texts", {"fi": {"subject": "only"}}),
        ("texts", ["no"]),
        ("opens_type", "tyre.low"),
    ):
        refused = api.post("/api/v1/event-rules", rule | {name: value}, content_type="application/json")
        assert (refused.status_code, refused.json()["errors"][0]["field"].partition(".")[0]) == (400, name)
    made = api.post("/api/v1/event-rules", rule, content_type="application/json")
    assert made.status_code == 201
    assert made.json()["conditions"] == rule["conditions"]
    with activate(tenant.pk):
        assert EventRule.objects.get().opens_touchpoint.slug == "desk"
    assert api_of(make_key(make_tenant())).get("/api/v1/event-rules/low").status_code == 404
