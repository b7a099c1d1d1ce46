"""The same thing sent at the same moment by several hands counts once."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry
from journeys.models import Customer, Event
from surveys.answer import record_responses
from surveys.models import Response
from tests.factories import make_customer, make_dimension, make_tenant
from tests.surveys.test_page import Respondent
from tests.surveys.worlds import CES, NPS, count_all, make_link, make_survey, option, submission, totals

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Run each call in a thread of its own, all let go at the same moment; their results."""
    gate, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place: int) -> None:
        gate.wait()
        try:
            results[place] = calls[place]()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_button_pressed_many_times_is_one_answer() -> None:
    tenant = make_tenant()
    visit = Respondent(make_link(tenant, make_survey(tenant, questions=[NPS, CES])).code)
    first = {**visit.form, "a": "9"}
    seen = at_once([lambda: Client().post(visit.address, first).status_code] * 6)
    assert seen == [200] * 6
    with activate(tenant.pk):
        assert Response.objects.values_list("answers", flat=True).get() == {"nps": 9}
        assert Event.objects.count() == 1
    count_all(tenant)
    assert totals(tenant) == {"nps/0-10": [0] * 9 + [1, 0]}


def test_batches_that_overlap_neither_deadlock_nor_count_twice() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    batch = [submission(survey, f"s{i}", nps=i % 11, customer=f"c{i % 17}") for i in range(200)]

    def send(part: list[Any]) -> list[Any]:
        with activate(tenant.pk):
            return record_responses(part, collected_by="api").taken

    everyone = at_once([lambda: send(batch), lambda: send(batch[::-1]), lambda: send(batch[50:] + batch[:50])])
    assert sum(not taken.duplicate for part in everyone for taken in part) == 200
    ids = [{taken.submission_id: taken.id for taken in part} for part in everyone]
    assert ids[0] == ids[1] == ids[2]
    with activate(tenant.pk):
        assert (Response.objects.count(), Event.objects.count(), Customer.objects.count()) == (200, 200, 17)
    count_all(tenant)
    assert sum(totals(tenant)["nps/0-10"]) == 200


def test_of_two_who_tell_of_one_customer_at_once_the_first_stays() -> None:
    tenant = make_tenant()
    make_dimension(tenant)
    options = [option("consumer"), option("firm")]
    survey = make_survey(tenant, questions=[NPS, {"key": "who", "metric": "profile:segment", "options": options}])
    make_customer(tenant, "C-1", dimensions={"store": "Kuopio"})

    def tell(number: int) -> list[Any]:
        told = submission(survey, nps=9, who=("consumer", "firm")[number % 2], customer="C-1")
        with activate(tenant.pk):
            return record_responses([told], collected_by="api").rejected

    assert at_once([lambda number=number: tell(number) for number in range(8)]) == [[]] * 8  # type: ignore[misc]
    with activate(tenant.pk):
        found = Customer.objects.get()
        assert found.dimensions in ({"store": "Kuopio", "segment": value} for value in ("consumer", "firm"))
        assert AuditEntry.objects.filter(object_id=str(found.id)).count() == 1
        assert Response.objects.count() == 8
