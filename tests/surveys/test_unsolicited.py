"""Feedback nobody asked for: kept once, shown with its source, never in a score."""

from typing import Any

import pytest

from cxplatform.pipeline.claim import drain
from cxplatform.pipeline.rebuild import rebuild
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Scope, Tenant
from journeys.models import Event, EventKey, Touchpoint
from surveys.models import Response, ScoreRollup, Survey
from tests.dashboards.worlds import count, nps
from tests.factories import api_of, client_of, make_key, make_member, make_tenant, make_touchpoint

pytestmark = pytest.mark.django_db
REVIEW: dict[str, Any] = {
    "id": "r-1",
    "source": "google",
    "text": "Renkaat vaihtuivat vartissa.",
    "rating": 4,
    "rating_scale": "1-5",
    "link": "https://maps.example.com/r-1",
    "author": "Maija M.",
    "customer": "c-1",
    "touchpoint": "garage",
}


@pytest.fixture
def tenant() -> Tenant:
    tenant = make_tenant()
    make_touchpoint(tenant, "garage")
    return tenant


def send(tenant: Tenant, data: Any) -> Any:
    client = api_of(make_key(tenant, [Scope.RESPONSES_WRITE]))
    return client.post("/api/v1/feedback", data, content_type="application/json")


def test_it_is_kept_with_its_source_and_counts_in_no_score(tenant: Tenant) -> None:
    assert send(tenant, REVIEW).json() == {"accepted": 1, "duplicates": 0, "rejected": []}
    drain(tenant.pk)
    with activate(tenant.pk):
        kept = Response.objects.get()
        assert (kept.wave, kept.scores, kept.counted) == ("unsolicited", {}, {})
        assert kept.answers == {"source": "google", "rating": 4.0, "rating_scale": "1-5"}
        assert kept.texts == {"text": REVIEW["text"], "link": REVIEW["link"], "author": "Maija M."}
        event = Event.objects.get()
        assert (event.id, event.type, event.customer_id) == (kept.id, "feedback.received", kept.customer_id)
        assert "vartissa" not in str(event.properties)
        assert not ScoreRollup.objects.exists()
        assert not Survey.objects.in_use().exists()
    rebuild(tenant.pk)
    with activate(tenant.pk):
        assert not ScoreRollup.objects.exists()


def test_the_same_piece_is_kept_once_however_often_and_late_it_is_sent(tenant: Tenant) -> None:
    other = {**REVIEW, "source": "facebook"}
    assert send(tenant, [REVIEW, REVIEW, other]).json()["accepted"] == 2
    assert send(tenant, {"feedback": [REVIEW]}).json()["duplicates"] == 1
    with activate(tenant.pk):
        EventKey.objects.all().delete()  # as they go after thirty days
    assert send(tenant, REVIEW).json()["duplicates"] == 1
    with activate(tenant.pk):
        assert Response.objects.count() == Event.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": None, "rating": None, "rating_scale": None}, "text"),
        ({"rating": 6}, "rating"),
        ({"rating_scale": None}, "rating_scale"),
        ({"rating_scale": "5-1"}, "rating_scale"),
        ({"rating_scale": "stars"}, "rating_scale"),
        ({"rating": None}, "rating"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "https://"}, "link"),
        ({"link": 'https://a.example/"onclick'}, "link"),
        ({"time": "yesterday"}, "time"),
        ({"time": "2990-01-01T00:00:00Z"}, "time"),
        ({"source": " "}, "source"),
        ({"source": "x" * 41}, "source"),
        ({"stars": 5}, "stars"),
    ],
)
def test_bad_pieces_are_refused_by_field_and_stop_nothing(tenant: Tenant, change: Any, field: str) -> None:
    answer = send(tenant, [{**REVIEW, **change}, {**REVIEW, "id": "good"}])
    assert answer.status_code == 200
    assert answer.json()["accepted"] == 1
    (rejected,) = answer.json()["rejected"]
    assert (rejected["index"], rejected["id"]) == (0, "r-1")
    assert field in rejected["errors"]


def test_a_nul_is_refused_by_its_place(tenant: Tenant) -> None:
    answer = send(tenant, {**REVIEW, "text": "a\x00b"})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["text"]


def test_too_many_are_refused(tenant: Tenant) -> None:
    assert send(tenant, [REVIEW] * 1001).status_code == 413


def test_the_touchpoint_page_shows_it_with_its_source_and_link(tenant: Tenant) -> None:
    with activate(tenant.pk):
        place = Touchpoint.objects.get()
    count(tenant, nps(10, 5, 5), at=place)
    send(tenant, {**REVIEW, "text": "<b>Hyvä</b> soita 0401234567"})
    drain(tenant.pk)
    client = client_of(make_member(tenant, "viewer"), headers={"accept-language": "en"})
    shown = client.get(f"/t/{tenant.slug}/touchpoints/garage/").content.decode()
    assert "&lt;b&gt;Hyvä&lt;/b&gt; soita •••" in shown
    assert 'href="https://maps.example.com/r-1"' in shown
    assert "4 (1-5)" in shown
    assert "Maija" not in shown


def test_another_companys_key_sees_nothing_of_it(tenant: Tenant) -> None:
    other = make_tenant()
    send(tenant, REVIEW)
    assert send(other, REVIEW).json()["accepted"] == 1
    with activate(other.pk):
        assert Response.objects.get().touchpoint_id is None
