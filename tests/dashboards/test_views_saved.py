"""Saved views: what the leadership page is asked, by a name; whose they are, and which opens at sign-in."""

from typing import Any

import pytest
from django.test import Client

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Role
from dashboards.models import SavedView
from tests.factories import client_of, make_journey, make_member, make_tenant, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    tenant = make_tenant()
    make_journey(tenant, "fleet")
    return tenant


def english(tenant: Tenant, role: str = Role.VIEWER, **fields: Any) -> Client:
    return client_of(make_member(tenant, role, **fields), headers={"accept-language": "en"})


def save(client: Client, tenant: Tenant, **fields: str) -> Any:
    return client.post(f"/t/{tenant.slug}/views/", {"name": "Fleet", "address": "?journey=fleet"} | fields)


def names(client: Client, tenant: Tenant) -> list[str]:
    return [view.name for view in client.get(f"/t/{tenant.slug}/").context["saved"]]


def stored(tenant: Tenant) -> list[tuple[str, str, bool]]:
    with activate(tenant.pk):
        return list(SavedView.objects.values_list("name", "query", "shared"))


def test_a_view_is_kept_by_its_shortest_address_and_asks_anew_under_the_same_name(tenant: Tenant) -> None:
    client = english(tenant)
    answer = save(client, tenant, address="?period=90d&journey=fleet&metric=nps&view=stage")
    assert answer.headers["location"] == f"/t/{tenant.slug}/?journey=fleet"
    save(client, tenant, name="fleet", address="?metric=ces")
    assert stored(tenant) == [("fleet", "?metric=ces", False)]


def test_own_views_are_ones_own_and_shared_ones_everybodys(tenant: Tenant) -> None:
    lead, viewer = english(tenant, Role.CX_LEAD), english(tenant)
    save(lead, tenant, name="Own")
    save(lead, tenant, name="Ours", shared="on")
    save(viewer, tenant, name="Mine", shared="on")
    assert names(lead, tenant) == ["Ours", "Own"]
    assert names(viewer, tenant) == ["Mine", "Ours"]
    assert ("Mine", "?journey=fleet", False) in stored(tenant)  # only those who define share
    with activate(tenant.pk):
        pks = dict(SavedView.objects.values_list("name", "pk"))
    for name, status in (("Own", 404), ("Ours", 403), ("Mine", 302)):
        assert viewer.post(f"/t/{tenant.slug}/views/{pks[name]}/remove/").status_code == status


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"name": " "}, "required"), ({"name": "x" * 81}, "at most 80"), ({"address": "?journey=gone"}, "journey: "),
     ({"address": "?period=week"}, "period: "), ({"address": "?from=2026-13-01"}, "from: ")],
)  # fmt: skip
def test_what_the_page_cannot_be_asked_is_not_saved(tenant: Tenant, fields: dict[str, str], said: str) -> None:
    answer = save(english(tenant), tenant, **fields)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert stored(tenant) == []


def test_the_chosen_view_opens_at_sign_in_until_it_is_no_longer_theirs(tenant: Tenant) -> None:
    lead, viewer = english(tenant, Role.CX_LEAD), english(tenant)
    begin = f"/t/{tenant.slug}/start"
    assert viewer.get("/").headers["location"] == begin
    assert viewer.get(begin).headers["location"] == f"/t/{tenant.slug}/"
    save(lead, tenant, shared="on")
    with activate(tenant.pk):
        pk = SavedView.objects.get().pk
    viewer.post(f"/t/{tenant.slug}/views/{pk}/first/")
    assert viewer.get(begin).headers["location"] == f"/t/{tenant.slug}/?journey=fleet"
    assert lead.get(begin).headers["location"] == f"/t/{tenant.slug}/"
    save(lead, tenant)  # shared no more
    assert viewer.get(begin).headers["location"] == f"/t/{tenant.slug}/"


def test_another_company_has_none_of_it_and_a_unit_manager_saves_within_their_units(tenant: Tenant) -> None:
    save(english(tenant, Role.CX_LEAD), tenant, shared="on")
    with activate(tenant.pk):
        pk = SavedView.objects.get().pk
    stranger = make_member(role=Role.ADMIN)
    theirs = client_of(stranger)
    assert theirs.post(f"/t/{stranger.tenant.slug}/views/{pk}/first/").status_code == 404
    assert theirs.post(f"/t/{stranger.tenant.slug}/views/{pk}/remove/").status_code == 404
    own, other = make_unit(tenant), make_unit(tenant)
    manager = english(tenant, Role.UNIT_MANAGER, unit_ids=[own.pk])
    assert save(manager, tenant, address=f"?segment=unit:{other.pk}").status_code == 400
    assert save(manager, tenant, address="").headers["location"].endswith(f"?segment=unit%3A{own.pk}")


def test_an_address_too_long_to_be_kept_is_refused_wherever_it_would_be_stored(tenant: Tenant) -> None:
    lead, asks = english(tenant, Role.CX_LEAD), f"?segment=unit:{'ä' * 290}"
    home = f"/t/{tenant.slug}"
    answer = save(lead, tenant, address=asks)
    assert answer.status_code == 400 and "too long" in answer.content.decode()
    assert lead.post(f"{home}/meetings/", {"address": asks}).status_code == 400
    assert lead.get(f"{home}/shares/{asks}").status_code == 400
    assert stored(tenant) == []
