"""Instructions, publications and the promise page over REST."""

from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry
from promises.models import Instruction, Promise, Training
from tests.factories import api_of, make_key, make_member, make_tenant, make_touchpoint, make_unit, make_user
from tests.promises.worlds import make_promise

pytestmark = pytest.mark.django_db
FITTER = {"role": "fitter", "wording": "Ask about the old tyres.", "audience": "employee", "unit": "turku"}
SHELF = {"place": "shelf", "where": "Hall", "language": "en", "wording": "We promise reply.", "since": "2026-01-02"}


@pytest.fixture
def world() -> Any:
    tenant = make_tenant()
    turku = make_unit(tenant, "turku")
    make_touchpoint(tenant, "yard")
    make_promise(tenant, "reply")
    make_member(tenant, "employee", unit_ids=[turku.pk], user=make_user("fitter@example.org"))
    make_member(tenant, "employee", unit_ids=[make_unit(tenant).pk], user=make_user("other@example.org"))
    client = api_of(make_key(tenant))

    def call(method: str, path: str, body: Any = None, *, status: int) -> Any:
        answer = client.generic(
            method,
            f"/api/v1/{path}",
            b"" if body is None else msgspec.json.encode(body),
            content_type="application/json",
        )
        assert answer.status_code == status, answer.content
        return answer.json() if answer.content else None

    return SimpleNamespace(tenant=tenant, call=call)


def test_an_instruction_is_written_rewritten_acknowledged_and_trained_for(world: Any) -> None:
    made = world.call("POST", "promises/reply/instructions", FITTER, status=201)
    one = f"promises/reply/instructions/{made['id']}"
    assert (made["version"], made["unit"], made["touchpoint"], made["archived"]) == (1, "turku", None, False)
    changed = world.call("PATCH", one, {"wording": "Ask everybody.", "touchpoint": "yard"}, status=200)
    assert (changed["version"], changed["touchpoint"]) == (2, "yard")
    assert world.call("PATCH", one, {"wording": "Ask  everybody."}, status=200)["version"] == 2

    refused = world.call("POST", f"{one}/acknowledgements", {"member": "fitter@example.org", "version": 1}, status=400)
    assert refused["errors"] == [
        {"field": "version", "message": "Version 2 is in force. Have it read and send that number."}
    ]
    refused = world.call("POST", f"{one}/acknowledgements", {"member": "other@example.org", "version": 2}, status=400)
    assert "does not concern this member" in refused["errors"][0]["message"]
    read = world.call(
        "POST", f"{one}/acknowledgements", {"member": "fitter@example.org", "version": 2, "follows": False}, status=201
    )
    assert read["read_at"] and read["acknowledged_at"] is None
    world.call("POST", f"{one}/acknowledgements", {"member": "fitter@example.org", "version": 2}, status=201)
    world.call("POST", f"{one}/trainings", {"member": "fitter@example.org", "done_on": "2026-11-02"}, status=201)
    (person,) = world.call("GET", f"{one}/acknowledgements", status=200)["results"]
    assert person | {"read_at": "", "acknowledged_at": ""} == {
        "member": "fitter@example.org", "role": "employee", "read_at": "", "acknowledged_at": "", "earlier": None,
        "trained_on": "2026-11-02", "trained_version": 2,
    }  # fmt: skip
    world.call("DELETE", one, status=204)
    assert world.call("GET", "promises/reply/instructions", status=200)["results"] == []
    (archived,) = world.call("GET", "promises/reply/instructions?archived=1", status=200)["results"]
    assert archived["archived"] and world.call("PATCH", one, {"archived": False}, status=200)["archived"] is False
    with activate(world.tenant.pk):
        assert Training.objects.get().noted_by is None
        entries = AuditEntry.objects.filter(model="promises.instruction").order_by("id")
        assert [entry.action for entry in entries] == ["added", "changed", "changed", "archived", "restored"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("instructions", {"wording": "Do."}, "role"),
        ("instructions", FITTER | {"unit": "nowhere"}, "unit"),
        ("instructions", FITTER | {"audience": "boss"}, "audience"),
        ("instructions", FITTER | {"wording": ""}, "wording"),
        ("instructions", FITTER | {"color": "red"}, "color"),
        ("instructions?archived=2", None, "archived"),
        ("publications", SHELF | {"until": "2026-01-01"}, "until"),
        ("publications", SHELF | {"place": "moon"}, "place"),
        ("publications", SHELF | {"url": "javascript:alert(1)"}, "url"),
        ("publications", SHELF | {"since": "soon"}, "since"),
        ("publications", SHELF | {"language": "xx"}, "language"),
    ],
)
def test_bad_input_is_refused_by_field(world: Any, path: str, body: Any, field: str) -> None:
    refused = world.call("POST" if body else "GET", f"promises/reply/{path}", body, status=400)
    assert [error["field"] for error in refused["errors"]] == [field]


@pytest.mark.parametrize("day", ["2999-01-01", "yesterday", None])
def test_training_to_come_is_refused(world: Any, day: Any) -> None:
    made = world.call("POST", "promises/reply/instructions", FITTER, status=201)
    body = {"member": "fitter@example.org", "done_on": day}
    refused = world.call("POST", f"promises/reply/instructions/{made['id']}/trainings", body, status=400)
    assert [error["field"] for error in refused["errors"]] == ["done_on"]


def test_a_place_tells_when_its_words_lag(world: Any) -> None:
    made = world.call("POST", "promises/reply/publications", SHELF, status=201)
    assert made["stands"] == "same"
    world.call("PATCH", "promises/reply", {"wording": "We reply within a day."}, status=200)
    one = f"promises/reply/publications/{made['id']}"
    assert world.call("GET", one, status=200)["stands"] == "other_words"
    assert world.call("PATCH", one, {"wording": "We reply within a day."}, status=200)["stands"] == "same"
    world.call("PATCH", one, {"until": "2025-01-01"}, status=400)
    assert world.call("PATCH", one, {"until": "2026-01-03"}, status=200)["stands"] == "ended"
    world.call("DELETE", one, status=204)
    assert world.call("GET", "promises/reply/publications", status=200)["results"] == []


def test_the_page_shows_what_is_sent_and_nothing_that_is_not_public(world: Any) -> None:
    make_promise(world.tenant, "draft", lifecycle="draft")
    page = world.call("GET", "promise-page", status=200)
    assert (page["shown"], page["days"], page["promises"]) == (False, 90, [])
    assert page["address"].endswith(f"/p/{world.tenant.slug}/")
    sent = {"shown": True, "titles": {"en": "Hi", "fi": ""}, "promises": ["reply"], "with_rates": ["reply"]}
    assert world.call("PATCH", "promise-page", sent, status=200) == page | sent | {"titles": {"en": "Hi"}}
    assert world.call("PATCH", "promise-page", {"days": 28}, status=200)["promises"] == ["reply"]
    world.call("PATCH", "promise-page", {"with_rates": []}, status=200)
    with activate(world.tenant.pk):
        promise = Promise.objects.get(slug="reply")
        assert (promise.published, promise.rate_published) == (True, False)
    for body, field in (
        ({"promises": ["draft"]}, "promises"),
        ({"promises": ["none"]}, "promises[0]"),
        ({"days": 27}, "days"),
        ({"titles": {"en": "x" * 201}}, "titles"),
        ({"titles": {"de": "x"}}, "titles.de"),
        ({"address": "x"}, None),
    ):
        refused = world.call("PATCH", "promise-page", body, status=400 if field else 200)
        assert not field or [error["field"] for error in refused["errors"]] == [field]


def test_who_took_part_is_logged_corrected_and_forgotten(world: Any) -> None:
    sent = {"way": "workshop", "held_on": "2026-10-02", "people": 14, "unit": "turku", "outcome": "24 h."}
    made = world.call("POST", "promises/reply/participation", sent, status=201)
    assert made == sent | {"id": made["id"], "logged_by": None}
    one = f"promises/reply/participation/{made['id']}"
    assert world.call("PATCH", one, {"people": 12, "unit": None}, status=200)["people"] == 12
    for body, field in (
        ({"people": 0}, "people"),
        ({"held_on": "2999-01-01"}, "held_on"),
        ({"way": "guess"}, "way"),
    ):
        refused = world.call("POST", "promises/reply/participation", sent | body, status=400)
        assert [error["field"] for error in refused["errors"]] == [field]
    world.call("DELETE", one, status=204)
    assert world.call("GET", "promises/reply/participation", status=200)["results"] == []
    with activate(world.tenant.pk):
        entries = AuditEntry.objects.filter(model="promises.participation").order_by("id")
        assert [entry.action for entry in entries] == ["added", "changed", "removed"]


def test_each_of_the_five_criteria_is_judged_by_its_evidence(world: Any) -> None:
    five = world.call("GET", "promises/reply/criteria", status=200)["results"]
    assert [each["met"] for each in five] == [False] * 5 and five[0]["judged_at"] is None
    said = {"met": True, "evidence": "Ten of ten knew it by heart."}
    judged = world.call("PUT", "promises/reply/criteria/memorable", said, status=200)
    assert judged["met"] and judged["judged_at"] and judged["evidence"] == said["evidence"]
    five = world.call("GET", "promises/reply/criteria", status=200)["results"]
    assert [each["name"] for each in five if each["met"]] == ["memorable"]
    for body, field in (
        ({"met": True, "evidence": " "}, "evidence"),
        ({"met": "yes", "evidence": "x"}, "met"),
        ({"met": True}, "evidence"),
    ):
        refused = world.call("PUT", "promises/reply/criteria/possible", body, status=400)
        assert [error["field"] for error in refused["errors"]] == [field]
    world.call("PUT", "promises/reply/criteria/pretty", said, status=404)


def test_a_rule_of_any_kind_and_of_an_instruction_goes_in_and_comes_out(world: Any) -> None:
    instruction = world.call("POST", "promises/reply/instructions", FITTER, status=201)["id"]
    sent = [
        {"kind": "deadline", "opening_type": "a", "closing_type": "b", "duration_minutes": 60, "target": 90,
         "pause_type": "asked", "resume_type": "answered", "told_type": "told", "solution_property": "offer",
         "exclusions": [{"property": "weather", "operator": "eq", "value": "storm", "reason": "storm"}]},
        {"kind": "cadence", "match": "customer", "opening_type": "joined", "closing_type": "called",
         "period": "month", "minimum_count": 1, "ending_type": "left", "target": 95},
        {"kind": "accuracy", "opening_type": "quoted", "closing_type": "billed", "property": "price",
         "other_property": "sum", "tolerance": 0.5},
        {"part": "instruction", "kind": "condition", "match": "event", "closing_type": "sold", "property": "asked",
         "operator": "eq", "value": True, "instruction": instruction},
    ]  # fmt: skip
    found = world.call("PATCH", "promises/reply", {"rules": sent}, status=200)["rules"]
    assert [{name: rule[name] for name in row} for rule, row in zip(found, sent, strict=True)] == sent
    page = world.call("PATCH", "promises/reply", {"rules": [found[3] | {"instruction": None}]}, status=200)
    assert [rule["instruction"] for rule in page["rules"]] == [None]
    make_promise(world.tenant, "second")
    for slug, row, field in (
        ("second", sent[3], "rules[0].instruction"),
        ("reply", sent[3] | {"instruction": 0}, "rules[0].instruction"),
        ("reply", sent[1] | {"period": "aeon"}, "rules[0].period"),
        ("reply", sent[0] | {"exclusions": [{"property": "p", "operator": "eq", "value": 1}]}, None),
        ("reply", sent[0] | {"pause_type": "promise.kept"}, "rules[0].pause_type"),
    ):
        refused = world.call("PATCH", f"promises/{slug}", {"rules": [row]}, status=400)
        assert [error["field"] for error in refused["errors"]] == [field or "rules[0].exclusions[0].reason"]


def test_what_is_of_another_promise_or_company_is_not_there(world: Any) -> None:
    made = world.call("POST", "promises/reply/instructions", FITTER, status=201)
    theirs = make_promise(make_tenant(), "theirs")
    make_promise(world.tenant, "second")
    with activate(theirs.tenant_id):
        row = Instruction.objects.create(promise=theirs.promise, role="clerk", wording="Theirs.")
    for path in (
        "promises/theirs/instructions",
        f"promises/reply/instructions/{row.pk}",
        f"promises/second/instructions/{made['id']}",
        f"promises/second/instructions/{made['id']}/acknowledgements",
        "promises/theirs/publications",
        "promises/reply/publications/1",
        "promises/theirs/participation",
        "promises/theirs/criteria",
    ):
        world.call("GET", path, status=404)
