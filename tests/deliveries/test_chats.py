"""What happened, said in a chat: in the company's language, with nothing that people wrote read as formatting."""

import json
from typing import Any

import pytest

from cxplatform.deliveries.models import Webhook, WebhookDelivery
from cxplatform.deliveries.webhooks import sending, telling
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry
from promises.alerts.tell import EXAMPLE, RAISED
from tests.factories import client_of, make_member, make_tenant

pytestmark = pytest.mark.django_db(transaction=True)
NASTY = "<!channel> [free](https://evil.example) & *all*"


def tell(tenant: Any) -> None:
    with activate(tenant.pk):
        telling.tell([telling.Happening(type=RAISED, data={**EXAMPLE, "name": NASTY})])


def texts(card: Any) -> list[str]:
    return [run["text"] for block in card["body"] for run in block["inlines"]]


def test_slack_and_teams_are_told_in_words_and_names_are_no_formatting(receivers):
    tenant = make_tenant(language="fi")
    with activate(tenant.pk):
        for place, format in zip(receivers, ("slack", "teams"), strict=True):
            Webhook.objects.create(name=format, url=place.url, secret="-", format=format)
    tell(tenant)
    assert sending.deliver_due(tenant.pk) == 2
    slack, teams = (json.loads(place.got[0][1]) for place in receivers)
    assert slack["text"].startswith("Asiakaslupauksen ”&lt;!channel&gt; [free]")
    assert slack["text"].count("&amp; *all*") == 1
    assert slack["blocks"][1]["fields"][1]["text"] == "*Mitä rikkoutui*\neilisestä lähtien rikkoutui 12 / 85"
    assert f"/t/{tenant.slug}/promises/" in slack["blocks"][2]["text"]["text"]
    [attachment] = teams["attachments"]
    assert (teams["type"], attachment["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    card = attachment["content"]
    assert (card["type"], {block["type"] for block in card["body"]}) == ("AdaptiveCard", {"RichTextBlock"})
    assert NASTY in texts(card)[0]
    assert card["actions"][0]["url"].startswith("http")
    assert "webhook-signature" not in receivers[0].got[0][0]


def test_a_chat_is_set_up_looked_at_and_tried_and_its_address_is_shown_to_nobody(receivers):
    tenant = make_tenant()
    client, address = client_of(make_member(tenant, "admin")), f"/t/{tenant.slug}/settings/webhooks/"
    secret = f"{receivers[0].url}/T0/B0/very-secret-0042"
    made = client.post(address, {"name": "Team", "format": "slack", "url": secret}, follow=True)
    shown = made.content.decode()
    assert "…0042" in shown
    with activate(tenant.pk):
        webhook = Webhook.objects.get()
    page = f"{address}{webhook.pk}/"
    assert "The promise “Vastaamme vuorokaudessa” is breaking" in client.get(page, {"type": RAISED}).content.decode()
    other = client.get(page, {"type": "promise.alert_resolved"}).content.decode()
    assert "calm again" in other
    client.post(f"{page}test/")
    receivers[0].statuses, receivers[0].body = [404], secret.encode()
    assert sending.deliver_due(tenant.pk) == 0
    assert json.loads(receivers[0].got[0][1])["text"].startswith("A test: what happens at Company")
    changed = {"name": "Crew", "format": "teams", "url": f"{secret}1", "types": [RAISED]}
    assert client.post(page, changed).status_code == 302
    assert client.post(page, changed | {"url": "nonsense"}).status_code == 422
    assert client.post(page, changed | {"url": ""}).status_code == 302
    with activate(tenant.pk):
        now = Webhook.objects.get()
        told = json.dumps(list(AuditEntry.objects.values_list("changes", flat=True)), ensure_ascii=False)
        errors = [*WebhookDelivery.objects.values_list("error", flat=True)]
    assert (now.name, now.format, now.url, now.types) == ("Crew", "teams", f"{secret}1", [RAISED])
    pages = shown + other + client.get(address).content.decode() + client.get(page).content.decode()
    assert [text for text in (pages, told, *errors) if "very-secret" in text] == []
    assert "…0421" in told
