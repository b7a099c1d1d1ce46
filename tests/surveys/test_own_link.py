"""The link of an answer given by a QR code: on the thank-you page, and later with what came of it."""

from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from cxplatform.tenancy.context import activate
from surveys.doors.own import Own, path_of, read_token, token_of
from surveys.models import Deed, Response
from tests.factories import client_of, make_member, make_tenant, make_touchpoint
from tests.surveys.test_page import Respondent
from tests.surveys.worlds import NPS, REASON, make_link, make_survey

pytestmark = pytest.mark.django_db


def read(address: str) -> tuple[int, str]:
    found = Client().get(address)
    return found.status_code, unescape(found.content.decode())


def test_a_token_says_whose_it_is_and_cannot_be_made_by_others() -> None:
    for own in (Own(7, response_id=uuid4()), Own(7, follow_up_id=2**40)):
        token = token_of(own)
        assert read_token(token) == own
        for place in range(len(token)):
            other = "A" if token[place] != "A" else "B"
            assert read_token(token[:place] + other + token[place + 1 :]) is None
    for nonsense in ("", "x", token[:-1], f"{token}A", "ä" * 44, "\x00" * 44, "A" * 4_000):
        assert read_token(nonsense) is None
        assert nonsense in ("", "\x00" * 44) or Client().get(f"/r/{nonsense}", follow=True).status_code == 404


def test_who_answers_by_a_code_keeps_a_link_to_what_comes_of_it() -> None:
    tenant = make_tenant(language="fi")
    place, elsewhere = make_touchpoint(tenant), make_touchpoint(tenant)
    survey = make_survey(tenant, questions=[NPS, REASON], touchpoint=place)
    link = make_link(tenant, survey)
    today = timezone.localdate(timezone=tenant.zone)
    with activate(tenant.pk):
        for at, day, published, did in (
            (place, today, True, "Lisäsimme kassan."),
            (None, today, True, "Palkkasimme lisää väkeä."),
            (place, today, False, "Luonnos."),
            (place, today + timedelta(days=1), True, "Huomenna."),
            (place, today - timedelta(days=366), True, "Vanhaa."),
            (elsewhere, today, True, "Toisaalla."),
        ):
            Deed.objects.create(touchpoint=at, said={"fi": "Jonot."}, did={"fi": did}, done_on=day, published=published)
    guest = Respondent(link)
    guest.press(a="2")
    guest.write(reason="Jonotin tunnin.")
    assert "Lisäsimme kassan." in guest.html
    assert "Palkkasimme lisää väkeä." in guest.html
    for untold in ("Luonnos.", "Huomenna.", "Vanhaa.", "Toisaalla."):
        assert untold not in guest.html
    with activate(tenant.pk):
        response = Response.objects.get()
    own = path_of(Own(tenant.pk, response_id=response.id))
    assert own in guest.html

    status, html = read(own)
    assert status == 200
    assert "Jonotin tunnin." in html
    assert "Muuta vastausta" not in html  # the link may be read by others; only a personal one changes answers
    assert Client().get(f"{own}?lang=sv").headers["Content-Language"] == "sv"
    sent = Client().post(own, {"end": "contact", "email": "ann@example.org", "lang": "fi"})
    assert "Kiitos, otamme sinuun yhteyttä." in sent.content.decode()
    with activate(tenant.pk):
        response.refresh_from_db()
        assert response.contact["email"] == "ann@example.org"
        Response.objects.update(submission_id=f"cx.erased:{response.id}")
    assert read(own)[0] == 404
    assert read(path_of(Own(make_tenant().pk, response_id=response.id)))[0] == 404  # another company's key to it


def test_what_was_done_is_written_by_who_defines() -> None:
    tenant = make_tenant(language="fi")
    lead = client_of(make_member(tenant, "cx_lead"))
    page = f"/t/{tenant.slug}/said-and-done/"
    whole: dict[str, Any] = {"said_fi": "Jonot.", "did_fi": "=HYPERLINK(1)", "done_on": "2026-11-02", "published": "on"}
    for wrong, said in (
        ({"done_on": "2126-01-01"}, "This day is ahead"),
        ({"done_on": "1026-01-01"}, "from the year 2000"),
        ({"said_sv": "Köer."}, "Write both in this language"),
        ({"did_fi": ""}, "This field is required"),
        ({"did_fi": "x" * 501}, "at most 500"),
        ({"touchpoint": "999999"}, "Select a valid choice"),
    ):
        answer = lead.post(page, {**whole, **wrong}, headers={"accept-language": "en"})
        assert (answer.status_code, said in answer.content.decode()) == (400, True), said
    assert lead.post(page, whole).status_code == 302
    with activate(tenant.pk):
        deed = Deed.objects.get()
    assert (deed.did, deed.done_on, deed.published) == ({"fi": "=HYPERLINK(1)"}, date(2026, 11, 2), True)
    assert lead.post(f"{page}{deed.pk}/", {**whole, "did_fi": "Kassa.", "published": ""}).status_code == 302
    with activate(tenant.pk):
        deed.refresh_from_db()
    assert (deed.did, deed.published) == ({"fi": "Kassa."}, False)
    assert lead.post(f"{page}{deed.pk}/remove").status_code == 302
    assert client_of(make_member(role="cx_lead")).post(f"{page}{deed.pk}/remove").status_code == 404
    with activate(tenant.pk):
        assert not Deed.objects.exists()
