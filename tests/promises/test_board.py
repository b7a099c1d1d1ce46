"""The promise board and a promise's page: what they say of the counts, to whom, and what it costs to read."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Role
from promises.models import Promise
from tests.factories import client_of, make_channel, make_dimension, make_member, make_tenant, make_unit
from tests.promises.worlds import event, make_promise, send

pytestmark = pytest.mark.django_db
OK = {"kind": "condition", "property": "ok", "operator": "eq", "value": True}


@pytest.fixture(scope="module")
def tenant(kept: None) -> Tenant:
    """Two promises: replies on target in both shops, deliveries far from it in one."""
    tenant = make_tenant(name="Rengasala")
    for slug in ("turku", "oulu"):
        make_unit(tenant, slug)
    make_channel(tenant, "web", name="Web shop")
    make_dimension(tenant, "segment", name="Segment")
    make_promise(tenant, "reply", closing_type="reply", target=90, **OK)
    make_promise(tenant, "delivery", closing_type="delivery", target=95, **OK)
    make_promise(tenant, "warranty", closing_type="warranty", lifecycle="draft", **OK)
    send(tenant, *cases("reply", kept=19, broken=1, unit="turku"), *cases("reply", kept=10, broken=0, unit="oulu"))
    send(tenant, *cases("delivery", kept=10, broken=10, unit="oulu", channel="web"))
    return tenant


def ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def cases(type_: str, *, kept: int, broken: int, days: int = 5, **place: str) -> list[Any]:
    time = ago(days)
    return [
        event(type_, time, correlation=f"{type_} {days} {place} {n}", properties={"ok": n < kept}, **place)
        for n in range(kept + broken)
    ]


def page(tenant: Tenant, address: str = "", role: str = Role.VIEWER, **more: Any) -> Any:
    client = client_of(make_member(tenant, role, **more), headers={"accept-language": "en"})
    return client.get(f"/t/{tenant.slug}/promises/{address}")


def text_of(found: Any) -> str:
    """The page's words with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.content.decode()))


def test_the_board_begins_with_the_worst_and_lists_what_is_in_the_making(tenant: Tenant) -> None:
    found = text_of(page(tenant))
    assert "1 of 2 promises on target, worst first (0 of them clearly; 1 clearly short)" in found
    assert found.index("We promise delivery.") < found.index("We promise reply.") < found.index("warranty")
    assert "50.0% ▼ clearly short of target 29.9…70.1 · n 20" in found
    assert "96.7% = no clear difference from target" in found  # 83.3…99.4 of 30 holds the target's 90
    assert "the budget is used up" in found or "more may fail" in found


def test_a_promise_kept_among_ourselves_is_in_force_and_not_public(tenant: Tenant) -> None:
    rule = make_promise(tenant, "handover", closing_type="handover", **OK)
    with activate(tenant.pk):
        Promise.objects.filter(pk=rule.promise_id).update(visibility="internal")
    for address in ("", "handover/"):
        assert "in force kept among ourselves" in text_of(page(tenant, address))
    assert "public for customers to hear" in text_of(page(tenant, "reply/"))


def test_a_unit_manager_sees_their_own_units_only(tenant: Tenant) -> None:
    from cxplatform.tenancy.context import activate
    from journeys.models import Unit

    with activate(tenant.pk):
        turku = Unit.objects.get(slug="turku").pk
    mine: dict[str, Any] = {"role": Role.UNIT_MANAGER, "unit_ids": [turku]}
    found = text_of(page(tenant, **mine))
    assert "95.0% =" in found
    assert "may fail" not in found and "oulu" not in found.lower()
    assert page(tenant, "?unit=oulu", **mine).status_code == 400
    assert page(tenant, "reply/?unit=oulu", **mine).status_code == 400


@pytest.mark.parametrize(
    "address",
    ["?period=7d", "?from=2026-13-01", "?unit=nowhere", "?channel=fax", "?colour=red", "?period=90d&period=x"],
)
def test_an_address_that_makes_no_sense_is_refused_by_its_parameter(tenant: Tenant, address: str) -> None:
    for path in ("", "reply/"):
        found = page(tenant, path + address)
        assert found.status_code == 400
        assert address[1:].partition("=")[0] in text_of(found)


def test_not_yours_is_not_there(tenant: Tenant) -> None:
    outsider = client_of(make_member(role=Role.ADMIN))
    assert outsider.get(f"/t/{tenant.slug}/promises/reply/").status_code == 404
    assert page(tenant, "none/").status_code == 404


def test_the_board_costs_the_same_number_of_queries_however_many_promises(tenant: Tenant) -> None:
    client = client_of(make_member(tenant, Role.VIEWER))
    client.get(f"/t/{tenant.slug}/promises/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(f"/t/{tenant.slug}/promises/")
    for number in range(3):
        make_promise(tenant, f"more-{number}", closing_type=f"more{number}", **OK)
    send(tenant, *(row for number in range(3) for row in cases(f"more{number}", kept=5, broken=5)))
    with CaptureQueriesContext(connection) as more:
        client.get(f"/t/{tenant.slug}/promises/")
    assert len(more) == len(few)
