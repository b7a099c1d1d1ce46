"""Shares of the customer base: typed in the editor, brought in from files, and in force from their day."""

from datetime import date
from typing import Any

import pytest

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from dashboards.models import Population
from dashboards.population.shares import base_of
from tests.admin.pages import errors_of, post
from tests.factories import client_of, make_customer, make_dimension, make_member, make_tenant
from tests.imports.worlds import Person

pytestmark = pytest.mark.django_db
EARLY, LATE = date(2025, 1, 1), date(2026, 1, 1)


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant(language="en")


def typed(tenant: Tenant, shares: str, *, expect: int = 302, **fields: Any) -> Any:
    with activate(tenant.pk):
        dimension = Population._meta.get_field("dimension").related_model.objects.get(slug="segment")
    client = client_of(make_member(tenant, "cx_lead"), headers={"accept-language": "en"})
    given = {
        "dimension": dimension.pk,
        "basis": "customers",
        "as_of": "2025-01-01",
        "source": "CRM",
        "shares": shares,
    } | fields
    return post(client, f"/t/{tenant.slug}/edit/dashboards/population/add/", expect=expect, **given)


def stored(tenant: Tenant) -> list[tuple[date, str, dict[str, float]]]:
    with activate(tenant.pk):
        return list(Population.objects.order_by("as_of").values_list("as_of", "source", "shares"))


def test_shares_are_typed_a_line_each_as_offices_write_numbers(tenant: Tenant) -> None:
    make_dimension(tenant, "segment")
    typed(tenant, "yritys; 62,5 %\r\nyksityinen 37,5\n\njulkinen: 1 250\nkunta=0\n")
    told = {"yritys": 62.5, "yksityinen": 37.5, "julkinen": 1250, "kunta": 0}
    assert stored(tenant) == [(EARLY, "CRM", told)]
    with activate(tenant.pk):
        pk = Population.objects.get().pk
    client = client_of(make_member(tenant, "cx_lead"))
    assert "yritys; 62.5\n" in client.get(f"/t/{tenant.slug}/edit/dashboards/population/{pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"shares": "yritys"}, "“yritys”: write a value and its share behind it"),
        ({"shares": "yritys; paljon"}, "“yritys; paljon”: write a value"),
        ({"shares": "yritys; -1"}, "Give a share or a number of customers, zero or more."),
        ({"shares": "a; 1\na; 2"}, "“a” is on two lines."),
        ({"shares": "a; 0"}, "at least one share that is over zero"),
        ({"as_of": "2999-01-01"}, "Give a day from the year 2000 to today."),
        ({"source": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_read_says_which_line(tenant: Tenant, fields: dict[str, str], said: str) -> None:
    make_dimension(tenant, "segment")
    page = typed(tenant, **{"shares": "a; 1"} | fields, expect=200)
    assert any(said in error for error in errors_of(page)), errors_of(page)
    assert stored(tenant) == []


def test_the_same_day_twice_is_refused(tenant: Tenant) -> None:
    make_dimension(tenant, "segment")
    typed(tenant, "a; 1")
    assert errors_of(typed(tenant, "a; 2", expect=200)) == ["The shares of this dimension and day are there already."]


def test_a_finnish_file_goes_in_once_and_a_corrected_one_replaces(tenant: Tenant) -> None:
    make_dimension(tenant, "segment", name="Segmentti")
    head = "Ulottuvuus;Arvo;Osuus;Päivä;Lähde\n"
    rows = "Segmentti;yritys;62,5 %;1.1.2025;Rekisteri\nsegment;yksityinen;37,5;1.1.2025;Rekisteri\n"
    wrong = "kieli;fi;1;1.1.2025;Rekisteri\nSegmentti;x;paljon;1.1.2025;R\nSegmentti;x;1;1.1.2999;R\n"
    person = Person(tenant)
    done = person.bring("population", (head + rows + wrong).encode("cp1252"))
    assert (done.accepted, done.duplicates, done.rejected) == (2, 0, 3)
    again = person.bring("population", (head + rows).encode("cp1252"))
    assert (again.accepted, again.duplicates, again.rejected) == (0, 2, 0)
    better = person.bring("population", (head + rows.replace("37,5", "30")).encode("cp1252"))
    assert (better.accepted, better.duplicates) == (1, 1)
    assert stored(tenant) == [(EARLY, "Rekisteri", {"yritys": 62.5, "yksityinen": 30})]


def test_the_newest_told_by_the_day_is_in_force_else_the_first_else_the_customers_known(tenant: Tenant) -> None:
    dimension = make_dimension(tenant, "segment")
    make_customer(tenant, dimensions={"segment": "a"})
    with activate(tenant.pk):
        assert (base_of("segment", day=LATE).shares, base_of("segment", day=LATE).as_of) == ({"a": 1}, None)
        for day, share in ((EARLY, 1), (LATE, 2)):
            Population.objects.create(dimension=dimension, as_of=day, source="CRM", shares={"a": share})
        found = [base_of("segment", day=day).as_of for day in (date(2024, 5, 5), date(2025, 5, 5), LATE)]
        assert found == [EARLY, EARLY, LATE]
    other = make_tenant()
    make_dimension(other, "segment")
    with activate(other.pk):
        assert base_of("segment", day=LATE).shares == {}


def test_a_viewer_cannot_tell_what_the_customers_are(tenant: Tenant) -> None:
    viewer = client_of(make_member(tenant, "viewer"))
    assert viewer.get(f"/t/{tenant.slug}/edit/dashboards/population/").status_code in (302, 403)
