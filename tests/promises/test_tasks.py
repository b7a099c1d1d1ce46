"""The periodic tasks: what falls due is counted without any event."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cxplatform.pipeline import pulse
from cxplatform.tenancy.context import activate
from promises.models import PromiseOutcome
from promises.tasks import sweep, sweep_tenant
from tests.factories import make_tenant
from tests.promises.worlds import event, make_promise, send, statuses, total


@pytest.mark.django_db(transaction=True)
def test_a_tenant_s_sweep_counts_what_has_fallen_due_and_moves_the_pulse() -> None:
    tenant = make_tenant()
    make_promise(tenant)
    send(tenant, event("order.placed", timezone.now(), correlation="A"))
    with activate(tenant.pk):
        before = pulse.version()
        PromiseOutcome.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    sweep_tenant(tenant.pk)
    assert (statuses(tenant), total(tenant)) == (["broken"], (0, 1, 0))
    with activate(tenant.pk):
        assert pulse.version() == before + 1
    sweep_tenant(tenant.pk)
    with activate(tenant.pk):
        assert pulse.version() == before + 1


@pytest.mark.django_db(transaction=True)
def test_the_sweep_over_all_tenants_needs_no_tenant_to_be_active() -> None:
    make_tenant()
    sweep()
