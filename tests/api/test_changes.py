"""/api/v1/changes and /findings."""

import pytest

from cxplatform.tenancy.context import activate
from dashboards.changes import effects
from dashboards.insights import look as looking
from dashboards.models import JourneyChange
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import api_of, make_journey, make_key, make_tenant

pytestmark = pytest.mark.django_db


def test_a_change_goes_in_is_tested_and_comes_out_as_a_finding() -> None:
    tenant = make_tenant()
    path = make_journey(tenant, "help", stages=["Help"])
    place, api = path.touchpoints[0], api_of(make_key(tenant))
    day = days_ago(40, tenant).isoformat()
    told = {"day": day, "what": "Chat open till nine", "touchpoint": place.slug, "made_by": "Care"}
    made = api.post("/api/v1/changes", told, content_type="application/json")
    assert made.status_code == 201, made.content
    assert made.json() == {**told, "id": made.json()["id"], "journey": None, "stage": None}
    assert api.get("/api/v1/changes").json() == [made.json()]
    count(tenant, nps(30, 30, 40), at=place, day=days_ago(60, tenant))
    count(tenant, nps(60, 25, 15), at=place, day=days_ago(10, tenant))
    with activate(tenant.pk):
        looking.look(tenant=tenant, kind=effects.KIND)
    [found] = api.get("/api/v1/findings?kind=change").json()["findings"]
    assert (found["touchpoint"], found["data"]["verdict"]) == (place.slug, "better")
    assert "Chat open till nine" in found["text"]
    assert api.get("/api/v1/findings").json()["findings"] == [found]
    address = f"/api/v1/changes/{made.json()['id']}"
    assert api_of(make_key(make_tenant())).delete(address).status_code == 404
    assert api.delete(address).status_code == 204
    assert api.get("/api/v1/changes").json() == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"day": "2999-01-01"}, "day"),
        ({"day": "yesterday"}, "day"),
        ({"what": ""}, "what"),
        ({"what": "a\x00b"}, "what"),
        ({"touchpoint": "gone"}, "touchpoint"),
        ({"journey": "help", "touchpoint": "till"}, "journey"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_nonsense_names_the_field(wrong: dict[str, str], field: str) -> None:
    tenant = make_tenant()
    path = make_journey(tenant, "help", stages=["Help"])
    with activate(tenant.pk):
        path.touchpoints[0].slug = "till"
        path.touchpoints[0].save()
    told = {"day": "2026-01-01", "what": "Till"} | wrong
    answer = api_of(make_key(tenant)).post("/api/v1/changes", told, content_type="application/json")
    assert answer.status_code in (400, 422), answer.content
    assert field in answer.content.decode()
    with activate(tenant.pk):
        assert not JourneyChange.objects.exists()


def test_a_kind_that_nobody_looks_for_is_refused() -> None:
    answer = api_of(make_key(make_tenant())).get("/api/v1/findings?kind=weather")
    assert answer.status_code == 400
    assert "slow_decline" in answer.content.decode()
