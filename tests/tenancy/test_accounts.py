"""Signing up makes a company; signing in leads to it, and nowhere else."""

import re

import pytest
from django.core import mail
from django.test import Client

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry, Membership, Tenant, User
from cxplatform.tenancy.roles import Role
from journeys.models import Channel
from tests.factories import client_of, make_member, make_tenant, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def sign_up(client, **fields):
    form = {"company": "Rengas & Pojat Öy", "language": "fi", "email": "new@example.org"}
    return client.post("/accounts/signup/", form | {"password1": PASSWORD, "password2": PASSWORD} | fields)


def code_in(message):
    return re.search(r"^ {4}(\S+)$", message.body, re.MULTILINE)[1]


def sign_in(client, email, password=PASSWORD, **fields):
    return client.post("/accounts/login/", {"login": email, "password": password} | fields)


def test_signing_up_founds_a_company_and_its_code_opens_it():
    client = Client(headers={"accept-language": "en"})
    response = sign_up(client)
    assert response.headers["location"] == "/accounts/confirm-email/"
    assert client.get("/").context["user"].is_anonymous
    (message,) = mail.outbox
    assert message.to == ["new@example.org"]
    assert client.post("/accounts/confirm-email/", {"code": "000000"}).status_code == 200
    response = client.post("/accounts/confirm-email/", {"code": code_in(message)}, follow=True)
    assert response.redirect_chain == [
        (place, 302) for place in ("/", "/t/rengas-pojat-oy/start", "/t/rengas-pojat-oy/")
    ]

    tenant = Tenant.objects.get()
    assert (tenant.name, tenant.slug, tenant.language) == ("Rengas & Pojat Öy", "rengas-pojat-oy", "fi")
    membership = Membership.objects.get()
    assert (membership.user.email, membership.role, membership.user.language) == ("new@example.org", Role.ADMIN, "fi")
    assert membership.user.password.startswith("argon2$")
    assert not membership.sees_identity
    with activate(tenant.id):
        assert set(Channel.objects.values_list("name", flat=True)) == {
            "Myymälä",
            "Verkkosivut",
            "Puhelin",
            "Chat",
            "Sähköposti",
        }
        created = AuditEntry.objects.filter(action="created").values_list("model", "actor")
        assert set(created) == {
            ("tenancy.tenant", "new@example.org"),
            ("tenancy.membership", "new@example.org"),
        }


def test_two_companies_of_one_name_get_addresses_of_their_own():
    for number, slug in enumerate(["acme", "acme-2", "acme-3"]):
        sign_up(Client(), company="Acme!", email=f"{number}@example.org")
        assert Membership.objects.get(user__email=f"{number}@example.org").tenant.slug == slug


def test_a_name_without_latin_letters_still_gets_an_address():
    sign_up(Client(), company="株式会社")
    assert Tenant.objects.get().slug == "company"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("company", "", "This field is required"),
        ("email", "not an address", "valid email"),
        ("password1", "short", "too short"),
        ("password2", "another one entirely", "same password"),
        ("language", "xx", "valid choice"),
    ],
)
def test_a_refused_sign_up_names_the_field_and_makes_nothing(field, value, says):
    fields = {field: value} | ({"password2": value} if field == "password1" else {})
    response = sign_up(Client(headers={"accept-language": "en"}), **fields)
    assert says in " ".join(response.context["form"].errors[field])
    assert not User.objects.exists()
    assert not Tenant.objects.exists()


def test_signing_up_with_a_known_address_tells_nobody_but_its_owner():
    user = make_user("known@example.org")
    response = sign_up(Client(), email="known@example.org")
    assert response.headers["location"] == "/accounts/confirm-email/"
    assert not Tenant.objects.exists()
    (message,) = mail.outbox
    assert message.to == [user.email]
    assert "/accounts/password/reset/" in message.body


def test_signing_up_can_be_closed(settings):
    settings.OPEN_SIGNUP = False
    response = sign_up(Client(headers={"accept-language": "en"}))
    assert b"By invitation only" in response.content
    assert not User.objects.exists()
    member = make_member()
    assert client_of(member).get("/companies/new/").status_code == 302


def test_a_member_of_one_company_goes_straight_there():
    member = make_member(user=make_user("a@example.org", password=PASSWORD))
    client = Client()
    response = sign_in(client, "A@Example.org")
    assert response.headers["location"] == "/"
    assert client.get("/").headers["location"] == f"/t/{member.tenant.slug}/start"


def test_a_member_of_several_chooses():
    user = make_user()
    slugs = [make_member(make_tenant(), user=user).tenant.slug for _ in range(2)]
    page = client_of(user).get("/").content.decode()
    assert all(f'href="/t/{slug}/start"' in page for slug in slugs)


def test_somebody_without_a_company_can_found_one():
    user = make_user("alone@example.org")
    client = client_of(user, headers={"accept-language": "en"})
    assert b"alone@example.org" in client.get("/").content
    response = client.post("/companies/new/", {"company": "Alone Ltd", "language": "en"})
    assert response.headers["location"] == "/t/alone-ltd/"
    assert Membership.objects.get(user=user).role == Role.ADMIN


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "http:evil"])
def test_signing_in_never_leads_to_another_site(target):
    make_member(user=make_user("a@example.org", password=PASSWORD))
    response = sign_in(Client(), "a@example.org", next=target)
    assert response.headers["location"] == "/"


def test_signing_in_leads_back_to_the_page_asked_for():
    member = make_member(user=make_user("a@example.org", password=PASSWORD))
    client = Client()
    page = f"/t/{member.tenant.slug}/settings/members/"
    asked = client.get(page)
    assert asked.headers["location"] == f"/accounts/login/?next={page}"
    assert sign_in(client, "a@example.org", next=page).headers["location"] == page


def test_a_part_of_a_page_asked_after_signing_out_takes_the_whole_page_to_sign_in():
    tenant = make_tenant()
    response = Client().get(
        f"/t/{tenant.slug}/live",
        headers={"hx-request": "true", "hx-current-url": f"http://testserver/t/{tenant.slug}/"},
    )
    assert response.headers["hx-redirect"] == f"/accounts/login/?next=/t/{tenant.slug}/"


def test_after_wrong_tries_the_right_password_has_to_wait():
    make_member(user=make_user("a@example.org", password=PASSWORD))
    client = Client(headers={"accept-language": "en"})
    for _ in range(6):
        assert sign_in(client, "a@example.org", "wrong").status_code in {200, 429}
    refused = sign_in(client, "a@example.org")
    assert "Wait five minutes" in refused.content.decode()
    assert client.get("/").context["user"].is_anonymous


def test_the_slips_of_an_office_do_not_shut_out_their_colleague_behind_the_same_address():
    make_member(user=make_user("a@example.org", password=PASSWORD))
    for number in range(35):
        assert sign_in(Client(), f"colleague-{number}@example.org", "wrong").status_code == 200
    client = Client()
    assert sign_in(client, "a@example.org").status_code == 302
    assert client.get("/", follow=True).context["user"].is_authenticated


def test_guessing_at_many_accounts_from_one_address_ends():
    for number in range(100):
        sign_in(Client(), f"colleague-{number}@example.org", "wrong")
    client = Client(headers={"accept-language": "en"})
    assert "Too many" in sign_in(client, "colleague-100@example.org", "wrong").content.decode()


def test_a_password_is_reset_by_a_code():
    make_member(user=make_user("a@example.org", password=PASSWORD))
    client = Client(headers={"accept-language": "en"})
    client.post("/accounts/password/reset/", {"email": "a@example.org"})
    code = re.search(r"^([A-Z0-9-]{6,})$", mail.outbox[0].body, re.MULTILINE)[1]
    client.post("/accounts/password/reset/confirm/", {"code": code})
    new = "another good password"
    client.post("/accounts/password/reset/complete/", {"password1": new, "password2": new})
    assert sign_in(Client(), "a@example.org", new).status_code == 302
    assert "has been reset" in mail.outbox[-1].body


def test_the_language_chosen_stays_with_the_person():
    member = make_member()
    client = client_of(member)
    client.post("/language/", {"language": "sv", "next": "/"})
    member.user.refresh_from_db()
    assert member.user.language == "sv"
    elsewhere = client_of(member)
    assert elsewhere.get(f"/t/{member.tenant.slug}/settings/profile/").wsgi_request.LANGUAGE_CODE == "sv"


def test_the_language_switch_leads_to_no_other_site():
    response = Client().post("/language/", {"language": "sv", "next": "https://evil.example/"})
    assert response.headers["location"] == "/"


@pytest.mark.parametrize(
    "page",
    ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"],
)
@pytest.mark.parametrize(("language", "word"), [("fi", "Kirjaudu sisään"), ("sv", "Logga in"), ("en", "Sign in")])
def test_pages_of_strangers_speak_their_language(page, language, word):
    response = Client(headers={"accept-language": language}).get(page)
    assert response.status_code == 200
    assert word in response.content.decode()
    assert f'<html lang="{language}">' in response.content.decode()


@pytest.mark.parametrize(
    "page",
    [
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/reauthenticate/",
    ],
)
def test_pages_of_ones_own_account_open(page):
    client = Client()
    make_member(user=make_user("a@example.org", password=PASSWORD))
    sign_in(client, "a@example.org")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    response = client.get(page)
    assert response.status_code == 200
    assert 'style="' not in response.content.decode()
    assert "css/people.css" in response.content.decode()
