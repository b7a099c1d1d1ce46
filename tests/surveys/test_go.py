"""Typing the code of a receipt, and the card on which it is printed."""

import re
from typing import Any

import pytest
from django.test import Client

from surveys.doors.cards import Card, NotPrintable, pdf, svg
from surveys.doors.go import spaced
from surveys.models import SurveyLink
from tests.factories import client_of, make_member, make_tenant
from tests.surveys.worlds import make_link, make_survey

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def link(kept: None) -> SurveyLink:
    tenant = make_tenant(name="Rengasala Oy", language="fi", brand_colour="#f2c200")
    return make_link(tenant, make_survey(tenant), short="7k20q1", code="rengasvaihto")


def typed(code: str, **headers: str) -> Any:
    return Client().post("/go", {"code": code, "lang": "sv"}, headers=headers)


@pytest.mark.parametrize(
    "code", ["7k20q1", "7K20Q1", " 7K2 0Q1 ", "7k2-0q1", "7K2OQI", "7k2oql", "rengasvaihto", "Rengas Vaihto"]
)
def test_a_code_is_found_however_it_is_typed(link: SurveyLink, code: str) -> None:
    answer = typed(code)
    assert (answer.status_code, answer["Location"]) == (302, "/s/rengasvaihto?lang=sv")
    assert not answer.cookies


@pytest.mark.parametrize("code", ["7k20q2", "x", "7k20q", "é" * 6, "a\x00b5678", "'; DROP", "1" * 5_000, "<b>abcd"])
def test_a_code_that_is_none_can_be_mended(link: SurveyLink, code: str) -> None:
    answer = typed(code)
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "Ingen enkät har den koden." in page
    assert "<b>abcd" not in page


def test_an_empty_field_says_so(link: SurveyLink) -> None:
    assert (typed(" ").status_code, "Skriv koden först." in typed(" ").content.decode()) == (422, True)
    assert "Kirjoita koodi" in Client().get("/go").content.decode()


def test_whoever_guesses_is_slowed_down(link: SurveyLink) -> None:
    answers = [typed(f"aaaa{number}") for number in range(12)]
    assert [answer.status_code for answer in answers] == [404] * 10 + [429] * 2
    assert answers[-1]["Retry-After"] == "60"
    assert typed("7k20q1").status_code == 429  # a right guess tells no more than a wrong one


def test_a_closed_links_code_leads_to_what_the_survey_page_says(link: SurveyLink) -> None:
    SurveyLink.objects.update(closed_at="2026-01-01T00:00Z")
    assert Client().get(typed("7k20q1")["Location"]).status_code == 410


def test_each_link_has_a_code_of_its_own() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    codes = {make_link(tenant, survey).short for _ in range(20)}
    assert len(codes) == 20
    assert all(re.fullmatch("[0-9a-hjkmnp-tv-z]{6}", code) for code in codes)
    assert spaced("7k20q1") == "7K2 0Q1"


def test_a_card_is_printed_in_each_language(link: SurveyLink) -> None:
    client = client_of(make_member(link.tenant))
    base = f"/t/{link.tenant.slug}/edit/surveys/surveylink/{link.pk}/"
    page = client.get(f"{base}change/").content.decode()
    assert "7K2 0Q1" in page
    for language, says in (("fi", "Miten onnistuimme?"), ("sv", "Hur lyckades vi?"), ("en", "How did we do?")):
        assert f"card.pdf?lang={language}" in page
        picture = client.get(f"{base}card.svg?lang={language}")
        assert picture["Content-Type"] == "image/svg+xml"
        for part in (says, "Rengasala Oy", "7K2 0Q1", 'width="105.0mm"', "/go"):
            assert part in picture.content.decode()
        document = client.get(f"{base}card.pdf?lang={language}")
        assert document["Content-Type"] == "application/pdf"
        assert document.content.startswith(b"%PDF-")
        assert b"/MediaBox [0 0 297.64 419.53]" in document.content  # A6 in points


def test_only_who_defines_prints_cards_and_only_their_own(link: SurveyLink) -> None:
    path = f"/t/{link.tenant.slug}/edit/surveys/surveylink/{link.pk}/card.svg"
    assert client_of(make_member(link.tenant, "viewer")).get(path).status_code == 403
    outsider = make_member()
    assert client_of(outsider).get(path).status_code == 404
    assert client_of(outsider).get(path.replace(link.tenant.slug, outsider.tenant.slug)).status_code == 404
    assert client_of(make_member(link.tenant)).get(path.replace(".svg", ".exe")).status_code == 404


def card(**fields: str) -> Card:
    usual = {"company": "Rengasala Oy", "title": "How did we do?", "scan": "Scan", "type": "Type", "code": "7K2 0Q1"}
    colours = {"colour": "#0b5cad", "on_colour": "#ffffff"}
    return Card(**usual | colours | {"address": "https://cx.example/s/rengasvaihto", "language": "en"} | fields)


@pytest.mark.parametrize("company", ["A <b>&\"'", "Šiauliai – “Ąžuolas” Õ", "Word " * 40, "Unbreakable" * 20])
def test_any_latin_name_fits(company: str) -> None:
    drawn = svg(card(company=company))
    assert "<b>" not in drawn
    assert max(map(float, re.findall(r' y="([0-9.]+)"', drawn))) < 146  # of 148 mm
    assert pdf(card(company=company)).startswith(b"%PDF-")


def test_a_name_in_other_letters_is_drawn_but_has_no_pdf(link: SurveyLink) -> None:
    assert "Ренгасала" in svg(card(company="Ренгасала"))
    with pytest.raises(NotPrintable):
        pdf(card(company="Ренгасала"))
    link.tenant.name = "Ренгасала"
    link.tenant.save()
    client = client_of(make_member(link.tenant))
    answer = client.get(f"/t/{link.tenant.slug}/edit/surveys/surveylink/{link.pk}/card.pdf", follow=True)
    assert answer.redirect_chain[0][1] == 302
    assert "SVG" in str(*answer.context["messages"])
