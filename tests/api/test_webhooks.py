"""Webhooks over REST: made, listed, rotated, paused, looked into, told again; nobody else's."""

import json
from uuid import uuid4

import pytest

from cxplatform.deliveries.models import Webhook, WebhookDelivery
from cxplatform.deliveries.webhooks import telling
from cxplatform.tenancy.context import activate
from tests.factories import api_of, make_key, make_tenant

pytestmark = pytest.mark.django_db
WHERE = "/api/v1/webhooks"
NEW = {"name": "CRM", "url": "https://93.184.216.34/hooks", "types": ["promise.alert_raised"]}


def send(client, method, path, told=None):
    return client.generic(method, f"{WHERE}{path}", json.dumps(told or {}), content_type="application/json")


def test_a_system_sets_up_its_own_webhook_and_looks_after_it():
    tenant = make_tenant()
    client = api_of(make_key(tenant))
    made = send(client, "POST", "", NEW)
    assert (made.status_code, made.json()["secret"][:6], made.json()["place"]) == (201, "whsec_", NEW["url"])
    here = f"/{made.json()['id']}"
    listed = client.get(WHERE).json()
    assert [(one["name"], one["types"], "secret" in one, "url" in one) for one in listed] == [
        ("CRM", NEW["types"], False, False)
    ]
    rotated = send(client, "POST", f"{here}/rotate").json()
    assert rotated["secret"] != made.json()["secret"]
    assert rotated["old_secret_until"]
    assert send(client, "PATCH", here, {"paused": True, "format": "slack"}).json()["place"].endswith("/…ooks")
    assert send(client, "POST", f"{here}/test").status_code == 202
    with activate(tenant.pk):
        telling.tell([telling.Happening(type="promise.alert_raised", data={"n": n}) for n in range(3)])
        rows = WebhookDelivery.objects.order_by("id")
        first, given_up = rows[0].id, rows[1].id
        WebhookDelivery.objects.filter(id=given_up).update(
            given_up_at=rows[1].created_at, error="500: down", status=500
        )
    page = client.get(f"{WHERE}{here}/deliveries", {"page_size": 2}).json()
    assert [(one["type"], one["state"], one["status"]) for one in page["results"]] == [
        ("webhook.test", "waiting", None),
        ("promise.alert_raised", "given_up", 500),
    ]
    assert len(client.get(page["next"]).json()["results"]) == 2
    assert len(client.get(f"{WHERE}{here}/deliveries", {"state": "given_up"}).json()["results"]) == 1
    assert send(client, "POST", f"{here}/replay", {"deliveries": [str(first)]}).json() == {"again": 1}
    assert send(client, "POST", f"{here}/replay").json() == {"again": 1}
    assert send(client, "DELETE", here).status_code == 204
    assert client.get(f"{WHERE}{here}").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": "https://10.0.0.8/"}, "url"),
        ({"url": "http://93.184.216.34/"}, "url"),
        ({"url": None}, "url"),
        ({"types": ["promise.misspelt"]}, "types"),
        ({"format": "irc"}, "format"),
        ({"name": "Taken"}, "name"),
        ({"secret": "whsec_mine"}, "secret"),
    ],
)
def test_what_is_wrong_is_refused_by_field(wrong, field):
    tenant = make_tenant()
    with activate(tenant.pk):
        Webhook.objects.create(name="Taken", url=NEW["url"], secret="-")
    refused = send(api_of(make_key(tenant)), "POST", "", NEW | wrong)
    assert (refused.status_code, [each["field"] for each in refused.json()["errors"]]) == (400, [field])


def test_an_outsider_finds_nothing_and_nonsense_is_said():
    tenant = make_tenant()
    with activate(tenant.pk):
        here = f"/{Webhook.objects.create(name='CRM', url=NEW['url'], secret='-').pk}"
    outsider, ours = api_of(make_key(make_tenant())), api_of(make_key(tenant))
    for method, path in (
        ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/rotate"), ("POST", "/test"), ("POST", "/replay"),
        ("GET", "/deliveries"),
    ):  # fmt: skip
        assert send(outsider, method, f"{here}{path}").status_code == 404
    assert ours.get(f"{WHERE}{here}/deliveries", {"state": "lost"}).status_code == 400
    assert send(ours, "POST", f"{here}/replay", {"deliveries": [str(uuid4())]}).status_code == 400
    assert ours.get(f"{WHERE}/{2**70}").status_code == 404
