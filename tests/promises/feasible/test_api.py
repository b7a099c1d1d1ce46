"""What history would have kept, and rules on trial, over REST."""

import pytest

from cxplatform.tenancy.context import activate
from promises.models import Rule
from tests.factories import api_of, make_key, make_tenant
from tests.promises.feasible.worlds import make_slow
from tests.promises.worlds import make_promise

pytestmark = pytest.mark.django_db
RULE = {"opening_type": "order.placed", "closing_type": "order.delivered", "duration_minutes": 1440, "target": 95}


@pytest.fixture
def slow():
    tenant, rule = make_slow(make_tenant())
    return api_of(make_key(tenant)), rule


def test_history_is_told_of_any_deadline(slow) -> None:
    client, rule = slow
    told = client.get("/api/v1/promises/delivery/history?target=90").json()
    assert (told["rule"], told["n"], told["days"], told["partial"]) == (rule.pk, 40, 90, False)
    assert (told["at"]["minutes"], told["at"]["kept"], told["at"]["n"], told["at"]["rate"]) == (1440, 29, 40, 72.5)
    assert told["enough"]["minutes"] == 1800 and told["surely"] is None
    assert client.get("/api/v1/promises/delivery/history?minutes=1800").json()["at"]["kept"] == 39
    for query in ("minutes=0", "target=x", "rule=x"):
        bad = client.get(f"/api/v1/promises/delivery/history?{query}")
        assert bad.status_code == 400 and bad.json()["errors"][0]["field"] == query.partition("=")[0]


def test_a_rule_is_tried_and_not_stored(slow) -> None:
    client, rule = slow
    address = "/api/v1/promises/delivery/rule-trials"
    told = client.post(address, {"rule": RULE}, content_type="application/json").json()
    assert [each["field"] for each in told["objections"]] == ["target"]
    assert (told["result"]["kept"], told["result"]["broken"], told["result"]["rate"]) == (29, 11, 72.5)
    assert sum(week["broken"] for week in told["result"]["weeks"]) == 11
    with activate(rule.tenant_id):
        assert Rule.objects.count() == 1
    for given, field in (
        ({}, "rule"),
        ({"rule": RULE | {"kind": "x"}}, "rule.kind"),
        ({"rule": RULE | {"id": 10**30}}, "rule.id"),
        ({"rule": RULE | {"nonsense": 1}}, "rule.nonsense"),
        ({"rule": RULE, "to_come": "yes"}, "to_come"),
    ):
        bad = client.post(address, given, content_type="application/json")
        assert bad.status_code == 400 and bad.json()["errors"][0]["field"] == field, bad.json()


def test_not_yours_is_not_there(slow) -> None:
    tenant = make_tenant()
    make_promise(tenant, "other", kind="condition", closing_type="x", property="ok", operator="present")
    client = api_of(make_key(tenant))
    assert client.get("/api/v1/promises/delivery/history").status_code == 404
    assert client.get("/api/v1/promises/other/history").status_code == 404
    trial = client.post("/api/v1/promises/delivery/rule-trials", {"rule": RULE}, content_type="application/json")
    assert trial.status_code == 404
