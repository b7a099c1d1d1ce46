"""Pages inside a tenant link to those outside, and mail links to both."""

import pytest
from django.template import Context, Template
from django.urls import get_script_prefix, reverse, set_script_prefix

from cxplatform.tenancy.addresses import absolute, root_url, within


@pytest.fixture(params=["/", "/t/acme/"])
def inside(request):
    before = get_script_prefix()
    set_script_prefix(request.param)
    yield
    set_script_prefix(before)


@pytest.mark.usefixtures("inside")
def test_a_root_page_is_named_the_same_from_inside_and_outside_a_tenant():
    assert root_url("account_login") == "/accounts/login/"
    assert Template('{% load root %}{% root_url "account_logout" %}').render(Context()) == "/accounts/logout/"


def test_an_installation_below_a_path_keeps_that_path():
    before = get_script_prefix()
    set_script_prefix("/cx/t/acme/")
    try:
        assert root_url("account_login") == "/cx/accounts/login/"
        assert get_script_prefix() == "/cx/t/acme/"
    finally:
        set_script_prefix(before)


def test_mail_links_never_follow_the_host_header(settings):
    settings.PUBLIC_URL = "https://cx.example"
    assert absolute("/accounts/login/") == "https://cx.example/accounts/login/"


def test_a_worker_names_a_tenants_pages_as_a_request_does_and_no_longer_than_it_asked_to():
    with within("acme"):
        assert reverse("touchpoint", args=["till"]) == "/t/acme/touchpoints/till/"
        assert root_url("account_login") == "/accounts/login/"
    assert (get_script_prefix(), reverse("account_login")) == ("/", "/accounts/login/")
