"""Other systems are told what happened: signed, again until they take it, none in another's way."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from standardwebhooks import Webhook as Verifier

from cxplatform.deliveries.models import Webhook, WebhookDelivery
from cxplatform.deliveries.webhooks import outside, sending, telling
from cxplatform.deliveries.webhooks.outside import Refused, check
from cxplatform.deliveries.webhooks.signing import new_secret, signature
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry, Tenant
from journeys.erasing import erase
from journeys.merging import merge
from journeys.models import Customer
from tests.factories import client_of, make_customer, make_member, make_tenant

pytestmark = pytest.mark.django_db(transaction=True)
TYPE = "promise.alert_raised"


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant()


def endpoint(tenant: Tenant, url: str, **fields: Any) -> Webhook:
    with activate(tenant.pk):
        return Webhook.objects.create(**{"name": "crm", "url": url, "secret": new_secret()} | fields)


def happen(tenant: Tenant, *numbers: int) -> int:
    with activate(tenant.pk):
        return telling.tell([telling.Happening(type=TYPE, data={"n": number}) for number in numbers])


def later(tenant: Tenant, hours: float = 0) -> None:
    """As if so long had passed: what waits, waits no more."""
    with activate(tenant.pk):
        Webhook.objects.update(waits_until=timezone.now())
        past = timezone.now() - timedelta(hours=hours)
        WebhookDelivery.objects.filter(sent_at=None).update(not_before=past, created_at=past)


def state(tenant: Tenant) -> list[tuple[bool, bool, int]]:
    with activate(tenant.pk):
        rows = WebhookDelivery.objects.order_by("created_at", "id")
        return [(row.sent_at is not None, row.given_up_at is not None, row.attempts) for row in rows]


def test_what_happened_arrives_signed_for_the_reference_verifier(tenant, receivers):
    made = endpoint(tenant, receivers[0].url)
    assert happen(tenant, 1) == 1
    assert sending.deliver_due(tenant.pk) == 1
    [(headers, body)] = receivers[0].got
    told = Verifier(made.secret).verify(body, headers)
    assert (told["type"], told["data"]) == (TYPE, {"n": 1})
    with pytest.raises(Exception, match="signature"):
        Verifier(new_secret()).verify(body, headers)
    assert (sending.deliver_due(tenant.pk), state(tenant)) == (0, [(True, False, 1)])


def test_while_a_secret_is_changed_both_are_good(tenant, receivers):
    old = new_secret()
    made = endpoint(tenant, receivers[0].url, previous=old, previous_until=timezone.now() + timedelta(hours=1))
    happen(tenant, 1)
    sending.deliver_due(tenant.pk)
    [(headers, body)] = receivers[0].got
    for secret in (old, made.secret):
        Verifier(secret).verify(body, headers)


def test_what_is_rolled_back_is_never_told(tenant, receivers):
    endpoint(tenant, receivers[0].url)
    with activate(tenant.pk), transaction.atomic():
        telling.tell([telling.Happening(type=TYPE, data={"n": 1})])
        transaction.set_rollback(True)
    assert sending.deliver_due(tenant.pk) == 0


def test_an_endpoint_hears_of_what_it_chose_and_a_paused_one_later(tenant, receivers):
    endpoint(tenant, receivers[0].url, types=["promise.alert_resolved"])
    paused = endpoint(tenant, receivers[1].url, paused=True)
    assert happen(tenant, 1) == 1
    assert sending.deliver_due(tenant.pk) == 0
    with activate(tenant.pk):
        Webhook.objects.filter(pk=paused.pk).update(paused=False)
    assert (sending.deliver_due(tenant.pk), receivers[0].got) == (1, [])


def test_a_failing_endpoint_waits_for_itself_alone_and_then_gets_everything_in_order(tenant, receivers):
    receivers[0].statuses = [500, 204]
    failing, well = endpoint(tenant, receivers[0].url), endpoint(tenant, receivers[1].url)
    happen(tenant, 1, 2, 3)
    assert sending.deliver_due(tenant.pk) == 3
    assert (receivers[0].types(), receivers[1].types()) == ([1], [1, 2, 3])
    happen(tenant, 4)
    assert (sending.deliver_due(tenant.pk), len(receivers[0].got)) == (1, 1)
    with activate(tenant.pk):
        assert [each.failures for each in (Webhook.objects.get(pk=failing.pk), Webhook.objects.get(pk=well.pk))] == [
            1,
            0,
        ]
    later(tenant)
    assert (sending.deliver_due(tenant.pk), receivers[0].types()[1:]) == (4, [1, 2, 3, 4])
    with activate(tenant.pk):
        assert Webhook.objects.get(pk=failing.pk).failing_since is None


def test_one_delivery_that_is_not_liked_holds_up_no_other(tenant, receivers):
    receivers[0].statuses = [400, 204]
    endpoint(tenant, receivers[0].url)
    happen(tenant, 1, 2)
    assert (sending.deliver_due(tenant.pk), receivers[0].types()) == (1, [1, 2])
    later(tenant)
    assert (sending.deliver_due(tenant.pk), receivers[0].types()) == (1, [1, 2, 1])


def test_after_a_day_it_is_given_up_and_can_be_told_again_by_hand(tenant, receivers):
    receivers[0].statuses = [503]
    endpoint(tenant, receivers[0].url)
    happen(tenant, 1, 2)
    later(tenant, hours=25)
    sending.deliver_due(tenant.pk)
    assert [given_up for _, given_up, _ in state(tenant)] == [True, True]
    receivers[0].statuses = [204]
    with activate(tenant.pk):
        assert sending.again(delivery_ids=list(WebhookDelivery.objects.values_list("id", flat=True))) == 2
    assert sending.deliver_due(tenant.pk) == 2


def test_an_endpoint_that_is_gone_is_paused(tenant, receivers):
    receivers[0].statuses = [410]
    made = endpoint(tenant, receivers[0].url)
    happen(tenant, 1)
    sending.deliver_due(tenant.pk)
    with activate(tenant.pk):
        assert Webhook.objects.get(pk=made.pk).paused


def test_a_pause_holds_though_the_round_under_way_fails(tenant, receivers):
    endpoint(tenant, receivers[0].url)
    happen(tenant, 1)
    with activate(tenant.pk):
        claim = sending._claim(ailing=True)
        Webhook.objects.update(paused=True)
        sending._settle(claim, [sending._Result(claim.rows[0][0], 500, "500: down")])
        found = Webhook.objects.get()
        assert (found.paused, found.failures) == (True, 1)


def test_a_killed_worker_s_endpoint_is_another_s_when_its_lease_has_ended(tenant, receivers):
    endpoint(tenant, receivers[0].url)
    happen(tenant, 1, 2)
    with activate(tenant.pk):
        assert len(sending._claim(ailing=True).rows) == 2
    assert (sending.deliver_due(tenant.pk), receivers[0].got) == (0, [])
    with activate(tenant.pk):
        Webhook.objects.update(busy_until=timezone.now())
    assert (sending.deliver_due(tenant.pk), receivers[0].types()) == (2, [1, 2])


def test_whoever_comes_back_after_its_lease_takes_nothing_back(tenant, receivers):
    endpoint(tenant, receivers[0].url)
    happen(tenant, 1)
    with activate(tenant.pk):
        late = sending._claim(ailing=True)
        Webhook.objects.update(busy_until=timezone.now())
    assert sending.deliver_due(tenant.pk) == 1
    with activate(tenant.pk):
        sending._settle(late, [sending._Result(late.rows[0][0], None, "timed out")])
    assert state(tenant) == [(True, False, 1)]


def test_an_endpoint_that_hangs_keeps_no_worker_and_no_other_waiting(tenant, receivers):
    let_go = threading.Event()
    receivers[0].before = let_go.wait
    endpoint(tenant, receivers[0].url)
    endpoint(tenant, receivers[1].url)
    happen(tenant, 1)
    try:
        sending.deliver_due(tenant.pk, patience=0.2)
        assert receivers[1].came.acquire(timeout=20)
        assert (sending.deliver_due(tenant.pk, patience=0), receivers[1].types()) == (0, [1])
        happen(tenant, 2)
        sending.deliver_due(tenant.pk, patience=2)
        assert receivers[1].came.acquire(timeout=20)
        assert receivers[1].types() == [1, 2]
    finally:
        let_go.set()
        sending.finish()
    assert receivers[0].types() == [1, 2]


def test_an_endpoint_that_asks_to_be_left_alone_is(tenant, receivers):
    receivers[0].statuses, receivers[0].headers = [429], {"retry-after": "900"}
    endpoint(tenant, receivers[0].url)
    happen(tenant, 1, 2)
    sending.deliver_due(tenant.pk)
    with activate(tenant.pk):
        assert Webhook.objects.get().waits_until > timezone.now() + timedelta(seconds=890)
    assert len(receivers[0].got) == 1


def test_what_an_endpoint_answers_breaks_nothing(tenant, receivers):
    receivers[0].statuses, receivers[0].body = [400, 503], b"no\x00thing"
    receivers[0].headers = {"Retry-After": "9" * 5_000}
    endpoint(tenant, receivers[0].url)
    happen(tenant, 1, 2)
    assert sending.deliver_due(tenant.pk) == 0
    assert state(tenant) == [(False, False, 1), (False, False, 1)]
    with activate(tenant.pk):
        assert Webhook.objects.get().waits_until > timezone.now() + timedelta(hours=1.9)
        assert {row.error for row in WebhookDelivery.objects.all()} == {"400: nothing", "503: nothing"}


def test_an_event_that_cannot_be_put_in_words_holds_up_nobody(tenant, receivers):
    endpoint(tenant, receivers[0].url, format=Webhook.Format.SLACK)
    endpoint(tenant, receivers[1].url)
    happen(tenant, 1)  # not what its room tells nowadays
    assert sending.deliver_due(tenant.pk) == 2
    assert (len(receivers[0].got), receivers[1].types()) == (1, [1])


def test_redirects_are_not_followed_and_long_answers_not_read(tenant, receivers):
    receivers[0].statuses, receivers[0].headers = [302], {"location": receivers[1].url}
    endpoint(tenant, receivers[0].url)
    receivers[1].body = b"x" * 5_000_000
    endpoint(tenant, receivers[1].url)
    happen(tenant, 1)
    assert sending.deliver_due(tenant.pk) == 1
    assert (len(receivers[0].got), len(receivers[1].got)) == (1, 1)


def test_an_endpoint_that_drips_is_cut_off(tenant, settings, monkeypatch):
    settings.WEBHOOKS_INSIDE = True
    monkeypatch.setattr(outside, "SECONDS", 0.3)
    done = threading.Event()

    class Drips(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.wfile.write(b"HTTP/1.1 ")
            done.wait(30)

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Drips) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        endpoint(tenant, f"http://127.0.0.1:{server.server_address[1]}/")
        happen(tenant, 1)
        assert sending.deliver_due(tenant.pk) == 0
        done.set()
        server.shutdown()
    assert state(tenant) == [(False, False, 1)]


@pytest.mark.parametrize(
    "url",
    [
        "https://localhost/x",
        "https://127.0.0.1/x",
        "https://10.0.0.8:8443/",
        "https://[::1]/",
        "https://[::ffff:192.168.1.1]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[64:ff9b:1::a00:8]/",
        "https://[::7f00:1]/",
        "https://[2002:a00:8::1]/",
        "https://[fec0::1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "http://example.com/",
        "ftp://example.com/",
        "https://user:secret@example.com/",
        "https://example.com:99999/",
        "https:///hooks",
        "example.com/hooks",
        "https://[oops/",
    ],
)
def test_addresses_of_our_own_network_and_nonsense_are_refused(url):
    with pytest.raises(Refused):
        check(url)


@pytest.mark.parametrize(
    "url", ["https://[2606:4700::1111]/", "https://[64:ff9b::5db8:d822]/", "https://93.184.216.34/"]
)
def test_addresses_of_the_internet_are_taken(url):
    assert check(url).hostname


def test_a_name_that_leads_into_our_own_network_is_refused_when_it_is_looked_up(tenant, monkeypatch):
    """The one look-up that a test cannot leave to the network: it is the standard library's, not ours."""
    inside = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.8", 443))]
    monkeypatch.setattr(outside.socket, "getaddrinfo", lambda *args, **kwargs: inside)
    endpoint(tenant, "https://hooks.example.com/")
    happen(tenant, 1)
    assert sending.deliver_due(tenant.pk) == 0
    with activate(tenant.pk):
        assert "network" in WebhookDelivery.objects.get().error


def test_another_company_s_endpoints_hear_nothing(tenant, receivers):
    endpoint(make_tenant(), receivers[0].url)
    assert happen(tenant, 1) == 0


def test_what_waits_forgets_an_erased_person_and_follows_a_merged_one(tenant, receivers):
    endpoint(tenant, receivers[0].url)
    one, other = make_customer(tenant, "A1"), make_customer(tenant, "A2")
    told = [
        telling.Happening(
            type=TYPE, data={"n": 1, "customer": who.external_id, "correlation": "o-1"}, customer_id=who.pk[1]
        )
        for who in (one, other)
    ]
    with activate(tenant.pk):
        telling.tell(told)
        merge(stays=other, number="A1")
        erase(Customer.objects.get(external_id="A2"))
    assert sending.deliver_due(tenant.pk) == 2
    assert [json.loads(body)["data"] for _, body in receivers[0].got] == [
        {"n": 1, "customer": None, "correlation": None}
    ] * 2


def test_what_no_room_has_registered_is_a_mistake_of_ours(tenant):
    with activate(tenant.pk), pytest.raises(ValueError, match="registered"):
        telling.tell([telling.Happening(type="promise.misspelt", data={})])


def test_a_secret_that_is_none_is_said_so():
    with pytest.raises(ValueError, match="secret"):
        signature(secret="whsec_!", id="1", timestamp=1, body=b"")


def test_an_admin_makes_one_sees_its_secret_once_tries_it_and_ends_it(tenant, receivers):
    client, address = client_of(make_member(tenant, "admin")), f"/t/{tenant.slug}/settings/webhooks/"
    form = {"name": "CRM", "format": "standard", "url": receivers[0].url, "types": [TYPE]}
    shown = client.post(address, form).content.decode()
    with activate(tenant.pk):
        made = Webhook.objects.get()
    assert made.secret in shown
    assert made.secret not in client.get(address).content.decode()
    assert client.post(address, form).status_code == 422
    assert client.post(f"{address}{made.pk}/test/").status_code == 302
    sending.deliver_due(tenant.pk)
    assert json.loads(receivers[0].got[0][1])["type"] == "webhook.test"
    assert "webhook.test" in client.get(f"{address}{made.pk}/").content.decode()
    rotated = client.post(f"{address}{made.pk}/rotate/").content.decode()
    with activate(tenant.pk):
        now = Webhook.objects.get()
        assert (now.previous, now.secret in rotated) == (made.secret, True)
        told = json.dumps(list(AuditEntry.objects.values_list("changes", flat=True)))
    assert now.secret not in told
    assert made.secret not in told
    for action, paused in (("pause", True), ("resume", False)):
        client.post(f"{address}{made.pk}/{action}/")
        with activate(tenant.pk):
            assert Webhook.objects.get().paused is paused
    assert client.post(f"{address}{made.pk}/explode/").status_code == 404
    client.post(f"{address}{made.pk}/remove/")
    assert happen(tenant, 1) == 0


@pytest.mark.parametrize("url", ["https://192.168.0.1/", "http://example.com/", "nonsense"])
def test_a_bad_address_is_refused_with_what_to_do(tenant, url):
    client = client_of(make_member(tenant, "admin"))
    refused = client.post(f"/t/{tenant.slug}/settings/webhooks/", {"name": "CRM", "format": "standard", "url": url})
    assert (refused.status_code, bool(refused.context["form"].errors["url"])) == (422, True)


def test_an_outsider_cannot_touch_it(tenant, receivers):
    made, other = endpoint(tenant, receivers[0].url), make_tenant()
    client = client_of(make_member(other, "admin"))
    assert client.get(f"/t/{other.slug}/settings/webhooks/{made.pk}/").status_code == 404
    assert client.post(f"/t/{other.slug}/settings/webhooks/{made.pk}/remove/").status_code == 404
