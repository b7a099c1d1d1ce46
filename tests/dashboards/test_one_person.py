"""Two numbers of one person become one, and a person is erased: no count is lost, nothing leads back."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils.translation import override

from cxplatform.deliveries.messages import Message, enqueue
from cxplatform.pipeline.rebuild import rebuild
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry
from journeys.erasing import erase
from journeys.exporting import export
from journeys.merging import MergeRefused, merge
from journeys.models import Customer, Event, Passage, PathRollup, RuleFiring
from promises.models import PromiseOutcome
from surveys.answer import record_responses
from surveys.asking.optout import address_hash
from surveys.models import Invitation, OptOut, PrizeEntry, Response, Survey
from tests.factories import (
    api_of,
    client_of,
    make_channel,
    make_customer,
    make_dimension,
    make_journey,
    make_key,
    make_member,
    make_tenant,
)
from tests.promises.worlds import counts, event, make_promise, outcomes, send
from tests.surveys.worlds import REASON, count_all, counted, make_survey, submission

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(kept: None) -> Any:
    """Anna under two numbers, and Bertil: events by case and by customer, promises, answers, asks."""
    tenant = make_tenant()
    make_dimension(tenant, "segment")
    by_case, by_customer = make_journey(tenant), make_journey(tenant, trace_by="customer", inactive_hours=48)
    make_promise(tenant, "reply")
    make_promise(
        tenant,
        "call",
        opening_type="call.asked",
        closing_type="call.made",
        duration_minutes=60,
        match="customer",
    )
    relation = make_survey(tenant, "relation", kind="relationship", questions=[("nps", "nps/0-10"), REASON])
    moment = make_survey(tenant, "moment")
    anna = make_customer(
        tenant, "A-1", name="Anna", email="anna@example.org", dimensions={"segment": "b2b", "shoe": 38}
    )
    alias = make_customer(tenant, "A-2", name="A. V.", phone="+358401234567", locale="sv")
    case, customer = ([place.slug for place in path.touchpoints] for path in (by_case, by_customer))
    send(
        tenant,
        *_case("o-1001", "A-1", case, NOON, {"segment": "private", "iban": "FI21"}),
        *_case("o-1002", "A-2", case, NOON + timedelta(hours=1), {}),
        *_case("o-1003", "B-1", case, NOON, {}),
        # a case in which Anna and Bertil both have a part
        event(
            "order.placed", NOON, customer="A-1", correlation="o-1009", touchpoint=case[0], properties={"pet": "tabby"}
        ),
        event("order.delivered", NOON + timedelta(hours=2), customer="B-1", correlation="o-1009", touchpoint=case[1]),
        # two visits of the same day under two numbers, and one in between that names the other
        event("visit", NOON, customer="A-1", touchpoint=customer[0]),
        event("visit", NOON + timedelta(hours=1), customer="A-2", touchpoint=customer[1]),
        event("visit", NOON + timedelta(hours=2), customer="A-1", touchpoint=customer[2]),
        # asked under one number, called back under the other
        event("call.asked", NOON, customer="A-1"),
        event("call.made", NOON + timedelta(minutes=30), customer="A-2"),
        event("call.asked", NOON + timedelta(days=1), customer="A-2"),
    )
    with activate(tenant.pk):
        record_responses(
            [
                submission(relation, customer="A-1", nps=2, answered_at=NOON, texts={"reason": "kallis"}),
                submission(relation, customer="A-2", nps=9, answered_at=NOON + timedelta(days=3)),
                submission(relation, customer="B-1", nps=7, answered_at=NOON),
                submission(moment, customer="A-1", nps=10, answered_at=NOON, correlation="o-1001", touchpoint=case[0]),
            ],
            collected_by="api",
        )
        for who, state in ((anna, "sent"), (alias, "planned")):
            Invitation.objects.create(
                survey_id=moment.pk,
                method="email",
                state=state,
                customer_id=who.id,
                address="anna@example.org",
                due_at=NOON,
                expires_at=NOON + timedelta(days=900),
            )
            OptOut.objects.create(customer_id=who.id, address_hash=address_hash("anna@example.org"))
    count_all(tenant)
    assert not any(rebuild(tenant.pk).values())
    return SimpleNamespace(tenant=tenant, anna=anna, alias=alias)


def _case(name: str, who: str, places: list[str], at: datetime, properties: dict[str, Any]) -> list[Any]:
    return [
        event("order.placed", at, customer=who, correlation=name, touchpoint=places[0], properties=properties),
        event("order.packed", at, correlation=name, touchpoint=places[1]),
        event("order.delivered", at + timedelta(minutes=90), customer=who, correlation=name, touchpoint=places[2]),
    ]


def paths(tenant: Any) -> dict[Any, Any]:
    names = ("journey_id", "measure", "dimension", "value", "day", "key", "n", "open", "total", "squares", "histogram")
    with activate(tenant.pk):
        return {row[:6]: row[6:] for row in PathRollup.objects.values_list(*names) if row[6]}


def test_two_numbers_become_one_person_as_if_they_always_had_been(world):
    with activate(world.tenant.pk):
        known = world.anna.dimensions
        Customer.objects.filter(id=world.alias.id).update(dimensions={"segment": "b2c", "region": "north"})
        merge(stays=world.anna, number="A-2")
        for model in (Event, Response, PromiseOutcome, Passage, Invitation, OptOut):
            assert not model.objects.filter(customer_id=world.alias.id).exists(), model
        # one passage of three visits, where there were two of one number around one of the other
        visits = Passage.objects.get(customer_id=world.anna.id, trace_by="customer", started_at=NOON)
        assert len(visits.touchpoint_ids) >= 3
        anna = Customer.objects.get(id=world.anna.id)
        assert (anna.name, anna.phone, anna.locale) == ("Anna", "+358401234567", "sv")
        assert anna.dimensions == {"region": "north"} | known
        assert OptOut.objects.count() == 1
        assert "Anna" not in str(list(AuditEntry.objects.filter(action="merged").values()))
    relation = [key for key in counted(world.tenant) if key[7] == "2026-Q1" or key[8] == "2026-Q1"]
    assert relation
    totals = [sum(n) for key, n in counted(world.tenant).items() if key[8] == "2026-Q1" and key[1:4] == ("", "", "d")]
    assert sum(totals) == 2  # Anna's later answer and Bertil's
    call = [row["status"] for row in outcomes(world.tenant) if row["subject"] == str(world.anna.id)]
    assert sorted(call) == ["broken", "kept"]
    assert not any(rebuild(world.tenant.pk).values())


def test_the_old_number_goes_on_working(world):
    with activate(world.tenant.pk):
        merge(stays=world.anna, number="A-2")
    send(world.tenant, event("later", NOON, customer="A-2"))
    with activate(world.tenant.pk):
        assert Event.objects.get(type="later").customer_id == world.anna.id
        record_responses([submission("moment", customer="A-2", nps=1)], collected_by="api")
        newest = Response.objects.latest("id")
        assert (newest.customer_id, newest.dimensions) == (world.anna.id, {"segment": "b2b"})
        with pytest.raises(MergeRefused, match="A-2"):
            merge(stays=world.anna, number="A-2")
        with pytest.raises(MergeRefused, match="A-99"):
            merge(stays=world.anna, number="A-99")
    api = api_of(make_key(world.tenant))
    assert api.get("/api/v1/customers/A-2").json()["external_id"] == "A-1"
    answer = api.patch("/api/v1/customers/A-2", {"role": "buyer"}, content_type="application/json")
    assert (answer.json()["external_id"], answer.json()["role"]) == ("A-1", "buyer")
    assert [row["external_id"] for row in api.get("/api/v1/customers").json()["results"]] == ["A-1", "B-1"]


def test_what_comes_in_while_they_are_merged_follows(world):
    with activate(world.tenant.pk):
        merge(stays=world.anna, number="A-2")
        record_responses([submission("moment", customer="A-1", nps=1)], collected_by="api")
        late = Response.objects.latest("id").id
        for model in (Response, Event):
            model.objects.filter(id=late).update(customer_id=world.alias.id)
    count_all(world.tenant)
    with activate(world.tenant.pk):
        for model in (Response, Event):
            assert model.objects.get(id=late).customer_id == world.anna.id
    assert not any(rebuild(world.tenant.pk).values())


def everything_stored(tenant: Any) -> str:
    """All text of all rows of a tenant but the history, as the database has it."""
    found = []
    with activate(tenant.pk), connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            found.append(cursor.fetchone()[0] or "")
    return " ".join(found)


def test_an_erased_person_leaves_the_counts_and_nothing_else(world):
    with activate(world.tenant.pk):
        merge(stays=world.anna, number="A-2")
    before = counted(world.tenant), counts(world.tenant), paths(world.tenant)
    with activate(world.tenant.pk):
        erase(world.anna)
    assert (counted(world.tenant), counts(world.tenant), paths(world.tenant)) == before
    assert not any(rebuild(world.tenant.pk).values())
    assert (counted(world.tenant), counts(world.tenant), paths(world.tenant)) == before
    stored = everything_stored(world.tenant)
    for trace in (
        "Anna",
        "A. V.",
        "anna@",
        "+358",
        "A-1",
        "A-2",
        "o-1001",
        "o-1002",
        "kallis",
        "FI21",
        "tabby",
        "shoe",
    ):
        assert trace not in stored, trace
    assert "o-1003" in stored
    assert "o-1009" in stored  # Bertil's case too
    with activate(world.tenant.pk):
        ids = str(world.anna.id), str(world.alias.id)
        assert not any(part in stored.replace(_history(), "") for part in ids)
        assert OptOut.objects.values_list("customer_id", flat=True).get() is None
        planned = Invitation.objects.order_by("id").values_list("state", "reason", "customer_id", "address")
        assert list(planned)[1] == ("skipped", "erased", None, "")
        ghost = Customer.objects.get(erased_at__isnull=False)
        assert ghost.dimensions == {"segment": "b2b"}


def _history() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM tenancy_auditentry t")
        return str(cursor.fetchone()[0])


def test_a_number_that_comes_again_is_a_new_customer(world):
    with activate(world.tenant.pk):
        erase(world.anna)
    send(world.tenant, event("visit", NOON, customer="A-1"))
    with activate(world.tenant.pk):
        assert Customer.objects.get(external_id="A-1").id != world.anna.id
    assert not any(rebuild(world.tenant.pk).values())


def test_an_ask_by_address_alone_is_theirs_too(world):
    with activate(world.tenant.pk):
        survey = Survey.objects.get(slug="moment")
        to = {"survey_id": survey.pk, "method": "email", "state": "sent", "due_at": NOON, "expires_at": NOON}
        Invitation.objects.create(address="anna@example.org", **to)
        other = Invitation.objects.create(address="bertil@example.org", **to)
        assert len(export(world.anna)["asks"]) == 2
        erase(world.anna)
        left = Invitation.objects.exclude(address="").exclude(customer_id=world.alias.id)
        assert left.get().id == other.id


def test_whoever_waits_for_a_turn_finds_a_person_gone_or_merged(world):
    """Sent twice, or by two people at once: nothing is said to be erased that is not."""
    with activate(world.tenant.pk), override("en"):  # whatever language the test before left
        merge(stays=world.anna, number="A-2")
        with pytest.raises(Customer.DoesNotExist):
            erase(world.alias)
        assert Customer.objects.filter(external_id="A-2", merged_into_id=world.anna.id).exists()
        erase(world.anna)
        with pytest.raises(Customer.DoesNotExist):
            erase(world.anna)
        with pytest.raises(MergeRefused, match="just been merged or erased"):
            merge(stays=world.anna, number="B-1")


def test_everything_about_a_person_can_be_taken_out(world):
    with activate(world.tenant.pk):
        fired = RuleFiring.objects.create(
            rule_id=1, event_id=uuid4(), customer_id=world.anna.id, time=NOON, prompted="email"
        )
        enqueue([Message(by="email", to="anna@example.org", about=fired.id, sender="Us", text="Check the pressure.")])
        survey = Survey.objects.get(slug="moment")
        PrizeEntry.objects.create(survey=survey, name="Anna", contact="Anna@Example.org", entered_on=NOON)
        told = export(world.anna)
        assert told["prompt_messages"][0]["text"] == "Check the pressure."
        assert [one["name"] for one in told["prize_entries"]] == ["Anna"]
    assert told["customer"]["email"] == "anna@example.org"
    assert {one["type"] for one in told["events"]} >= {"order.placed", "visit", "survey.answered"}
    assert "kallis" in str(told["answers"])
    assert len(told["promises"]) == 2
    assert told["asks"]
    assert "B-1" not in str(told)
    with activate(world.tenant.pk):
        erase(world.anna)
        assert not PrizeEntry.objects.exists()


def test_the_page_asks_twice(world):
    client = client_of(make_member(world.tenant, "admin", sees_identity=True), headers={"accept-language": "en"})
    page = f"/t/{world.tenant.slug}/customers/{world.anna.id}/"
    html = client.get(f"{page}merge/?number=A-2").content.decode()
    assert "A. V." in html
    assert client.post(f"{page}merge/", {"number": "A-2"}).status_code == 302
    old = client.get(f"/t/{world.tenant.slug}/customers/{world.alias.id}/")
    assert (old.status_code, old.headers["location"]) == (302, page)
    assert "also known as A-2" in client.get(f"/t/{world.tenant.slug}/customers/?q=a-2").content.decode()
    assert client.get(f"{page}export.json").json()["customer"]["former_numbers"] == ["A-2"]
    assert client.post(f"{page}erase/", {"number": "a-1"}).status_code == 422
    assert client.post(f"{page}erase/", {"number": "A-1"}).status_code == 302
    assert client.get(page).status_code == 404


def test_over_rest_as_well_and_never_across_tenants(world):
    api, other = api_of(make_key(world.tenant)), api_of(make_key(make_tenant()))
    shop = make_channel(world.tenant)
    for method, path in (("post", "A-1/merge"), ("get", "A-1/export"), ("delete", "A-1")):
        sent = {"data": {"external_id": "A-2"}} if method == "post" else {}
        answer = getattr(other, method)(f"/api/v1/customers/{path}", **sent, content_type="application/json")
        assert answer.status_code == 404
    told = {"preferred_channel": shop.slug, "ambassador_at": "2026-01-02T03:04:05+00:00"}
    answer = api.patch("/api/v1/customers/A-2", told, content_type="application/json")
    assert answer.json()["preferred_channel"] == shop.slug
    assert answer.json()["ambassador_at"] == "2026-01-02T05:04:05+02:00"
    wrong = api.patch("/api/v1/customers/A-2", {"preferred_channel": "sauna"}, content_type="application/json")
    assert wrong.status_code == 400
    merged = api.post("/api/v1/customers/A-1/merge", {"external_id": "A-2"}, content_type="application/json")
    assert (merged.status_code, merged.json()["preferred_channel"]) == (200, shop.slug)
    again = api.post("/api/v1/customers/A-1/merge", {"external_id": "A-2"}, content_type="application/json")
    assert again.json()["errors"][0]["field"] == "external_id"
    assert api.get("/api/v1/customers/A-1/export").json()["customer"]["former_numbers"] == ["A-2"]
    assert api.delete("/api/v1/customers/A-1").status_code == 204
    assert api.get("/api/v1/customers/A-1").status_code == 404
