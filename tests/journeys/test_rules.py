"""Rules on events: a sensor opens a service encounter and tells the customer, once, and says why when it does not."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cxplatform.deliveries.models import OutgoingMessage
from cxplatform.pipeline import claim, queue
from cxplatform.pipeline.rebuild import rebuild
from cxplatform.tenancy.context import activate
from journeys.models import Event, EventRule, RuleFiring
from journeys.record import IncomingEvent, record
from journeys.rule_preview import foresee
from surveys.asking.optout import opt_out
from surveys.models import ContactRule
from tests.admin.pages import post
from tests.factories import (
    api_of,
    client_of,
    make_channel,
    make_customer,
    make_key,
    make_member,
    make_tenant,
    make_touchpoint,
    make_unit,
)

pytestmark = pytest.mark.django_db
TEXTS = {
    "fi": {"subject": "Rengaspaine", "text": "Hei {name}, tarkista paine."},
    "en": {"text": "{name}, check it. {company}"},
}
LOW = [{"property": "bar", "operator": "lt", "value": 1.8}]


@pytest.fixture
def tenant() -> Any:
    made = make_tenant(name="Rengasala")
    with activate(made.pk):
        ContactRule.objects.create(quiet_from="00:00", quiet_to="00:00", country="")
    return made


def make_rule(tenant: Any, **fields: Any) -> EventRule:
    desk, unit = make_touchpoint(tenant, channel=make_channel(tenant)), make_unit(tenant)
    given = {"event_type": "tyre.low", "conditions": LOW, "opens_touchpoint": desk, "opens_unit": unit, "texts": TEXTS}
    with activate(tenant.pk):
        rule = EventRule(slug=f"rule-{desk.pk}", name="Rule", **given | fields)
        rule.clean()
        rule.save()
        return rule


def low(id: str, customer: str | None = "c1", *, ago: float = 1, **fields: Any) -> IncomingEvent:
    fields = {"properties": {"bar": "1.5"}} | fields
    return IncomingEvent(id, "tyre.low", time=timezone.now() - timedelta(hours=ago), customer=customer, **fields)


def send(tenant: Any, *events: IncomingEvent) -> None:
    with activate(tenant.pk):
        recorded = record(events=events, source="sensor")
        assert not recorded.rejected
    claim.drain(tenant.pk)


def done(tenant: Any) -> list[tuple[bool, str, str]]:
    with activate(tenant.pk):
        return list(RuleFiring.objects.order_by("time").values_list("opened", "prompted", "reason"))


def written(tenant: Any) -> list[tuple[str, str, str, str]]:
    with activate(tenant.pk):
        return list(OutgoingMessage.objects.order_by("id").values_list("by", "to", "subject", "text"))


def test_a_sensor_opens_one_encounter_and_tells_its_customer(tenant: Any) -> None:
    make_customer(tenant, "c1", name="Aino", email="aino@example.org", locale="fi")
    rule = make_rule(tenant)
    send(tenant, low("1"), low("2", ago=0.5), low("fine", properties={"bar": "2.2"}), low("odd", properties={}))
    with activate(tenant.pk):
        opened = Event.objects.get(type="service.opened")
        cause = Event.objects.get(source_id="1")
        assert (opened.touchpoint_id, opened.unit_id) == (rule.opens_touchpoint_id, rule.opens_unit_id)
        assert (opened.customer_id, opened.time) == (cause.customer_id, cause.time + timedelta(milliseconds=1))
        assert opened.correlation.startswith("service-")
        assert opened.properties == {"rule": rule.slug, "because": str(cause.id), "because_type": "tyre.low"}
    assert written(tenant) == [("email", "aino@example.org", "Rengaspaine", "Hei Aino, tarkista paine.")]
    assert done(tenant) == [(True, "email", "")]


def test_doubled_late_and_replayed_events_set_off_nothing_more(tenant: Any) -> None:
    make_customer(tenant, "c1", email="a@example.org")
    make_rule(tenant)
    send(tenant, low("1", ago=2))
    send(tenant, low("1", ago=2), low("late", ago=5))
    with activate(tenant.pk):
        queue.enqueue(list(Event.objects.values_list("id", flat=True)) * 2)
    claim.drain(tenant.pk)
    rebuild(tenant.pk)
    assert done(tenant) == [(True, "email", "")]
    assert len(written(tenant)) == 1
    send(tenant, low("other", "c2"), low("nobody", None), low("case", None, correlation="k"))
    send(tenant, low("case again", None, correlation="k"))
    assert sorted(done(tenant)) == [
        (True, "", "no_address"), (True, "", "no_customer"), (True, "", "no_customer"), (True, "email", ""),
    ]  # fmt: skip


def test_after_its_quiet_hours_the_same_customer_may_set_it_off_again(tenant: Any) -> None:
    make_rule(tenant, quiet_hours=3)
    send(tenant, low("1", ago=10), low("2", ago=8), low("3", ago=6.9), low("4", ago=1))
    with activate(tenant.pk):
        assert Event.objects.filter(type="service.opened").count() == 3


def test_history_and_tests_set_off_nothing(tenant: Any) -> None:
    make_rule(tenant)
    send(tenant, low("old", ago=25), low("test", properties={"bar": 1, "test": True}))
    assert done(tenant) == written(tenant) == []


def test_the_preferred_channel_and_the_word_of_the_customer_count(tenant: Any) -> None:
    text = make_channel(tenant, "sms", message_by="sms")
    both = {"email": "b@example.org", "phone": "+358401", "preferred_channel_id": text.pk, "locale": "de"}
    make_customer(tenant, "sms", name="Bo", **both)
    make_customer(tenant, "no phone", email="c@example.org", preferred_channel_id=text.pk, locale="sv-FI")
    refused = make_customer(tenant, "refused", email="d@example.org")
    erased = make_customer(tenant, "erased", email="e@example.org", erased_at=timezone.now())
    with activate(tenant.pk):
        opt_out(customer_id=refused.id, how="link")
    make_rule(tenant)
    send(tenant, *(low(f"e-{n}", n, ago=hours) for hours, n in enumerate(("erased", "refused", "no phone", "sms"), 1)))
    assert erased.erased_at
    assert written(tenant) == [
        ("sms", "+358401", "", "Hei Bo, tarkista paine." if tenant.language == "fi" else "Bo, check it. Rengasala"),
        ("email", "c@example.org", "Rengasala", ", check it. Rengasala"),
    ]
    assert done(tenant) == [(True, "sms", ""), (True, "email", ""), (True, "", "opted_out"), (True, "", "erased")]


def test_nobody_is_written_to_in_quiet_hours(tenant: Any) -> None:
    make_customer(tenant, "c1", email="a@example.org")
    make_rule(tenant)
    hour = timezone.localtime(timezone.now(), tenant.zone).hour
    with activate(tenant.pk):
        ContactRule.objects.update(quiet_from=f"{hour}:00", quiet_to=f"{(hour + 2) % 24}:00")
    send(tenant, low("1"))
    with activate(tenant.pk):
        assert OutgoingMessage.objects.get().not_before > timezone.now() + timedelta(minutes=30)


def test_a_rule_without_a_text_or_a_place_does_only_the_other(tenant: Any) -> None:
    make_customer(tenant, "c1", email="a@example.org")
    make_rule(tenant, texts={})
    make_rule(tenant, opens_touchpoint=None, opens_unit=None)
    gone = make_rule(tenant, texts={})
    with activate(tenant.pk):
        type(gone.opens_touchpoint).objects.filter(pk=gone.opens_touchpoint_id).update(archived_at=timezone.now())
    send(tenant, low("1"))
    assert sorted(done(tenant)) == [(False, "", "place_gone"), (False, "email", ""), (True, "", "")]


def test_the_trial_tells_how_often_it_would_have_been_and_stores_nothing(tenant: Any) -> None:
    send(tenant, *(low(f"{n}", f"c{n % 2}", ago=n * 10) for n in range(6)), low("old", ago=31 * 24))
    lead = make_member(tenant, "cx_lead")
    client = client_of(lead, headers={"accept-language": "en"})
    start = f"/t/{tenant.slug}/edit/journeys/eventrule/"
    form = {"event_type": "tyre.low", "tests": "bar < 1.8", "quiet_hours": 24, "latest_hours": 24}
    said = client.post(start + "trial/", form).content.decode()
    assert "4 times in the last 30 days" in said
    assert "Events of the type: 6." in said
    assert "Line 1: write a property" in client.post(start + "trial/", form | {"tests": "bar of 2"}).content.decode()
    make_rule(tenant)
    with activate(tenant.pk):
        assert foresee(EventRule(event_type="tyre.low"), now=timezone.now()).times == 4
        assert not RuleFiring.objects.exists()
    outsider = client_of(make_member(role="cx_lead"))
    assert outsider.post(start + "trial/", form).status_code == 404
    assert client_of(make_member(tenant, "viewer")).post(start + "trial/", form).status_code == 403


def test_a_dry_run_tells_what_a_rule_would_do(tenant: Any) -> None:
    make_rule(tenant)
    api = api_of(make_key(tenant))
    for bar, hours, words in ((1.5, 1, "open an encounter at"), (1.5, 30, "do nothing"), (2, 1, None)):
        time = (timezone.now() - timedelta(hours=hours)).isoformat()
        body = {"id": "x", "type": "tyre.low", "time": time, "properties": {"bar": bar}}
        answer = api.post("/api/v1/events?dry_run=1", body, content_type="application/json").json()
        told = [line for line in answer["explanations"][0]["explanation"] if line.startswith("Event rule")]
        assert [f"Event rule: Rule would {words}" in line for line in told] == ([True] if words else [])
    assert done(tenant) == []


def test_a_rule_is_written_in_the_editor(tenant: Any) -> None:
    desk = make_touchpoint(tenant, "desk")
    client = client_of(make_member(tenant, "cx_lead"), headers={"accept-language": "en"})
    start = f"/t/{tenant.slug}/edit/journeys/eventrule/"
    form = {
        "name": "Low tyre", "event_type": "tyre.low", "tests": "bar < 1.8\nkind", "quiet_hours": 24,
        "latest_hours": 24, "active": "on", "opens_type": "service.opened",
    }  # fmt: skip
    refused = client.post(start + "add/", form)
    assert "Say what the rule does" in refused.content.decode()
    post(client, start + "add/", opens_touchpoint=desk.pk, subject_fi="Hei", text_fi="Teksti", **form)
    with activate(tenant.pk):
        rule = EventRule.objects.get()
        assert (rule.slug, rule.texts) == ("low-tyre", {"fi": {"subject": "Hei", "text": "Teksti"}})
        assert rule.conditions == [*LOW, {"property": "kind", "operator": "present"}]
    page = client.get(f"{start}{rule.pk}/change/").content.decode()
    assert "bar &lt; 1.8\nkind" in page
    assert isinstance(rule.updated_at, datetime)
