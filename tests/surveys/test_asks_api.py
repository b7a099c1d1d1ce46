"""Asking by REST: the same rules, an answer that says why, and errors that name the field."""

from datetime import UTC, datetime, timedelta

import pytest

from cxplatform.tenancy.context import activate
from tests.factories import api_of, make_customer, make_key, make_tenant, make_touchpoint
from tests.surveys.asking_worlds import ledger, no_quiet
from tests.surveys.worlds import make_survey

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(kept):
    tenant = make_tenant()
    no_quiet(tenant, every_days=30)
    make_survey(tenant, "after-visit")
    make_touchpoint(tenant, "tyre-change")
    make_customer(tenant, "C-1", email="c@example.org", phone="040 123 4567")
    return tenant, api_of(make_key(tenant))


def ask(world, **fields):
    wanted = {"survey": "after-visit", "customer": "C-1"} | fields
    return world[1].post("/api/v1/asks", wanted, content_type="application/json")


def test_planned_then_skipped_and_both_explained(world):
    first, second = ask(world, touchpoint="tyre-change").json(), ask(world).json()
    assert (first["state"], first["reason"], first["method"]) == ("planned", "", "email")
    assert (second["state"], second["reason"]) == ("skipped", "too_soon")
    assert second["explanation"] == "Another ask is too near in time."
    told = world[1].get("/api/v1/asks", {"customer": "C-1"}).json()
    assert {row["id"]: row["reason"] for row in told["asks"]} == {first["id"]: "", second["id"]: "too_soon"}
    assert [(one["kind"], one["reason"]) for one in told["next"]] == [("transaction", "too_soon")]


def test_a_dry_run_says_and_keeps_nothing(world):
    assert ask(world, dry_run=True).json()["id"] is None
    assert ask(world, dry_run=True).json()["state"] == "planned"
    assert ledger(world[0]) == []


def test_a_test_asks_nobody(world):
    assert ask(world, test=True).json()["reason"] == "test"


def test_a_number_is_kept_in_one_spelling(world):
    assert ask(world, methods=["sms"]).json()["state"] == "planned"
    assert ledger(world[0])[0].address == "+358401234567"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"survey": "nothing"}, "survey"),
        ({"survey": ""}, "survey"),
        ({"survey": 7}, "survey"),
        ({"customer": "nobody"}, "customer"),
        ({"customer": "C-1\x00"}, "customer"),
        ({"methods": []}, "methods"),
        ({"methods": ["pigeon"]}, "methods"),
        ({"methods": ["email", "email"]}, "methods"),
        ({"touchpoint": "nowhere"}, "touchpoint"),
        ({"channel": "nowhere"}, "channel"),
        ({"unit": "nowhere"}, "unit"),
        ({"due_at": "tomorrow"}, "due_at"),
        ({"due_at": "9999-12-31T23:59:59Z"}, "due_at"),
        ({"due_at": "0001-01-01T00:00:00+14:00"}, "due_at"),
        ({"due_at": (datetime.now(UTC) + timedelta(days=800)).isoformat()}, "due_at"),
        ({"lifetime_days": 0}, "lifetime_days"),
        ({"lifetime_days": True}, "lifetime_days"),
        ({"dryrun": True}, "dryrun"),
        ({"test": "yes"}, "test"),
    ],
)
def test_what_is_wrong_is_named(world, fields, field):
    answer = ask(world, **fields)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert ledger(world[0]) == []


def test_a_survey_of_employees_is_not_asked_of_customers(world):
    make_survey(world[0], "mirror", audience="employee")
    assert ask(world, survey="mirror").json()["errors"][0]["field"] == "survey"


def test_the_same_request_again_asks_once(world):
    same = {"headers": {"idempotency-key": "one"}, "content_type": "application/json"}
    wanted = {"survey": "after-visit", "customer": "C-1"}
    answers = [world[1].post("/api/v1/asks", wanted, **same).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(ledger(world[0])) == 1


def test_a_customer_of_another_tenant_is_not_there(world):
    other = api_of(make_key(make_tenant()))
    answer = other.get("/api/v1/asks", {"customer": "C-1"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "customer")
    assert other.get("/api/v1/asks").json()["errors"][0]["field"] == "customer"
    answer = other.post("/api/v1/asks", {"survey": "after-visit", "customer": "C-1"}, content_type="application/json")
    assert {error["field"] for error in answer.json()["errors"]} == {"survey", "customer"}
    with activate(world[0].pk):
        assert ledger(world[0]) == []
