"""What every endpoint has in common: keys, scopes, limits, problems, and writes that are done once."""

import json
import threading
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from cxplatform.api import limits
from cxplatform.api.authentication import rotate_key
from cxplatform.api.models import IdempotentRequest
from cxplatform.api.tasks import forget_requests
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import ApiKey
from journeys.models import Unit
from tests.factories import api_of, make_key, make_tenant, make_unit

pytestmark = pytest.mark.django_db

UNIT = {"name": "Turku", "slug": "turku"}


@pytest.fixture
def tenant():
    return make_tenant()


@pytest.fixture
def api(tenant) -> Client:
    return api_of(make_key(tenant))


def post(api: Client, data: Any = UNIT, *, path: str = "/api/v1/units", **headers: str) -> Any:
    return api.post(path, data, content_type="application/json", headers=headers)


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    document = answer.json()
    assert document["status"] == status
    assert document["title"] == HTTPStatus(status).phrase
    assert document["detail"]
    return document


class TestKeys:
    @pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic Y3g6Y3g=", "Bearer cx_" + "a" * 43])
    def test_what_is_no_key_is_refused(self, header):
        problem(Client(headers={"authorization": header}).get("/api/v1/units"), 401)

    def test_revoked_and_expired_keys_are_refused(self, tenant):
        for fields in ({"revoked_at": timezone.now()}, {"expires_at": timezone.now() - timedelta(seconds=1)}):
            key = make_key(tenant)
            ApiKey.objects.filter(pk=key.key.pk).update(**fields)
            problem(api_of(key).get("/api/v1/units"), 401)

    def test_after_a_rotation_both_secrets_work_for_a_while(self, tenant):
        old = make_key(tenant)
        new = rotate_key(old.key, grace=timedelta(hours=1))
        assert old.secret != new.secret
        assert timedelta(minutes=59) < old.key.previous_until - timezone.now() <= timedelta(hours=1)
        for key in (old, new):
            assert api_of(key).get("/api/v1/units").status_code == 200
        ApiKey.objects.update(previous_until=timezone.now() - timedelta(seconds=1))
        assert api_of(new).get("/api/v1/units").status_code == 200
        problem(api_of(old).get("/api/v1/units"), 401)

    def test_revoking_ends_the_old_secret_too(self, tenant):
        old = make_key(tenant)
        rotate_key(old.key)
        ApiKey.objects.update(revoked_at=timezone.now())
        problem(api_of(old).get("/api/v1/units"), 401)

    def test_their_last_use_is_noted(self, api):
        api.get("/api/v1/units")
        assert timezone.now() - ApiKey.objects.get().last_used_at < timedelta(minutes=1)


class TestProblems:
    def test_unknown_addresses(self, api):
        for path in ("/api/v1/", "/api/v1/nothing", "/api/v1/units/", "/api/v1/units/a/b", "/api/v1/units/%00"):
            problem(api.get(path), 404)
        problem(api.get("/api/v1/customers/a%00b"), 404)
        problem(api.get("/api/v2"), 404)

    def test_accept_and_content_type(self, api):
        problem(api.get("/api/v1/units", headers={"accept": "application/xml"}), 406)
        problem(api.post("/api/v1/units", "<a/>", content_type="application/xml"), 415)

    def test_a_body_that_is_not_json(self, api):
        for content in (b"{", b'{"name": NaN}', b"\xff", b"[" * 100_000, b'{"name": "\\ud800"}', b'{"n":1e999}'):
            problem(api.post("/api/v1/units", content, content_type="application/json"), 400)
        answer = api.post("/api/v1/units", b" " * (5 * 1024 * 1024 + 1), content_type="application/json")
        problem(answer, 413)

    def test_an_error_of_ours_is_a_problem_that_stores_nothing(self, tenant, monkeypatch):
        from cxplatform.tenancy import audit

        def fail(*args: Any, **kwargs: Any) -> None:
            raise RuntimeError("a fault of ours")

        monkeypatch.setattr(audit, "record", fail)
        api = api_of(make_key(tenant), raise_request_exception=False)
        found = problem(post(api), 500)
        assert "a fault" not in json.dumps(found)
        with activate(tenant.pk):
            assert not Unit.objects.exists()

    def test_they_speak_english_whatever_is_asked_for(self, api):
        answer = post(api, {}, **{"accept-language": "fi"})
        assert answer.json()["errors"][0]["message"] == "This field is required."


class TestLimits:
    def test_every_answer_says_what_is_left(self, api, settings):
        settings.API_REQUESTS_PER_MINUTE = 2
        first, second, third = (api.get("/api/v1/units") for _ in range(3))
        assert [answer["RateLimit-Remaining"] for answer in (first, second, third)] == ["1", "0", "0"]
        assert first["RateLimit-Limit"] == "2"
        problem(third, 429)
        assert 1 <= int(third["Retry-After"]) <= 61

    def test_a_company_does_not_use_up_anothers(self, api, settings):
        settings.API_REQUESTS_PER_MINUTE = 1
        api.get("/api/v1/units")
        assert api_of(make_key(make_tenant())).get("/api/v1/units").status_code == 200

    def test_without_the_cache_nobody_is_held_up(self, api, settings):
        settings.API_REQUESTS_PER_MINUTE = 1
        settings.CACHES = {
            "default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/valkey.sock?db=0"},
        }
        assert [api.get("/api/v1/units").status_code for _ in range(3)] == [200, 200, 200]

    @pytest.mark.parametrize("limit", [1, 7, 999, 3_500])
    def test_processes_that_take_some_at_a_time_let_no_more_through_together(self, limit):
        processes = [limits.Leases(), limits.Leases()]
        window = 1_000_000_000 + limit  # a minute of no other test
        let_through = [
            turn
            for turn in range(limit + 1)
            for leases in processes
            if leases.one_more(key=1, limit=limit, window=window) <= limit
        ]
        assert len(let_through) == limit


class TestStraight:
    """REST goes past the middleware of pages, and loses nothing by it."""

    def test_an_answer_has_its_length_and_nothing_of_a_page(self, api):
        answer = api.get("/api/v1/units")
        assert int(answer["Content-Length"]) == len(answer.content)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert not answer.cookies
        assert "Vary" not in answer or "Cookie" not in answer["Vary"]

    def test_a_foreign_host_is_refused(self, api):
        problem(api.get("/api/v1/units", headers={"host": "elsewhere.example"}), 400)

    def test_the_reference_is_a_page(self, client):
        assert "script-src" in client.get("/api/v1/docs")["Content-Security-Policy"]


class TestDoneOnce:
    def test_a_retry_gets_the_first_answer_and_changes_nothing(self, api, tenant):
        first = post(api, **{"idempotency-key": "k-1"})
        again = post(api, **{"idempotency-key": "k-1"})
        assert (first.status_code, first.json()) == (201, again.json())
        assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
        assert "Idempotency-Replayed" not in first

    def test_an_empty_answer_is_kept_too(self, api):
        post(api)
        for replayed in (False, True):
            answer = api.delete("/api/v1/units/turku", headers={"idempotency-key": "d"})
            assert (answer.status_code, answer.content) == (204, b"")
            assert ("Idempotency-Replayed" in answer) is replayed

    def test_the_same_key_for_another_request_is_refused(self, api, tenant):
        post(api, **{"idempotency-key": "k"})
        problem(post(api, UNIT | {"slug": "other"}, **{"idempotency-key": "k"}), 422)
        problem(post(api, path="/api/v1/channels", **{"idempotency-key": "k"}), 422)

    def test_errors_are_not_remembered(self, api):
        problem(post(api, {"slug": "turku"}, **{"idempotency-key": "k"}), 400)
        assert post(api, **{"idempotency-key": "k"}).status_code == 201

    def test_keys_of_different_api_keys_are_different(self, api, tenant):
        post(api, **{"idempotency-key": "k"})
        other = api_of(make_key(tenant))
        assert post(other, UNIT | {"slug": "oulu"}, **{"idempotency-key": "k"}).status_code == 201
        outsider = api_of(make_key(make_tenant()))
        assert post(outsider, UNIT | {"slug": "pori"}, **{"idempotency-key": "k"}).status_code == 201

    @pytest.mark.parametrize("key", ["", " ", "a" * 151, "ä", "a b"])
    def test_a_key_of_another_shape_is_refused(self, api, key):
        found = problem(post(api, **{"idempotency-key": key}), 400)
        assert found["errors"][0]["field"] == "Idempotency-Key"

    def test_it_holds_for_events(self, api):
        event = {"id": "a", "type": "t"}
        answers = [post(api, event, path="/api/v1/events", **{"idempotency-key": "e"}).json() for _ in range(2)]
        assert answers[0] == answers[1] == {"accepted": 1, "duplicates": 0, "rejected": []}

    def test_answers_are_forgotten_in_time(self, api, tenant):
        post(api, **{"idempotency-key": "old"})
        post(api, UNIT | {"slug": "new"}, **{"idempotency-key": "new"})
        with activate(tenant.pk):
            old = IdempotentRequest.objects.filter(key__endswith=":old")
            old.update(made_at=timezone.now() - timedelta(days=8))
        forget_requests.run()
        with activate(tenant.pk):
            assert [row.key.partition(":")[2] for row in IdempotentRequest.objects.all()] == ["new"]

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_are_done_once(self, tenant):
        key = make_key(tenant)
        answers = []

        def send() -> None:
            try:
                answers.append(
                    post(api_of(key), {"id": "a", "type": "t"}, path="/api/v1/events", **{"idempotency-key": "k"})
                )
            finally:
                connection.close()

        threads = [threading.Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [answer.json()["accepted"] for answer in answers] == [1, 1, 1, 1]
        assert sorted("Idempotency-Replayed" in answer for answer in answers) == [False, True, True, True]

    @pytest.mark.django_db(transaction=True)
    def test_two_that_make_the_same_identifier_at_once_end_in_one_and_an_error(self, tenant):
        key = make_key(tenant)
        answers = []

        def send() -> None:
            try:
                answers.append(post(api_of(key)).status_code)
            finally:
                connection.close()

        threads = [threading.Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == [201, 400, 400, 400]


def test_nothing_of_another_company_is_seen_by_its_id_in_a_cursor(api):
    theirs = make_unit(make_tenant())
    answer = api.get("/api/v1/units", {"cursor": "MA"})  # "0": from the very first
    assert theirs.slug not in answer.content.decode()
