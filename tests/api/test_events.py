"""POST /api/v1/events, as an integrator meets it."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from cxplatform.pipeline.models import QueueRow
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Scope
from journeys.models import Customer, Event
from tests.factories import api_of, make_customer, make_journey, make_key, make_tenant, make_touchpoint

pytestmark = pytest.mark.django_db

ONE = {"id": "a", "type": "order.placed"}
TWO = {"id": "b", "type": "order.paid"}


@pytest.fixture
def tenant():
    return make_tenant()


@pytest.fixture
def api(tenant) -> Client:
    return api_of(make_key(tenant, [Scope.EVENTS_WRITE], name="shop"))


def send(api: Client, content: Any, *, kind: str = "application/json", query: str = "", **headers: str) -> Any:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return api.post(f"/api/v1/events{query}", data, content_type=kind, headers=headers)


def stored(tenant) -> list[str]:
    with activate(tenant.pk):
        return list(Event.objects.order_by("id").values_list("source_id", flat=True))


# Cases are numbered: the bytes would be their names, which differ from run to run (gzip holds the time).
SHAPES = [
    ([ONE, TWO], "application/json", {}),
    ({"events": [ONE, TWO]}, "application/json", {}),
    (b'{"id":"a","type":"t"}\n{"id":"b","type":"t"}\n', "application/x-ndjson", {}),
    (b'{"id":"a","type":"t"}\r\n\r\n{"id":"b","type":"t"}', "application/x-ndjson", {}),
    (b'{"id":"a","type":"t"}\n{"id":"b","type":"t"}', "application/json", {}),
    (b'\n  [{"id":"a","type":"t"},{"id":"b","type":"t"}]', "application/json; charset=utf-8", {}),
    (gzip.compress(json.dumps([ONE, TWO]).encode()), "application/json", {"content-encoding": "gzip"}),
]


@pytest.mark.parametrize(("content", "kind", "headers"), SHAPES, ids=range(len(SHAPES)))
def test_every_shape_of_a_batch_is_taken_in(api, tenant, content, kind, headers):
    answer = send(api, content, kind=kind, **headers)
    assert (answer.status_code, answer.json()) == (200, {"accepted": 2, "duplicates": 0, "rejected": []})
    assert stored(tenant) == ["a", "b"]
    assert QueueRow.objects.count() == 1


def test_one_event_alone_is_taken_in_with_all_its_fields(api, tenant):
    touchpoint = make_touchpoint(tenant, "web-shop")
    event = ONE | {
        "source": "magento",
        "time": "2026-11-20T10:15:00+02:00",
        "sequence": 3,
        "customer": "C-1",
        "touchpoint": "web-shop",
        "channel": "fax",
        "correlation": "order-1",
        "properties": {"total": 12.5, "lines": [1, 2]},
    }
    assert send(api, event).json()["accepted"] == 1
    with activate(tenant.pk):
        found = Event.objects.get()
        assert found.customer_id == Customer.objects.get(external_id="C-1").id
    assert (found.source, found.source_id, found.type) == ("magento", "a", "order.placed")
    assert (found.time, found.sequence) == (datetime(2026, 11, 20, 8, 15, tzinfo=UTC), 3)
    assert (found.touchpoint_id, found.channel_id, found.channel_text) == (touchpoint.pk, None, "fax")
    assert (found.correlation, found.properties) == ("order-1", {"total": 12.5, "lines": [1, 2]})


def test_source_defaults_to_the_name_of_the_key(api, tenant):
    send(api, ONE)
    with activate(tenant.pk):
        assert Event.objects.get().source == "shop"


def test_sending_again_counts_once(api, tenant):
    send(api, [ONE, TWO])
    assert send(api, [ONE, TWO, ONE]).json() == {"accepted": 0, "duplicates": 3, "rejected": []}
    assert stored(tenant) == ["a", "b"]


NEXT_WEEK = (datetime.now(UTC) + timedelta(days=7)).isoformat()


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ({"type": "t"}, "id"),
        ({"id": "x"}, "type"),
        ({"id": "", "type": "t"}, "id"),
        ({"id": "x", "type": " "}, "type"),
        ({"id": 7, "type": "t"}, "id"),
        ({"id": "x" * 201, "type": "t"}, "id"),
        ({"id": "x", "type": "t", "touchpont": "shop"}, "touchpont"),
        ({"id": "x", "type": "t", "time": "yesterday"}, "time"),
        ({"id": "x", "type": "t", "time": 1700000000}, "time"),
        ({"id": "x", "type": "t", "time": NEXT_WEEK}, "time"),
        ({"id": "x", "type": "t", "time": "1999-12-31T23:59:59Z"}, "time"),
        ({"id": "x", "type": "t", "time": "0000-01-01T00:00:00Z"}, "time"),
        ({"id": "x", "type": "t", "time": "0001-01-01T00:00:00+14:00"}, "time"),
        ({"id": "x", "type": "t", "time": "9999-12-31T23:59:59-12:00"}, "time"),
        ({"id": "x", "type": "t", "sequence": "1"}, "sequence"),
        ({"id": "x", "type": "t", "sequence": 2**63}, "sequence"),
        ({"id": "x", "type": "t", "customer": ["C"]}, "customer"),
        ({"id": "x", "type": "t", "properties": []}, "properties"),
        ({"id": "x", "type": "t", "properties": {"a": ["\x00"]}}, "properties"),
        ({"id": "x\x00", "type": "t"}, "id"),
        ("an event", "event"),
        (None, "event"),
    ],
)
def test_one_bad_event_stops_nothing_and_is_told_why(api, tenant, event, field):
    answer = send(api, [ONE, event, TWO]).json()
    assert (answer["accepted"], answer["duplicates"]) == (2, 0)
    [rejected] = answer["rejected"]
    assert (rejected["index"], list(rejected["errors"])) == (1, [field])
    assert rejected["errors"][field]
    assert stored(tenant) == ["a", "b"]


def test_every_fault_of_an_event_is_named_at_once(api):
    [rejected] = send(api, {"id": 1, "time": "x", "colour": "red"}).json()["rejected"]
    assert set(rejected["errors"]) == {"id", "type", "time", "colour"}


def test_rejections_come_in_the_order_of_the_batch(api):
    batch = [{"id": "old", "type": "t", "time": "1990-01-01T00:00:00Z"}, {"id": 1}, ONE, {"id": "", "type": "t"}]
    answer = send(api, batch).json()
    assert [rejected["index"] for rejected in answer["rejected"]] == [0, 1, 3]
    assert answer["accepted"] == 1


def test_a_broken_line_stops_no_other_line(api, tenant):
    lines = [
        b'{"id":"a","type":"t"}',
        b'{"id":"b",',
        b"\xff\xfe",
        b'{"id":"c","type":"t","properties":{"n":NaN}}',
        b'{"id":"d","type":"t"}',
    ]
    answer = send(api, b"\n".join(lines), kind="application/x-ndjson").json()
    assert answer["accepted"] == 2
    assert [rejected["index"] for rejected in answer["rejected"]] == [1, 2, 3]
    assert stored(tenant) == ["a", "d"]


def test_of_a_key_given_twice_the_last_one_holds(api, tenant):
    send(api, b'{"id":"first","id":"last","type":"t"}')
    assert stored(tenant) == ["last"]


BOMB = gzip.compress(b" " * 50_000_000)


NO_BATCH = [
    (b"", 400, "application/json", {}),
    (b"7", 400, "application/json", {}),
    (b'"text"', 400, "application/json", {}),
    (b"{", 400, "application/json", {}),
    (b'[{"id":"a","type":"t","properties":{"n":NaN}}]', 400, "application/json", {}),
    (b'[{"id":"a","type":"t","properties":{"n":Infinity}},{"id":1}]', 400, "application/json", {}),
    (b'[{"id":"\xff","type":"t"}]', 400, "application/json", {}),
    (b'[{"id":"\\ud800","type":"t"}]', 400, "application/json", {}),
    (b"[" * 100_000, 400, "application/json", {}),
    (b'[{"id":"a","type":"t","properties":{"n":' + b"[" * 100_000, 400, "application/json", {}),
    (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400, "application/json", {}),
    (b'{"events":{}}', 400, "application/json", {}),
    (b'{"events":[],"more":1}', 400, "application/json", {}),
    (b"not gzip", 400, "application/json", {"content-encoding": "gzip"}),
    (gzip.compress(b'[{"id":"a","type":"t"}]')[:-9], 400, "application/json", {"content-encoding": "gzip"}),
    (BOMB, 413, "application/json", {"content-encoding": "gzip"}),
    (b"[" + b" " * 5 * 1024 * 1024 + b"]", 413, "application/json", {}),
    (json.dumps([ONE] * 5001).encode(), 413, "application/json", {}),
    (b'{"id":"a","type":"t"}\n' * 5001, 413, "application/x-ndjson", {}),
    (b"{}", 415, "application/json", {"content-encoding": "br"}),
    (b"id=a", 415, "application/x-www-form-urlencoded", {}),
]


@pytest.mark.parametrize(("content", "status", "kind", "headers"), NO_BATCH, ids=range(len(NO_BATCH)))
def test_a_body_that_is_no_batch_is_a_problem_and_stores_nothing(api, tenant, content, status, kind, headers):
    answer = send(api, content, kind=kind, **headers)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert problem["status"] == status
    assert problem["detail"]
    assert stored(tenant) == []


def test_five_thousand_events_are_the_most(api):
    batch = [{"id": str(number), "type": "t"} for number in range(5000)]
    assert send(api, batch).json()["accepted"] == 5000


def test_a_number_no_float_holds_rejects_its_event_alone(api):
    answer = send(api, b'[{"id":"a","type":"t"},{"id":"b","type":"t","properties":{"n":1e999}}]').json()
    assert (answer["accepted"], [r["index"] for r in answer["rejected"]]) == (1, [1])


class TestDryRun:
    def test_it_says_what_an_event_would_touch_and_stores_nothing(self, api, tenant):
        path = make_journey(tenant, stages=["Buy"], name="Winter tyres")
        make_customer(tenant, "C-1")
        slug = path.touchpoints[0].slug
        batch = [ONE | {"touchpoint": slug, "customer": "C-1"}, TWO | {"touchpoint": "Kiosk 7"}, ONE, {"id": 1}]
        answer = send(api, batch, query="?dry_run=1").json()
        assert (answer["dry_run"], answer["accepted"], answer["duplicates"]) == (True, 2, 1)
        assert [r["index"] for r in answer["rejected"]] == [3]
        known, unknown, again = answer["explanations"]
        assert known["outcome"] == "accepted"
        assert f"Touchpoint: {path.touchpoints[0].name} ({slug})." in known["explanation"]
        assert "Stage: Buy of the journey Winter tyres." in known["explanation"]
        assert "Customer: C-1." in known["explanation"]
        assert any("none is called 'Kiosk 7'" in sentence for sentence in unknown["explanation"])
        assert again["outcome"] == "duplicate"
        assert stored(tenant) == []
        assert QueueRow.objects.count() == 0
        assert send(api, batch).json()["accepted"] == 2

    def test_it_knows_what_was_sent_before(self, api):
        send(api, ONE)
        [explanation] = send(api, ONE, query="?dry_run=1").json()["explanations"]
        assert explanation["outcome"] == "duplicate"

    def test_an_id_that_cannot_be_stored_is_refused_and_the_others_explained(self, api):
        answer = send(api, [ONE, {**ONE, "id": "a\x00"}], query="?dry_run=1").json()
        assert ([r["index"] for r in answer["rejected"]], len(answer["explanations"])) == ([1], 1)

    @pytest.mark.parametrize("query", ["?dry_run=yes", "?dryrun=1", "?dry_run="])
    def test_a_mistyped_parameter_is_refused_before_anything_is_stored(self, api, tenant, query):
        assert send(api, ONE, query=query).status_code == 400
        assert stored(tenant) == []


def test_events_go_to_the_keys_company_and_no_other(api, tenant):
    other = make_tenant()
    assert send(api_of(make_key(other)), ONE).json()["accepted"] == 1
    assert send(api, ONE).json()["accepted"] == 1
    assert (stored(tenant), stored(other)) == (["a"], ["a"])
