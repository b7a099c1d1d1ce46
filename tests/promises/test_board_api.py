"""The board, outcomes and what is about to break over REST."""

from typing import Any

import pytest
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Scope, Tenant
from promises.making.versions import revise
from promises.models import Rule
from tests.factories import api_of, make_journey, make_key, make_tenant, make_touchpoint
from tests.promises.test_board import OK, cases
from tests.promises.worlds import event, late_quick_and_open, make_promise, send

pytestmark = pytest.mark.django_db


def get(tenant: Tenant, path: str, status: int = 200, *, scope: str = "") -> Any:
    answer = api_of(make_key(tenant, [scope] if scope else tuple(Scope.values))).get(f"/api/v1/{path}")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_the_board_comes_worst_first_with_its_course() -> None:
    tenant = make_tenant()
    make_promise(tenant, "reply", closing_type="reply", target=90, **OK)
    make_promise(tenant, "delivery", closing_type="delivery", target=95, **OK)
    send(tenant, *cases("reply", kept=19, broken=1), *cases("delivery", kept=10, broken=10))
    found = get(tenant, "promise-board", scope=Scope.READ)
    assert (found["judged"], found["on_target"], found["clearly_on_target"], found["clearly_short"]) == (2, 1, 0, 1)
    first, second = found["promises"]
    assert (first["slug"], first["rate"], first["n"], first["target"]) == ("delivery", 50.0, 20, 95.0)
    assert len(second["months"]) == 12 and 95.0 in [month["rate"] for month in second["months"]]
    assert first["broken_against_kept"] is None
    assert get(tenant, "promise-board?by=month", 400)["errors"][0]["field"] == "by"
    assert get(tenant, "promise-board?unit=none", 400)["errors"][0]["field"] == "unit"


def test_outcomes_follow_page_by_page() -> None:
    tenant = late_quick_and_open()
    first = get(tenant, "promises/delivery/outcomes?page_size=2", scope=Scope.CUSTOMERS_READ)
    assert [row["correlation"] for row in first["results"]] == ["open", "quick"]
    assert {"status": "kept", "unit": "oulu", "customer": "maija"}.items() <= first["results"][1].items()
    second = get(tenant, first["next"].partition("/api/v1/")[2])
    assert [row["correlation"] for row in second["results"]] == ["late"] and second["next"] is None
    broken = get(tenant, "promises/delivery/outcomes?status=broken")
    assert [row["correlation"] for row in broken["results"]] == ["late"]
    for wrong in ("status=lost", "rule=9999999", "cursor=x", "page_size=0", "unit=none", "colour=red"):
        problem = get(tenant, f"promises/delivery/outcomes?{wrong}", 400)
        assert problem["errors"][0]["field"] == wrong.partition("=")[0]
    get(make_tenant(), "promises/delivery/outcomes", 404)


def test_what_is_about_to_break_comes_by_promise_and_unit() -> None:
    tenant = late_quick_and_open()
    found = get(tenant, "promises-due-soon")
    assert [(row["correlation"], row["status"]) for row in found["results"]] == [("open", "pending")]
    assert get(tenant, "promises-due-soon?unit=oulu")["results"] == []
    assert len(get(tenant, "promises-due-soon?unit=turku&promise=delivery")["results"]) == 1
    for wrong in ("unit=none", "promise=none", "page_size=a", "colour=red"):
        problem = get(tenant, f"promises-due-soon?{wrong}", 400)
        assert problem["errors"][0]["field"] == wrong.partition("=")[0]


def test_a_journey_is_the_sum_of_its_touchpoints_and_a_shared_one_counts_in_each() -> None:
    tenant = make_tenant()
    shop, web, alone = (make_touchpoint(tenant, slug) for slug in ("shop", "web", "alone"))
    make_journey(tenant, "buy", stages=["one", "two"], touchpoints=[shop, web])
    make_journey(tenant, "return", stages=["one"], touchpoints=[shop])
    make_promise(tenant, "reply", closing_type="reply", **OK)
    for place, kept, broken in ((shop, 10, 2), (web, 20, 0), (alone, 7, 3)):
        send(tenant, *cases("reply", kept=kept, broken=broken, touchpoint=place.slug))
    (rule,) = get(tenant, "promises/reply/compliance?by=journey")["rules"]
    assert {row["value"]: (row["kept"], row["n"]) for row in rule["groups"]} == {"buy": (30, 32), "return": (10, 12)}


def test_a_version_is_a_series_of_its_own() -> None:
    tenant = make_tenant()
    rule = make_promise(tenant, "reply", target=90, opening_type="a", closing_type="b", duration_minutes=60)
    before = timezone.now()
    send(tenant, *(event("a", before, correlation=f"old-{n}") for n in range(5)))
    with activate(tenant.pk):
        revise(rule=rule, changes={"duration_minutes": 30}, why="quicker")
    send(tenant, *(event("a", timezone.now(), correlation=f"new-{n}") for n in range(3)))
    with activate(tenant.pk):
        assert Rule.objects.count() == 2
    found = get(tenant, "promises/reply/compliance")
    assert [(row["version"], row["month"]["pending"]) for row in found["rules"]] == [(2, 3)]
    assert [(row["version"], row["month"]["pending"], row["valid_from"]) for row in found["earlier"]] == [(1, 5, None)]


def test_outcomes_are_taken_out_with_a_reason_and_count_again() -> None:
    tenant = late_quick_and_open()
    client = api_of(make_key(tenant))
    (late,) = get(tenant, "promises/delivery/outcomes?status=broken")["results"]

    def post(**body: Any) -> Any:
        return client.post("/api/v1/promises/delivery/exclusions", body, content_type="application/json")

    assert post(outcomes=[late["id"]], reason="storm").json() == {"excluded": 1}
    assert post(outcomes=[late["id"]], reason="storm").json() == {"excluded": 0}
    found = get(tenant, "promises/delivery/exclusions")
    assert found["reasons"] == [{"reason": "storm", "n": 1}]
    assert [(row["outcome"], row["made_by"]) for row in found["exclusions"]] == [(late["id"], None)]
    blind = api_of(make_key(tenant, scopes=[Scope.READ])).get("/api/v1/promises/delivery/exclusions").json()
    assert blind["reasons"] == [{"reason": None, "n": 1}]
    at = f"/api/v1/promises/delivery/exclusions/{late['id']}"
    assert [client.delete(at).status_code for _ in range(2)] == [204, 404]
    assert get(tenant, "promises/delivery/outcomes?status=broken")["results"][0]["id"] == late["id"]
    theirs = "01939f2e-3c7d-7c3a-9a51-0b4ed3a9f1aa"
    for wrong in ({"outcomes": [theirs], "reason": "x"}, {"outcomes": ["x"], "reason": "x"}, {"outcomes": []}):
        answer = post(**{"reason": "x", **wrong})
        assert answer.status_code == 400 and "outcomes" in answer.json()["errors"][0]["field"]
    assert post(outcomes=[late["id"]], reason="").status_code == 400
    outsider = api_of(make_key(make_tenant()))
    assert outsider.delete(at).status_code == 404
    assert get(tenant, "promises/delivery/exclusions?unit=oulu", 400)["errors"][0]["field"] == "unit"
