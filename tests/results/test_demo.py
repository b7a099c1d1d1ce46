"""What the demo company tries and tells is there to be read."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cxplatform.demo import company, tried
from cxplatform.demo.visits import a_day
from cxplatform.tenancy.context import activate
from dashboards.models import Experiment, GestureUse
from surveys.answer import record_responses
from tests.factories import client_of
from tests.surveys.worlds import count_all

pytestmark = pytest.mark.django_db


def test_the_demo_tries_a_message_and_tells_what_it_did() -> None:
    until = timezone.localdate()
    tenant = company.found(password="x" * 12, until=until)
    with activate(tenant.pk):
        for ago in (5, 6, 7):
            record_responses(a_day(until - timedelta(days=ago), until=until).answers, collected_by="import")
    tried.set_up(tenant, until=until)
    count_all(tenant)
    tried.tell(tenant, until=until)
    page = Client().get(f"/r/{tenant.slug}/?lang=fi").content.decode()
    assert "Chat palvelee nyt iltayhdeksään." in page and tried._WORDS[-1] in page
    with activate(tenant.pk):
        assert Experiment.objects.get().state == "running" and GestureUse.objects.exists()
        lead = client_of(tenant.memberships.get(role="cx_lead"))
    shown = lead.get(f"/t/{tenant.slug}/experiments/varausvahvistus/")
    variants = shown.context["found"].variants
    assert sum(one.answers for one in variants) == 620 and 590 < sum(one.n for one in variants) < 620
