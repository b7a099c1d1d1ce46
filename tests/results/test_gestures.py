"""Gestures: told of by events, counted once, and set beside those who did not meet one."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from cxplatform.tenancy.context import activate
from dashboards.gestures.effect import find
from dashboards.gestures.page import load_catalogue
from dashboards.models import Gesture, GestureUse, Insight
from journeys.erasing import erase
from journeys.models import Customer
from surveys.answer import record_responses
from tests.dashboards.worlds import days_ago
from tests.factories import client_of, make_member, make_tenant, make_touchpoint
from tests.promises.worlds import event, send
from tests.surveys.worlds import NPS, count_all, make_survey, submission

pytestmark = pytest.mark.django_db
COFFEE = {"name": "Kahvi odottaessa", "description": "Tarjotaan kahvi.", "cost": "1 200,50 EUR", "currency": "eur",
          "with_customers": "Kuusi asiakasta työpajassa"}  # fmt: skip


@pytest.fixture
def world() -> Any:
    tenant = make_tenant(name="Rengasala", language="en")
    desk = make_touchpoint(tenant, "desk", name="Desk")
    lead = client_of(make_member(tenant, "cx_lead"), headers={"accept-language": "en"})
    base = f"/t/{tenant.slug}/gestures/"
    return SimpleNamespace(
        tenant=tenant, desk=desk, get=lambda rest="": lead.get(base + rest),
        post=lambda rest, **data: lead.post(base + rest, data),
    )  # fmt: skip


def test_from_the_catalogue_to_what_those_who_met_it_say(world: Any) -> None:
    assert world.post("new/", **COFFEE, touchpoint=world.desk.pk).status_code == 302
    with activate(world.tenant.pk):
        coffee = Gesture.objects.get()
    assert (str(coffee.cost), coffee.currency, coffee.event_type) == ("1200.50", "EUR", "gesture.kahvi-odottaessa")
    now = timezone.now()
    met, others = [f"m{n}" for n in range(12)], [f"o{n}" for n in range(15)]
    told = [event(coffee.event_type, now - timedelta(days=3), customer=who, touchpoint="desk") for who in met]
    strange = event("gesture.flowers", now, customer="m0", touchpoint="desk")
    send(world.tenant, *told, *told, strange, event("gestures", now, customer="m1"))
    survey = make_survey(world.tenant, questions=[NPS], touchpoint=world.desk)
    with activate(world.tenant.pk):
        said = [submission(survey, customer=who, nps=10 if who in met[:10] else 5) for who in (*met, *others)]
        late = submission(survey, customer="late", nps=0, answered_at=now - timedelta(days=40))
        assert not record_responses([*said, late], collected_by="api").rejected
    count_all(world.tenant)
    with activate(world.tenant.pk):
        assert GestureUse.objects.count() == 13
        (found,) = find(tenant=world.tenant, today=days_ago(0, world.tenant))
        assert (sum(found.data["met"]), sum(found.data["others"])) == (12, 16)
        Insight.objects.create(kind="gesture", rank=1, data=found.data, start=found.start, last=found.last)
        page = load_catalogue(tenant=world.tenant, today=days_ago(0, world.tenant))
        assert [(row.uses, row.customers, str(row.spent)) for row in page.rows] == [(12, 12, "14406.00")]
        assert page.unknown == [("flowers", 1)]
        effect = page.rows[0].effect
        assert effect and effect.change.verdict == "better" and (effect.met.n, effect.others.n) == (12, 16)
    text = world.get().content.decode()
    assert "score higher" in text and "a difference here is no proof" in text and "gesture.flowers" in text
    with activate(world.tenant.pk):
        erase(Customer.objects.get(external_id="m0"))
        assert GestureUse.objects.count() == 13
    world.post("kahvi-odottaessa/archive/")
    assert world.get("kahvi-odottaessa/").status_code == 404


def test_too_few_after_it_say_nothing(world: Any) -> None:
    world.post("new/", **COFFEE)
    send(world.tenant, event("gesture.kahvi-odottaessa", timezone.now(), customer="a", touchpoint="desk"))
    survey = make_survey(world.tenant, questions=[NPS], touchpoint=world.desk)
    with activate(world.tenant.pk):
        record_responses([submission(survey, customer=who, nps=10) for who in "abcdefgh"], collected_by="api")
    count_all(world.tenant)
    with activate(world.tenant.pk):
        assert find(tenant=world.tenant, today=days_ago(0, world.tenant)) == []
    assert "too few answers after it" in world.get().content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("cost", "=HYPERLINK(1)"), ("currency", "€uro"), ("touchpoint", "0"), ("with_customers", "")],
)
def test_a_faulty_gesture_is_refused(world: Any, field: str, value: str) -> None:
    answer = world.post("new/", **COFFEE | {field: value})
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["__all__" if field == "with_customers" else field]


def test_anothers_gesture_is_not_there(world: Any) -> None:
    other = make_tenant()
    with activate(other.pk):
        Gesture.objects.create(slug="theirs", name="Theirs")
    assert world.get("theirs/").status_code == 404
    assert world.post("theirs/archive/").status_code == 404
