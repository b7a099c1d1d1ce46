"""What brought a group of customers, and how it went for them: as events tell it, and nothing by subtraction."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cxplatform.tenancy.context import activate
from journeys.paths.rebuild import rebuild
from tests.factories import api_of, client_of, make_dimension, make_journey, make_key, make_member, make_tenant
from tests.paths.worlds import counts, event, send

pytestmark = pytest.mark.django_db


def test_sources_of_a_group_tell_how_it_went_and_nothing_by_subtraction() -> None:
    tenant = make_tenant()
    make_dimension(tenant, "kind")
    client = client_of(make_member(tenant))
    path = make_journey(tenant, "tyre-change", inactive_hours=24)
    begun = timezone.now() - timedelta(days=9)
    sent: list[Any] = []
    for source, kind, n, done in (
        ("search", "home", 40, 36),
        ("search", "firm", 30, 3),
        ("friend", "home", 30, 6),
        ("friend", "firm", 20, 18),
        ("radio", "home", 20, 10),
        ("radio", "firm", 2, 1),
    ):
        for number in range(n):
            said = {"correlation": f"{source}-{kind}-{number}", "properties": {"source": source, "kind": kind}}
            places = path.touchpoints if number < done else path.touchpoints[:1]
            sent += [event(place.slug, begun + timedelta(minutes=at), **said) for at, place in enumerate(places)]
    send(tenant, sent)

    def rows(of: str) -> dict[str, tuple[Any, ...]]:
        page = client.get(f"/t/{tenant.slug}/journeys/tyre-change/paths/{of}").context["page"]
        return {row.source: (row.told, row.outcome.value, row.outcome.of, row.verdict) for row in page.sources.rows}

    assert rows("")["search"][:3] == (True, pytest.approx(100 * 39 / 70), 70)
    assert rows("?segment=kind:home") == {
        "search": (True, 90.0, 40, "better"),
        # Of two firms that the radio brought nothing is told, and so not of what would tell on them with the totals.
        "friend": (False, None, 0, "not_enough"),
        "radio": (False, None, 0, "not_enough"),
    }
    firms = rows("?segment=kind:firm")
    assert (firms["search"], firms["friend"][0], firms["radio"][0]) == ((True, 10.0, 30, "worse"), False, False)
    told = api_of(make_key(tenant)).get("/api/v1/journeys/tyre-change/paths?segment=kind:firm").json()
    assert [(row["source"], row["told"], row["outcome"]["n"]) for row in told["by_source"]] == [
        ("search", True, 3),
        ("friend", False, 0),
        ("radio", False, 0),
    ]
    address = f"/t/{tenant.slug}/journeys/tyre-change/paths/?segment=kind:firm"
    assert client.get(f"{address}&source=search").status_code == 400
    assert client_of(make_member(make_tenant())).get(address).status_code == 404
    before = counts(tenant)
    with activate(tenant.pk):
        assert rebuild(tenant.pk) == 0
    assert counts(tenant) == before
