"""Where few customers gave many answers, the page says from about how many they came."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cxplatform.tenancy.context import activate
from dashboards.insights.look import look
from dashboards.models import Insight
from surveys.answer import record_responses
from tests.factories import client_of, make_journey, make_member, make_tenant
from tests.surveys.worlds import count_all, make_survey, submission

pytestmark = pytest.mark.django_db


def test_answers_of_the_same_customers_are_told_apart_from_customers() -> None:
    tenant = make_tenant(language="en")
    place = make_journey(tenant, "buying", stages=["Buy"]).touchpoints[0]
    visit, relation = make_survey(tenant, "visit"), make_survey(tenant, "relation", kind="relationship")
    now = timezone.now()
    answers = [
        submission(visit, nps=9, customer=f"c{n % 6}", touchpoint=place.slug, answered_at=now - timedelta(days=n))
        for n in range(24)
    ]
    answers += [submission(visit, nps=3, touchpoint=place.slug, answered_at=now) for _ in range(4)]  # nobody known
    answers.append(submission(relation, nps=3, customer="c1", answered_at=now))
    with activate(tenant.pk):
        assert record_responses(answers, collected_by="api").rejected == []
    count_all(tenant)
    client = client_of(make_member(tenant, "viewer"), headers={"accept-language": "en"})
    home = f"/t/{tenant.slug}/"
    assert "customers" not in client.get(home).content.decode().partition('id="tile-nps')[2][:2500]
    with activate(tenant.pk):
        assert look(tenant=tenant, kind="voices") == 1
        assert Insight.objects.get(kind="voices").data["periods"]["90d"] == {"nps/0-10": [28, 10]}
    assert "n 28 from about 10 customers" in client.get(home).content.decode()
    assert "from about" not in client.get(f"{home}?journey=buying").content.decode()
    with activate(tenant.pk):
        Insight.objects.update(data={"periods": {"90d": {"nps/0-10": [28, 27]}}})
    assert "from about" not in client.get(home).content.decode()
