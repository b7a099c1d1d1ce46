"""The editor opens for those whose role may define, shows one company, and alone loosens the script policy."""

import html
import json
import re

import pytest

from cxplatform.tenancy.admin import site
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry
from cxplatform.tenancy.roles import Role
from journeys.models import Touchpoint
from tests.admin.pages import errors_of, post, rows
from tests.factories import client_of, make_journey, make_member, make_tenant, make_touchpoint
from tests.surveys.worlds import make_survey

pytestmark = pytest.mark.django_db
ALONE = rows("offered")  # a touchpoint in no further channel


def addresses():
    import cxplatform.tenant_urls  # noqa: F401  the rooms register their editors

    return [f"{model._meta.app_label}/{model._meta.model_name}/" for model in site._registry]


def test_every_list_and_form_opens(client, edit, editor):
    make_journey(editor.tenant)
    assert client.get(edit).status_code == 200
    for address in addresses():
        # Texts to map have a page of their own, to which their list leads.
        assert client.get(edit + address, follow=True).status_code == 200, address
        # So have promises, to be made on.
        assert client.get(edit + address + "add/", follow=True).status_code in (200, 403), address


def test_the_editors_are_sound():
    addresses()
    assert [str(problem) for problem in site.check(None)] == []


@pytest.mark.parametrize("role", [Role.VIEWER, Role.UNIT_MANAGER, Role.HANDLER, Role.EMPLOYEE])
def test_who_may_not_define_is_refused(role):
    member = make_member(role=role)
    path = make_journey(member.tenant)
    client = client_of(member)
    for address in ("", "journeys/journey/", f"journeys/journey/{path.journey.pk}/change/", "autocomplete/", "jsi18n/"):
        assert client.get(f"/t/{member.tenant.slug}/edit/{address}").status_code == 403, address


def test_a_member_of_another_company_finds_nothing(client, edit):
    theirs = make_tenant()
    path = make_journey(theirs)
    assert client.get(f"/t/{theirs.slug}/edit/").status_code == 404
    for address in (
        f"journeys/journey/{path.journey.pk}/change/",
        f"journeys/journey/{path.journey.pk}/history/",
        f"journeys/touchpoint/{path.touchpoints[0].pk}/change/",
    ):
        assert client.get(edit + address).status_code == 404, address
    assert path.touchpoints[0].name not in client.get(edit + "journeys/touchpoint/").content.decode()
    suggested = client.get(
        edit + "autocomplete/",
        {"app_label": "journeys", "model_name": "step", "field_name": "touchpoint", "term": ""},
    )
    assert suggested.json()["results"] == []


def test_only_the_editor_loosens_the_script_policy(client, edit, editor):
    def policy(address):
        return client.get(address).headers["Content-Security-Policy"]

    assert "'unsafe-eval'" in policy(edit)
    for address in ("/accounts/email/", "/api/v1/nothing"):
        assert "unsafe" not in policy(address), address
    assert "'unsafe-inline'" not in policy(edit).split("script-src")[1].split(";")[0]


def test_the_scripts_texts_are_sent_once_in_each_language(client, edit):
    tags = {}
    for language, says in (("fi", "Valitse"), ("sv", "V\\u00e4lj")):
        asked = {"accept-language": language}
        sent = client.get(f"{edit}jsi18n/", headers=asked)
        assert sent.status_code == 200 and says in sent.content.decode()
        assert {"private", "no-cache"} <= {part.strip() for part in sent["cache-control"].split(",")}
        tags[language] = sent["etag"]
        again = client.get(f"{edit}jsi18n/", headers=asked | {"if-none-match": sent["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"{edit}jsi18n/", headers={"accept-language": "fi", "if-none-match": tags["sv"]})
    assert (other.status_code, other["etag"]) == (200, tags["fi"]) and tags["fi"] != tags["sv"]


def test_signing_out_leads_outside_the_company(client, edit):
    page = client.get(edit).content.decode()
    assert 'action="/accounts/logout/"' in page
    assert 'href="/accounts/password/change/"' in page


def test_a_list_says_its_room_once_and_counts_without_inflecting(client, edit, editor):
    with activate(editor.tenant_id):
        make_survey(editor.tenant)
        make_survey(editor.tenant, "another")
    page = client.get(f"{edit}surveys/survey/", headers={"accept-language": "fi"}).content.decode()
    assert "Yhteensä 2" in page and "2 kyselyt" not in " ".join(page.split())
    heading = page.partition("<h1")[2].partition("</h1>")[0]
    assert heading.count("Kyselyt") == 1
    form = client.get(f"{edit}surveys/survey/add/", headers={"accept-language": "fi"}).content.decode()
    assert json.loads(f'"{re.search(r"(Lis[^ ]+ )Kysymys", html.unescape(form))[1]}"') == "Lisää: "


def test_an_identifier_is_made_of_the_name_and_never_taken_twice(client, edit, editor):
    make_touchpoint(editor.tenant, "tyre-hotel")
    post(client, edit + "journeys/touchpoint/add/", name="Tyre hotel", **ALONE)
    with activate(editor.tenant_id):
        assert Touchpoint.objects.filter(slug="tyre-hotel-2", name="Tyre hotel").exists()
    page = post(client, edit + "journeys/touchpoint/add/", expect=200, name="Another", slug="tyre-hotel", **ALONE)
    assert "This identifier is already in use. Choose another." in errors_of(page)


def test_owners_are_members_of_the_company(client, edit, editor):
    stranger = make_member()
    page = client.get(edit + "journeys/touchpoint/add/").content.decode()
    assert editor.user.email in page
    assert stranger.user.email not in page
    refused = post(client, edit + "journeys/touchpoint/add/", expect=200, name="Till", owner=stranger.user_id, **ALONE)
    assert errors_of(refused)


def test_archived_things_leave_lists_and_choices_and_come_back(client, edit, editor):
    till = make_touchpoint(editor.tenant, "till", name="The till")
    address = f"{edit}journeys/touchpoint/{till.pk}/change/"
    post(client, address, name="The till", slug="till", journeys_touchpoint_archive="1", **ALONE)
    client.get(edit)  # says that it is archived, once
    assert "The till" not in client.get(edit + "journeys/touchpoint/").content.decode()
    assert "The till" in client.get(edit + "journeys/touchpoint/?archived=yes").content.decode()
    client.post(
        edit + "journeys/touchpoint/?archived=yes", {"action": "restore_selected", "_selected_action": [till.pk]}
    )
    assert "The till" in client.get(edit + "journeys/touchpoint/").content.decode()
    with activate(editor.tenant_id):
        told = AuditEntry.objects.filter(model="journeys.touchpoint", object_id=str(till.pk)).order_by("id")
        assert [(entry.action, entry.actor) for entry in told] == [
            ("archived", editor.user.email),
            ("restored", editor.user.email),
        ]


def test_the_history_says_who_changed_what(client, edit, editor):
    till = make_touchpoint(editor.tenant, "till", name="The till")
    changed = {"name": "Checkout", "slug": "till", "owner": editor.user_id}
    post(client, f"{edit}journeys/touchpoint/{till.pk}/change/", **changed, **ALONE)
    page = client.get(f"{edit}journeys/touchpoint/{till.pk}/history/").content.decode()
    assert "<del>The till</del>" in page
    assert "<ins>Checkout</ins>" in page
    assert f"<ins>{editor.user}</ins>" in page


def test_nothing_can_be_deleted(client, edit, editor):
    till = make_touchpoint(editor.tenant)
    assert client.post(f"{edit}journeys/touchpoint/{till.pk}/delete/", {"post": "yes"}).status_code == 403
