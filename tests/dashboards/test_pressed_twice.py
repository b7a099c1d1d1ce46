"""A form pressed twice, and two people who name the same thing in the same instant."""

import re
import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory

from cxplatform.api.models import IdempotentRequest
from cxplatform.api.pressed_twice import PressedTwice
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import ApiKey
from dashboards.models import Experiment, Gesture, Round
from surveys.answer import record_responses
from surveys.models import FollowUp, Response
from tests.dashboards.worlds import days_ago
from tests.factories import client_of, make_member, make_tenant, make_touchpoint
from tests.surveys.worlds import NPS, REASON, count_all, make_survey, submission

COFFEE = {"name": "Coffee", "description": "A cup while waiting.", "currency": "EUR", "with_staff": "the desk"}


@pytest.mark.django_db(transaction=True)
def test_a_form_pressed_twice_does_its_work_once() -> None:
    tenant = make_tenant()
    shop = make_touchpoint(tenant, "shop")
    lead = make_member(tenant, "cx_lead")
    base = f"/t/{tenant.slug}/"
    browser = client_of(lead, enforce_csrf_checks=True)

    def showing(page: str) -> str:
        return re.findall(r'csrfmiddlewaretoken" value="(\w+)"', browser.get(base + page).content.decode())[-1]

    def press(page: str, token: str, fields: dict[str, Any]) -> Any:
        return browser.post(base + page, fields | {"csrfmiddlewaretoken": token})

    def together(*presses: Any) -> list[Any]:
        got: list[Any] = []
        gate = threading.Barrier(len(presses))

        def run(page: str, token: str, fields: dict[str, Any]) -> None:
            gate.wait(10)
            got.append(press(page, token, fields))
            connection.close()

        threads = [threading.Thread(target=run, args=each) for each in presses]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        return got

    tried = {"name": "Till", "variants": "one\ntwo", "metric": "nps/0-10", "least": "15", "touchpoint": shop.pk}
    opened = {"name": "Spring", "closes_on": str(days_ago(-20, tenant)), "roles": ["cx_lead"]}
    for page, form, fields, model in (
        ("gestures/new/", "gestures/new/", COFFEE, Gesture),
        ("experiments/new/", "experiments/new/", tried, Experiment),
        ("plan/barriers/", "plan/barriers/open/", opened, Round),
    ):
        token = showing(page)
        assert press(form, token, {}).status_code == 400  # what was wrong is not remembered as a press
        answers = together((form, token, fields), (form, token, fields))
        assert [answer.status_code for answer in answers] == [302, 302], page
        assert len({answer["Location"] for answer in answers}) == 1
        with activate(tenant.pk):
            assert model.objects.count() == 1, page

    first, second = showing("gestures/new/"), showing("gestures/new/")
    answers = together(("gestures/new/", first, COFFEE), ("gestures/new/", second, COFFEE))
    assert [answer.status_code for answer in answers] == [302, 302]
    with activate(tenant.pk):
        assert set(Gesture.objects.values_list("slug", flat=True)) == {"coffee", "coffee-2", "coffee-3"}
    # Something else from the same showing, and then the first again, are meant.
    assert press("gestures/new/", first, COFFEE | {"name": "Tea"}).status_code == 302
    assert press("gestures/new/", first, COFFEE).status_code == 302
    with activate(tenant.pk):
        assert Gesture.objects.count() == 5

    # Two who follow up the same answer: it is one follow-up, and the later is shown it.
    survey = make_survey(tenant, questions=(NPS, REASON), touchpoint=shop)
    with activate(tenant.pk):
        assert not record_responses([submission(survey, nps=2, texts={"reason": "Slow"})], collected_by="link").rejected
    count_all(tenant)
    with activate(tenant.pk):
        said = {"response": str(Response.objects.get().id), "key": "reason"}
    first, second = showing("gestures/new/"), showing("gestures/new/")
    answers = together(("feedback/follow/", first, said), ("feedback/follow/", second, said))
    assert [answer.status_code for answer in answers] == [302, 302]
    with activate(tenant.pk):
        assert FollowUp.objects.count() == 1


@pytest.mark.django_db
def test_a_file_put_right_is_another_press_and_nothing_kept_tells_whose_press_it_was() -> None:
    """A figure put right leaves name and size as they were; an answer without a name must have none here either."""
    factory, tenant = RequestFactory(), make_tenant()
    lead = make_member(tenant, "cx_lead").user
    token = get_token(factory.get("/"))

    def press(words: str, token: str = token) -> bool:
        file = SimpleUploadedFile("scores.csv", words.encode())
        request: Any = factory.post("/imports/", {"file": file, "mark": "1", "csrfmiddlewaretoken": token})
        request.user, request.tenant = lead, tenant
        again = PressedTwice(lambda _request: HttpResponse()).process_view(request)
        assert request.FILES["file"].read() == words.encode()  # whoever reads it finds all of it
        return again is None

    with activate(tenant.pk):
        assert [press("7"), press("7"), press("8")] == [True, False, True]
        assert press("8", token=get_token(factory.get("/")))
        kept = IdempotentRequest.objects.values_list("key", "digest")
        assert len({digest for _key, digest in kept}) == 2, "what was sent can be told by trying"
        assert not [key for key, _digest in kept if f":{lead.pk}:" in key]


@pytest.mark.django_db
def test_what_is_shown_once_is_shown_to_the_second_press_too() -> None:
    tenant = make_tenant()
    browser = client_of(make_member(tenant, "admin"), enforce_csrf_checks=True)
    base = f"/t/{tenant.slug}/settings/keys/"

    def press(address: str, token: str, **fields: Any) -> Any:
        return browser.post(address, fields | {"csrfmiddlewaretoken": token})

    def showing() -> str:
        return re.findall(r'csrfmiddlewaretoken" value="(\w+)"', browser.get(base).content.decode())[-1]

    def secret(answer: Any) -> str:
        assert answer.status_code == 200
        nonce = re.findall(r"'nonce-([^']+)'", answer["Content-Security-Policy"])[0]
        assert set(re.findall(r'nonce="([^"]+)"', answer.content.decode())) == {nonce}
        return re.findall(r"cx_[\w-]{40,}", answer.content.decode())[0]

    token, wanted = showing(), {"name": "Shop", "scopes": ["read"]}
    said = [press(base, token, name="").context["form"].errors for _twice in range(2)]
    assert said[0] and said[0] == said[1] and not ApiKey.objects.filter(tenant=tenant).exists()
    first, second = (secret(press(base, token, **wanted)) for _twice in range(2))
    key = ApiKey.objects.get(tenant=tenant)
    assert first == second and key.hash == ApiKey.digest(first)
    with activate(tenant.pk):
        assert all(first.encode() not in bytes(row.body) for row in IdempotentRequest.objects.all())
    token = showing()
    rotated, again = (secret(press(f"{base}{key.pk}/rotate/", token)) for _twice in range(2))
    key.refresh_from_db()
    assert rotated == again and key.hash == ApiKey.digest(again)
    assert key.previous_hash == ApiKey.digest(first)  # what integrations send works for its day
