"""Customers over REST: merged by the identifier of the company's own systems, one or a thousand at a time."""

import json
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Scope
from journeys.models import Customer
from tests.factories import api_of, make_customer, make_key, make_tenant

pytestmark = pytest.mark.django_db

EMPTY: dict[str, Any] = {
    "name": "",
    "email": "",
    "phone": "",
    "locale": "",
    "account": "",
    "role": "",
    "dimensions": {},
}
EMPTY |= {"preferred_channel": None, "ambassador_at": None}


@pytest.fixture
def tenant():
    return make_tenant()


@pytest.fixture
def api(tenant) -> Client:
    return api_of(make_key(tenant))


def call(api: Client, method: str, path: str, data: Any = None) -> Any:
    return api.generic(method, f"/api/v1/customers{path}", _json(data), content_type="application/json")


def _json(data: Any) -> bytes:
    return b"" if data is None else json.dumps(data).encode()


@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: [one], lambda one: {"customers": [one]}])
def test_one_an_array_or_a_named_array_is_taken_in(api, wrap):
    one = {"external_id": "C-1", "name": "Aino", "dimensions": {"segment": "consumer", "stores": 2, "loyal": True}}
    assert call(api, "POST", "", wrap(one)).json() == {"created": 1, "updated": 0, "rejected": []}
    assert call(api, "GET", "/C-1").json() == EMPTY | one


def test_what_is_left_out_stays_and_dimensions_are_merged(api):
    call(api, "POST", "", {"external_id": "C-1", "name": "Aino", "phone": "1", "dimensions": {"a": "x", "b": "y"}})
    sent = [{"external_id": "C-1", "phone": "", "dimensions": {"b": None, "c": "z"}}, {"external_id": "C-2"}]
    assert call(api, "POST", "", sent).json() == {"created": 1, "updated": 1, "rejected": []}
    found = call(api, "GET", "/C-1").json()
    assert found == EMPTY | {"external_id": "C-1", "name": "Aino", "dimensions": {"a": "x", "c": "z"}}


def test_put_makes_or_replaces_and_patch_changes(api):
    assert call(api, "PUT", "/a%2Fb c", {"name": "Aino", "dimensions": {"a": "x"}}).status_code == 201
    answer = call(api, "PUT", "/a%2Fb c", {"email": "aino@example.org"})
    assert (answer.status_code, answer.json()) == (200, EMPTY | {"external_id": "a/b c", "email": "aino@example.org"})
    answer = call(api, "PATCH", "/a%2Fb c", {"dimensions": {"b": "y"}})
    assert answer.json() == EMPTY | {"external_id": "a/b c", "email": "aino@example.org", "dimensions": {"b": "y"}}
    assert call(api, "PATCH", "/unknown", {}).status_code == 404


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"external_id": ""}, "external_id"),
        ({"external_id": " "}, "external_id"),
        ({"external_id": 7}, "external_id"),
        ({"external_id": "x" * 201}, "external_id"),
        ({"email": "nobody"}, "email"),
        ({"name": None}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"colour": "red"}, "colour"),
        ({"ambassador_at": "2026-11-22T09:30:00"}, "ambassador_at"),
        ({"ambassador_at": "0875-07-02T03:19:27+22:09"}, "ambassador_at"),
        ({"ambassador_at": "9999-12-31T23:59:59-12:00"}, "ambassador_at"),
        ({"dimensions": []}, "dimensions"),
        ({"dimensions": {"a": [1]}}, "dimensions"),
        ({"dimensions": {"a": ""}}, "dimensions"),
        ({"dimensions": {"": "a"}}, "dimensions"),
        ({"dimensions": {f"d{n}": "x" for n in range(51)}}, "dimensions"),
    ],
)
def test_one_bad_customer_stops_no_other(api, fields, named):
    sent = [{"external_id": "a"}, {"external_id": "b"} | fields, {"external_id": "c"}]
    answer = call(api, "POST", "", sent).json()
    assert (answer["created"], [rejected["index"] for rejected in answer["rejected"]]) == (2, [1])
    assert list(answer["rejected"][0]["errors"]) == [named]


def test_an_offset_no_database_takes_is_the_same_moment_in_utc(api):
    call(api, "POST", "", [{"external_id": "a", "ambassador_at": "2026-11-22T09:30:00+22:09"}])
    assert datetime.fromisoformat(call(api, "GET", "/a").json()["ambassador_at"]) == datetime(
        2026, 11, 21, 11, 21, tzinfo=UTC
    )


def test_a_customer_sent_twice_in_a_request_is_rejected_the_second_time(api):
    answer = call(api, "POST", "", [{"external_id": "a", "name": "1"}, {"external_id": "a", "name": "2"}]).json()
    assert (answer["created"], answer["rejected"][0]["index"]) == (1, 1)
    assert call(api, "GET", "/a").json()["name"] == "1"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ([{"external_id": str(n)} for n in range(1001)], 413),
        ({"customers": {}}, 400),
        ([{"external_id": "a", "name": "\x00"}], 400),
    ],
)
def test_a_request_that_is_no_list_of_customers_is_a_problem(api, tenant, data, status):
    assert call(api, "POST", "", data).status_code == status
    with activate(tenant.pk):
        assert not Customer.objects.exists()


def test_put_names_what_is_wrong(api):
    wrong = [([], "body"), ({"name": 1}, "name"), ({"email": "x"}, "email"), ({"external_id": "y"}, "external_id")]
    for data, named in wrong:
        answer = call(api, "PUT", "/a", data)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, named)
    assert call(api, "PUT", f"/{'x' * 201}", {}).status_code == 400


def test_the_list_goes_on_by_cursor_and_by_account(api):
    sent = [{"external_id": f"C-{n}", "account": "Acme" if n % 2 else "Other"} for n in range(5)]
    call(api, "POST", "", sent)
    first = call(api, "GET", "?page_size=3").json()
    second = api.get(first["next"]).json()
    assert [row["external_id"] for row in first["results"] + second["results"]] == [f"C-{n}" for n in range(5)]
    assert [row["external_id"] for row in call(api, "GET", "?account=Acme").json()["results"]] == ["C-1", "C-3"]


def test_reading_who_customers_are_is_a_scope_of_its_own(tenant):
    make_customer(tenant, "C-1")
    reader = api_of(make_key(tenant, [Scope.READ]))
    assert call(reader, "GET", "").status_code == call(reader, "GET", "/C-1").status_code == 403


def test_an_outsider_sees_and_changes_nothing(api, tenant):
    make_customer(tenant, "C-1", name="Aino")
    outsider = api_of(make_key(make_tenant()))
    assert call(outsider, "GET", "").json()["results"] == []
    assert call(outsider, "GET", "/C-1").status_code == 404
    assert call(outsider, "PATCH", "/C-1", {"name": "X"}).status_code == 404
    assert call(outsider, "PUT", "/C-1", {"name": "X"}).status_code == 201
    assert call(api, "GET", "/C-1").json()["name"] == "Aino"


@pytest.mark.django_db(transaction=True)
def test_batches_that_share_customers_do_not_stop_each_other():
    tenant = make_tenant()
    key = make_key(tenant)
    names = [f"C-{n}" for n in range(200)]
    answers = []

    def send(order: list[str], field: str) -> None:
        try:
            for _ in range(3):
                sent = [{"external_id": name, field: "x"} for name in order]
                answers.append(call(api_of(key), "POST", "", sent).status_code)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=send, args=(names, "name")),
        threading.Thread(target=send, args=(names[::-1], "phone")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 6
    with activate(tenant.pk):
        assert set(Customer.objects.values_list("name", "phone")) == {("x", "x")}
        assert Customer.objects.count() == 200
