"""Pages for when something is wrong look like the house, speak the reader's language and say what to do."""

import html
import re

import pytest
from django.http import HttpRequest
from django.test import Client, override_settings
from django.urls import path

from cxplatform import errors
from cxplatform.tenancy.roles import Role
from tests.factories import client_of, make_member


def broken(request: HttpRequest) -> None:
    raise ZeroDivisionError


urlpatterns = [path("broken", broken)]
handler500 = "cxplatform.errors.server_error"


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "says"),
    [("fi", "Sivua ei löydy"), ("sv", "Sidan hittades inte"), ("en", "Page not found")],
)
def test_a_page_that_is_not_there(language, says):
    response = Client(headers={"accept-language": language}).get("/nothing/here/")
    assert response.status_code == 404
    assert says in words(response)
    assert f'<html lang="{language}">' in response.content.decode()


@pytest.mark.django_db
def test_inside_a_company_the_way_back_leads_out_of_it():
    member = make_member()
    response = client_of(member).get(f"/t/{member.tenant.slug}/nothing/")
    assert response.status_code == 404
    assert member.tenant.name in words(response)
    assert 'href="/">' in response.content.decode()


@pytest.mark.django_db
def test_a_page_of_another_role_says_which_role_one_has():
    member = make_member(role=Role.VIEWER)
    response = client_of(member, headers={"accept-language": "en"}).get(f"/t/{member.tenant.slug}/settings/keys/")
    assert response.status_code == 403
    assert "Your role is Viewer (leadership)." in words(response)


@pytest.mark.django_db
def test_a_form_without_its_token():
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    response = client.post("/accounts/login/", {})
    assert response.status_code == 403
    assert "load the page again" in words(response)


@pytest.mark.django_db
@override_settings(ACCOUNT_RATE_LIMITS={"login": "1/m/ip"})
@pytest.mark.parametrize(("language", "says"), [("fi", "Yritä uudelleen"), ("sv", "Försök igen"), ("en", "Try again")])
def test_whoever_tried_too_often_may_go_back_to_where_they_were(language, says):
    client, page = Client(headers={"accept-language": language}), "/accounts/login/?next=/t/acme/"
    for _ in range(2):
        response = client.post(page, {"login": "a@example.org", "password": "wrong"})
    assert response.status_code == 429
    told = response.content.decode().partition("<main")[2]
    assert re.findall(r'href="([^"]*)">([^<]*)</a>', told)[0] == (page, says) and 'href="/"' in told


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(("language", "says"), [("fi", "Meillä tapahtui virhe"), ("en", "Something went wrong")])
def test_a_fault_of_ours(language, says):
    client = Client(raise_request_exception=False, headers={"accept-language": language})
    response = client.get("/broken")
    assert response.status_code == 500
    assert says in words(response)
    assert "ZeroDivisionError" not in words(response)


def test_a_request_that_makes_no_sense(rf):
    response = errors.bad_request(rf.get("/"), ValueError())
    assert response.status_code == 400
    assert re.search("Nothing was saved|Mitään ei tallennettu", words(response))


def test_a_host_nobody_allowed_is_refused():
    assert Client(headers={"host": "evil.example"}).get("/").status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_forms_address_that_is_opened_says_what_it_is(language):
    told = {"fi": "lomakkeen osoite", "sv": "formulärs adress", "en": "a form"}
    member = make_member(role="cx_lead")
    client = client_of(member, headers={"accept-language": language, "accept": "text/html"})
    address = f"/t/{member.tenant.slug}/levels/baselines/"
    page = client.get(address)
    assert (page.status_code, page["Allow"]) == (405, "POST")
    assert told[language] in html.unescape(page.content.decode())
    assert client.get(address, headers={"accept": "*/*"}).content == b""  # a program asks for no page
    assert client_of(make_member()).get(address, headers={"accept": "text/html"}).status_code == 404
