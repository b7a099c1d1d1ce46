"""An open page follows the counts, and costs next to nothing while they stand still."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplatform.pipeline import pulse
from cxplatform.tenancy.context import activate
from tests.dashboards.worlds import count, nps
from tests.factories import client_of, make_journey, make_member, make_tenant

pytestmark = pytest.mark.django_db


def beat(tenant) -> None:
    with activate(tenant.pk):
        pulse.beat()


def test_nothing_new_is_a_204_and_something_new_the_board() -> None:
    tenant = make_tenant()
    path = make_journey(tenant)
    client = client_of(make_member(tenant), headers={"accept-language": "en"})
    first = client.get(f"/t/{tenant.slug}/")
    address = first.context["live_address"]
    assert client.get(address).status_code == 204
    count(tenant, nps(9, 0, 0), at=path.touchpoints[0])
    beat(tenant)
    moved = client.get(address)
    assert moved.status_code == 200
    assert "n 9" in moved.content.decode()
    assert "<html" not in moved.content.decode()
    assert client.get(moved.context["live_address"]).status_code == 204


def test_another_company_s_counts_move_nothing_here() -> None:
    member, other = make_member(), make_tenant()
    client = client_of(member)
    address = client.get(f"/t/{member.tenant.slug}/").context["live_address"]
    beat(other)
    assert client.get(address).status_code == 204


def test_the_poll_keeps_the_query_of_the_page() -> None:
    member = make_member()
    client = client_of(member)
    address = client.get(f"/t/{member.tenant.slug}/?metric=ces&period=30d").context["live_address"]
    assert address == f"/t/{member.tenant.slug}/live?period=30d&metric=ces&since=0"
    beat(member.tenant)
    assert client.get(address).context["page"].metric.key == "ces"


@pytest.mark.parametrize("since", ["", "x", "-5", "9" * 40])
def test_a_version_that_is_none_gets_the_board(since: str) -> None:
    member = make_member()
    assert client_of(member).get(f"/t/{member.tenant.slug}/live?since={since}").status_code == 200


def test_a_poll_reads_one_row_of_the_company() -> None:
    member = make_member()
    client = client_of(member)
    with CaptureQueriesContext(connection) as captured:
        client.get(f"/t/{member.tenant.slug}/live?since=0")
    tenants_own = [query["sql"] for query in captured if query["sql"].startswith("SELECT") and "pulse" in query["sql"]]
    assert len(tenants_own) == 1
    # Session, person and membership; the transaction with its tenant; the version.
    assert len(captured) <= 10


def test_a_filter_changed_by_htmx_swaps_the_board_and_keeps_a_short_address() -> None:
    member = make_member()
    found = client_of(member).get(
        f"/t/{member.tenant.slug}/?period=30d&journey=&against=&from=2026-01-01&to=2026-02-01",
        headers={"hx-request": "true"},
    )
    assert found["HX-Push-Url"] == f"/t/{member.tenant.slug}/?period=30d"
    assert found.content.decode().lstrip().startswith('<div id="board"')
