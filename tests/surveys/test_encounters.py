"""Scores by encounter number, whatever the order in which encounters and answers come."""

from datetime import UTC, datetime, timedelta

import pytest

from cxplatform.pipeline.rebuild import rebuild
from cxplatform.tenancy.context import activate
from journeys import mapping, remapping
from journeys.merging import merge
from journeys.people import customer_of
from surveys.answer import record_responses
from surveys.corrections import remove_test_answers
from surveys.models import EncounterRollup, Response
from tests.factories import make_tenant, make_touchpoint
from tests.promises.worlds import event, send
from tests.surveys.worlds import count_all, make_survey, submission

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOON = datetime(2026, 3, 2, 10, tzinfo=UTC)


def by_number(tenant):
    """number -> answers of NPS by value."""
    with activate(tenant.pk):
        rows = EncounterRollup.objects.filter(metric="nps/0-10").values_list("number", "histogram")
        return {n: {bin: count for bin, count in enumerate(told) if count} for n, told in rows if any(told)}


def test_an_answer_counts_at_the_encounter_it_followed():
    tenant = make_tenant()
    survey = make_survey(tenant)
    visits = [event("visit", NOON + day * DAY, customer="A", touchpoint="shop") for day in range(8)]

    def answer(customer, nps, day):
        at = NOON + day * DAY + timedelta(hours=1)
        return submission(survey, customer=customer, nps=nps, answered_at=at)

    send(tenant, *visits[1:3], event("note", NOON, customer="A"), event("visit", NOON, customer="B", touchpoint="shop"))
    with activate(tenant.pk):
        record_responses([answer("A", 3, 1), answer("A", 9, 2), answer("B", 5, 0)], collected_by="api")
    count_all(tenant)
    assert by_number(tenant) == {1: {3: 1, 5: 1}, 2: {9: 1}}
    # one heard of late comes before the others, and the answers after it move
    send(tenant, visits[0], *visits[3:])
    assert by_number(tenant) == {1: {5: 1}, 2: {3: 1}, 3: {9: 1}}
    with activate(tenant.pk):
        record_responses([answer("A", 10, 7)], collected_by="api")
    count_all(tenant)
    assert by_number(tenant)[6] == {10: 1}  # the eighth is told as "sixth or later"
    assert not any(rebuild(tenant.pk).values())
    with activate(tenant.pk):
        merge(stays=customer_of("A"), number="B")
    assert by_number(tenant) == {2: {5: 1}, 3: {3: 1}, 4: {9: 1}, 6: {10: 1}}
    with activate(tenant.pk):
        remove_test_answers(list(Response.objects.values_list("id", flat=True)[:3]))
    assert sum(sum(told.values()) for told in by_number(tenant).values()) == 1
    assert not any(rebuild(tenant.pk).values())


def test_what_gets_a_place_afterwards_is_an_encounter_too():
    tenant = make_tenant()
    survey, shop = make_survey(tenant), make_touchpoint(tenant)
    send(tenant, *(event("door.opened", NOON + day * DAY, customer="A") for day in range(3)))
    with activate(tenant.pk):
        at = NOON + 2 * DAY + timedelta(hours=1)
        record_responses([submission(survey, customer="A", nps=3, answered_at=at)], collected_by="api")
    count_all(tenant)
    assert by_number(tenant) == {1: {3: 1}}
    with activate(tenant.pk):
        run = remapping.remap([mapping.describe("door.opened", mapping.Meaning(touchpoint_id=shop.pk))])
    while remapping.apply(tenant.pk, run.pk) != remapping.DONE:
        pass
    assert by_number(tenant) == {3: {3: 1}}
    assert not any(rebuild(tenant.pk).values())
