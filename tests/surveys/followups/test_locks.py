"""A claim and a person who change the same follow-ups at once wait for each other, and never in a circle."""

import threading

import pytest
from django.db import connection, transaction

from cxplatform.tenancy.context import activate
from surveys.answer import record_responses
from surveys.followups import many, opening
from surveys.followups.many import Picked
from surveys.models import Cause, FollowUp, Response
from tests.factories import make_customer
from tests.surveys.followups.worlds import Firm, make_firm, make_follow_up, make_rule
from tests.surveys.worlds import NPS, REASON, make_survey, submission

pytestmark = pytest.mark.django_db(transaction=True)

_WAITS = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple'))"


def test_handing_over_many_while_a_claim_adds_to_the_same() -> None:
    firm = make_firm()
    make_rule(firm.tenant, Cause.DETRACTOR)
    survey = make_survey(firm.tenant, questions=(NPS, REASON), touchpoint=firm.touchpoint)
    other = make_customer(firm.tenant)

    def answer(customer: str) -> Response:
        with activate(firm.tenant.pk):
            given = [submission(survey, customer=customer, nps=2)]
            [one] = record_responses(given, collected_by="link").taken
            return Response.objects.get(id=one.id)

    # The first is of a customer who answers anew, the second of an answer that grows: the claim had locked the second
    # on one page of its work and the first on a later one.
    first = make_follow_up(firm)
    grown = answer(other.external_id)
    with activate(firm.tenant.pk):
        opening.open_for([grown.id], among=["survey.answered"])
        second = FollowUp.objects.get(event_id=grown.id)
        Response.objects.filter(id=grown.id).update(texts={"reason_wish": "Call me"})
    fresh = answer(firm.customer.external_id)
    failed: list[BaseException] = []

    def claim() -> None:
        try:
            with activate(firm.tenant.pk):
                opening.open_for([grown.id, fresh.id], among=["survey.answered"])
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    worker = threading.Thread(target=claim)
    with activate(firm.tenant.pk), transaction.atomic():
        _hand_over(firm, first)
        worker.start()
        while worker.is_alive() and not _somebody_waits():
            worker.join(0.02)
        _hand_over(firm, second)
    worker.join()
    assert failed == []
    with activate(firm.tenant.pk):
        found = FollowUp.objects.in_bulk([first.pk, second.pk])
        assert {row.owner_id for row in found.values()} == {firm.handler.user.pk}
        assert found[first.pk].steps.filter(kind="signal").count() == 1
        assert found[second.pk].wish == "Call me"


def _hand_over(firm: Firm, row: FollowUp) -> None:
    now = FollowUp.objects.get(pk=row.pk)
    many.hand_over([Picked(now.pk, now.version, now)], by=firm.lead.user, to=firm.handler.user)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_WAITS)
        return bool(cursor.fetchone()[0])
