"""A promise to ourselves: customers who turn to us are contacted in time. Follow-ups tell of themselves by events."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cxplatform.pipeline.claim import drain
from cxplatform.tenancy.context import activate
from journeys.record import IncomingEvent, record
from promises.models import PromiseOutcome
from surveys.followups import work
from surveys.models import Cause, FollowUp
from tests.promises.worlds import make_promise
from tests.surveys.followups.worlds import make_firm, make_rule


@pytest.mark.django_db
def test_contacted_in_time_is_a_promise_like_others_and_its_break_opens_nothing() -> None:
    firm = make_firm()
    make_promise(
        firm.tenant,
        opening_type="followup.opened",
        closing_type="followup.contacted",
        duration_minutes=60,
        calendar=None,
    )
    for cause in (Cause.COMPLAINT, Cause.BROKEN_PROMISE):
        make_rule(firm.tenant, cause)
    now = timezone.now()
    with activate(firm.tenant.pk):
        for number, ago in enumerate((10, 180)):
            sent = {"customer": f"K-{number}", "unit": firm.unit.slug, "time": now - timedelta(minutes=ago)}
            record(events=[IncomingEvent(id=f"c-{number}", type="complaint.received", **sent)], source="crm")
    drain(firm.tenant.pk)
    with activate(firm.tenant.pk):
        for follow_up in FollowUp.objects.all():
            work.contacted(follow_up_id=follow_up.pk, version=None, by=firm.manager.user, text="Called")
    drain(firm.tenant.pk)
    with activate(firm.tenant.pk):
        # The clock runs from the customer's signal, not from our hearing of it.
        assert sorted(PromiseOutcome.objects.values_list("status", flat=True)) == ["broken", "kept"]
        assert FollowUp.objects.count() == 2
