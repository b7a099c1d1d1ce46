"""POST /api/v1/responses: answers taken anywhere."""

import gzip
import json
from typing import Any

import pytest
from django.test import Client

from cxplatform.tenancy.context import activate
from surveys.models import Response
from tests.factories import api_of, make_key, make_tenant
from tests.surveys.worlds import NPS, REASON, make_survey

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/responses"


def one(id: str = "a", **fields: Any) -> dict[str, Any]:
    return {"submission_id": id, "survey": "visit", "answers": {"nps": 9}} | fields


def post(client: Client, sent: Any, **more: Any) -> Any:
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    return client.post(ADDRESS, body, content_type="application/json", **more)


@pytest.fixture
def client() -> Client:
    tenant = make_tenant()
    make_survey(tenant, "visit", questions=[NPS, REASON])
    return api_of(make_key(tenant), raise_request_exception=False)


@pytest.mark.parametrize("sent", [one(), [one()], {"responses": [one()]}])
def test_one_an_array_or_a_named_array(client: Client, sent: Any) -> None:
    answer = post(client, sent)
    assert answer.status_code == 200
    found = answer.json()
    assert (found["accepted"], found["duplicates"], found["rejected"]) == (1, 0, [])
    again = post(client, sent).json()
    assert (again["accepted"], again["duplicates"]) == (0, 1)
    assert again["responses"] == [found["responses"][0] | {"duplicate": True}]


def test_one_bad_response_stops_no_other(client: Client) -> None:
    sent = [
        one("a"),
        {"submission_id": "b", "survey": "visit"},
        one("c", answers={"nps": 11}),
        "not an object",
        one("d", answers=[9]),
        one("e", answers={"nps": True}),
        one("f", touchpont="chat", audience="robots"),
        one("g", answered_at="yesterday"),
        one("h", answers={"nps": 3, "reason": "slow"}),
    ]
    answer = post(client, sent).json()
    assert [(taken["index"], taken["submission_id"]) for taken in answer["responses"]] == [(0, "a"), (8, "h")]
    assert [(r["index"], r["submission_id"], sorted(r["errors"])) for r in answer["rejected"]] == [
        (1, "b", ["answers"]),
        (2, "c", ["answers.nps"]),
        (3, "", ["response"]),
        (4, "d", ["answers"]),
        (5, "e", ["answers"]),
        (6, "f", ["audience", "touchpont"]),
        (7, "g", ["answered_at"]),
    ]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", 400),
        (b"9", 400),
        (b"{", 400),
        (b'{"responses": 1}', 400),
        (b'{"responses": [], "more": 1}', 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'[{"submission_id": NaN}]', 400),
        (b"[]", 200),
        (json.dumps([one(str(i)) for i in range(1_001)]).encode(), 413),
    ],
)
def test_a_body_that_is_none_of_these_is_refused(client: Client, sent: bytes, status: int) -> None:
    answer = post(client, sent)
    assert answer.status_code == status
    assert status == 200 or len(answer.json()["detail"]) > 20


def test_gzip_is_understood(client: Client) -> None:
    answer = post(client, gzip.compress(json.dumps(one()).encode()), headers={"content-encoding": "gzip"})
    assert answer.json()["accepted"] == 1


def test_of_a_key_sent_twice_the_last_one_holds(client: Client) -> None:
    sent = b'{"submission_id": "a", "survey": "visit", "answers": {"nps": 1}, "answers": {"nps": 2}}'
    assert post(client, sent).json()["accepted"] == 1


def test_an_outsider_finds_no_such_survey_and_a_key_without_the_scope_is_refused(client: Client) -> None:
    theirs = make_tenant()
    answer = post(api_of(make_key(theirs)), one()).json()
    assert answer["rejected"][0]["errors"]["survey"].startswith("There is no survey")
    assert post(api_of(make_key(theirs, ["events:write"])), one()).status_code == 403
    assert post(Client(), one()).status_code == 401
    with activate(theirs.pk):
        assert not Response.objects.exists()


def test_what_a_door_knows_cannot_be_sent(client: Client) -> None:
    answer = post(client, one(touchpoint_id=1, collected_by="link")).json()
    assert sorted(answer["rejected"][0]["errors"]) == ["collected_by", "touchpoint_id"]
