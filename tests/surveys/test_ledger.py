"""The contact ledger under concurrency, and what a decision costs when it is long."""

import re
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from cxplatform.ids import uuid7s
from cxplatform.tenancy.context import activate
from journeys.models import Customer, Event
from surveys.asking import ledger, triggers
from surveys.asking.contact import Candidate
from surveys.models import AskQuota, ContactRule, Invitation, SurveyTrigger
from tests.factories import make_tenant
from tests.plans import as_new, plan
from tests.surveys.asking_worlds import event, happened, make_people, make_trigger, no_quiet, outcomes
from tests.surveys.worlds import make_survey

PARALLEL = 50


def at_once(calls):
    """Run all calls in threads with connections of their own, begun together; raise what any of them raised."""
    barrier, failures = threading.Barrier(len(calls)), []

    def run(call):
        try:
            barrier.wait()
            call()
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


@pytest.mark.django_db(transaction=True)
def test_a_quota_is_exact_under_fifty_decisions_at_once():
    tenant = make_tenant()
    no_quiet(tenant)
    trigger = make_trigger(tenant, make_survey(tenant), quota_day=17, quota_month=1000)
    people = make_people(tenant, PARALLEL)
    happened(tenant, *(event(person) for person in people), count_them=False)
    with activate(tenant.pk):
        event_ids = list(Event.objects.values_list("id", flat=True))

    def decide(event_id):
        with activate(tenant.pk):
            found = SurveyTrigger.objects.get(pk=trigger.pk)
            triggers.ask([event_id], triggers={trigger.pk: found}, now=datetime.now(UTC))

    at_once([lambda event_id=event_id: decide(event_id) for event_id in event_ids])
    assert Counter(outcomes(tenant)) == {("planned", ""): 17, ("skipped", "quota_full"): PARALLEL - 17}
    with activate(tenant.pk):
        assert dict(AskQuota.objects.values_list("period", "asked")) == {"d": 17, "m": 17}


@pytest.mark.django_db(transaction=True)
def test_one_person_is_asked_once_by_fifty_decisions_at_once():
    tenant = make_tenant()
    no_quiet(tenant, every_days=30)
    survey = make_survey(tenant)
    (anna,) = make_people(tenant)

    def decide():
        with activate(tenant.pk):
            now = datetime.now(UTC)
            one = Candidate(
                customer_id=anna.id, survey_id=survey.pk, kind="transaction", due_at=now, methods=("email",)
            )
            ledger.plan([one], now=now)

    at_once([decide] * PARALLEL)
    assert Counter(outcomes(tenant)) == {("planned", ""): 1, ("skipped", "too_soon"): PARALLEL - 1}


def fill(tenant, survey, people):
    """Ten asks of each of these people over two years, straight into the table."""
    with activate(tenant.pk):
        start = datetime.now(UTC) - timedelta(days=730)
        rows = [
            Invitation(
                id=id_,
                survey=survey,
                method="email",
                state="sent",
                customer_id=people[n % len(people)].id,
                due_at=start + timedelta(days=72 * (n // len(people))),
                expires_at=start + timedelta(days=72 * (n // len(people)) + 14),
            )
            for n, id_ in enumerate(uuid7s(10 * len(people)))
        ]
        Invitation.objects.bulk_create(rows)


@pytest.mark.django_db
def test_no_table_is_read_whole_for_a_decision():
    as_new(Customer, Event, Invitation)
    tenant = make_tenant()
    people = make_people(tenant, 600)
    fill(tenant, make_survey(tenant), people)
    with activate(tenant.pk):
        for asked in (1, 500):
            values = {
                "tenant": tenant.pk,
                "ids": [person.id for person in people[:asked]],
                "since": datetime.now(UTC) - timedelta(days=200),
                "most": 500,
            }
            for statement in (ledger._PAST, ledger._PEOPLE, ledger._ANSWERED):
                told = plan(statement, values)
                assert "Seq Scan" not in told, told
                assert re.search(r"Index.* using \w+", told), told
                assert statement != ledger._PAST or "invitation_by_customer" in told, told


@pytest.mark.django_db
def test_matching_events_reads_no_table_whole():
    as_new(Customer, Event, Invitation)
    tenant = make_tenant()
    no_quiet(tenant)
    survey = make_survey(tenant)
    make_trigger(tenant, survey, nth=2)
    make_trigger(tenant, survey, "cart.filled", unless_type="order.delivered")
    people = make_people(tenant, 500)
    happened(tenant, *(event(person, ago=n % 50) for n, person in enumerate(people * 3)), count_them=False)
    fill(tenant, survey, people)
    with activate(tenant.pk):
        ids = list(Event.objects.values_list("id", flat=True)[:500])
        values = {"tenant": tenant.pk, "ids": ids, "types": ["order.delivered", "cart.filled"], "reason": "happened"}
        for statement in (triggers._MATCH, triggers._TAKE_BACK):
            told = plan(statement, values)
            for table in ("journeys_event", "surveys_invitation"):
                assert f"Seq Scan on {table}" not in told, told


@pytest.mark.django_db
def test_a_decision_makes_as_many_statements_for_many_as_for_one(django_assert_num_queries):
    tenant = make_tenant()
    no_quiet(tenant)
    survey = make_survey(tenant)
    people = make_people(tenant, 200)
    now = datetime.now(UTC)
    for some in (people[:1], people[1:]):
        candidates = [
            Candidate(customer_id=p.id, survey_id=survey.pk, kind="transaction", due_at=now, methods=("email",))
            for p in some
        ]
        with activate(tenant.pk), django_assert_num_queries(9):
            ledger.plan(candidates, now=now)
    assert len(outcomes(tenant, state="planned")) == 200


@pytest.mark.django_db
def test_rules_are_the_tenants_own():
    ours, theirs = make_tenant(), make_tenant()
    no_quiet(theirs, every_days=365)
    with activate(ours.pk):
        assert ledger.rules_in_use() == {}
        assert ContactRule.objects.count() == 0
