"""Signing in with a second step: an app's codes, recovery codes, and passkeys in a real browser."""

import re
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client

from tests.factories import make_member, make_user

PASSWORD = "correct horse battery"
EMAIL = "a@example.org"


def sign_in(client):
    return client.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})


def code(secret):
    """Of now; it holds half a minute longer, as the half minute may end on its way."""
    _before, now, _after = yield_hotp_counters_from_time()
    return format_hotp_value(hotp_value(secret, now))


@pytest.fixture
def person(db):
    return make_member(user=make_user(EMAIL, password=PASSWORD)).user


@pytest.mark.django_db(transaction=True)
def test_an_apps_code_is_asked_for_once_it_is_set_up_and_a_recovery_code_helps_out(person, settings):
    settings.MFA_TOTP_TOLERANCE = 1
    client = Client()
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert page.context["totp_svg_data_uri"].startswith("data:image/svg+xml")
    assert client.post("/accounts/2fa/totp/activate/", {"code": "000000"}).context["form"].errors
    client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    assert Authenticator.objects.filter(user=person, type="totp").exists()
    assert [message.to for message in mail.outbox] == [[EMAIL]]

    later = Client()
    assert sign_in(later).headers["location"] == "/accounts/2fa/authenticate/"
    assert later.get("/").context["user"].is_anonymous
    recovery = Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()[0]
    assert later.post("/accounts/2fa/authenticate/", {"code": "nonsense"}).context["form"].errors
    assert later.post("/accounts/2fa/authenticate/", {"code": recovery}).headers["location"] == "/"
    again = Client()
    sign_in(again)
    assert again.post("/accounts/2fa/authenticate/", {"code": recovery}).context["form"].errors


@pytest.mark.django_db(transaction=True)
def test_a_passkey_signs_in_without_a_password(live_server, browse, settings):
    # An address of digits is no relying party: passkeys want localhost (or https).
    base = f"http://localhost:{urlsplit(live_server.url).port}"
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    member = make_member(user=make_user(EMAIL, password=PASSWORD))
    page = browse(lasts=True, locale="en-GB")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    page.goto(f"{base}/accounts/login/")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"**/t/{member.tenant.slug}/")
    page.goto(f"{base}/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label(re.compile("Passwordless")).check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(lambda url: not url.endswith("/add/"))
    assert Authenticator.objects.filter(user=member.user, type="webauthn").exists()

    page.context.clear_cookies()
    page.goto(f"{base}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"**/t/{member.tenant.slug}/")
