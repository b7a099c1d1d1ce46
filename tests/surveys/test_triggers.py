"""Events that match a trigger: one decision each, once, whatever the order and company they come in."""

from datetime import UTC, datetime, timedelta

import pytest

from cxplatform.pipeline.consumers import Claim
from cxplatform.pipeline.rebuild import rebuild
from cxplatform.tenancy.context import activate
from journeys.models import Event
from surveys.answer import record_responses
from surveys.asking import triggers
from surveys.models import ContactRule
from tests.factories import make_channel, make_tenant, make_touchpoint
from tests.surveys.asking_worlds import event, happened, ledger, make_people, make_trigger, no_quiet, outcomes
from tests.surveys.worlds import make_survey, submission

pytestmark = pytest.mark.django_db
PLANNED = ("planned", "")


@pytest.fixture
def tenant():
    tenant = make_tenant()
    no_quiet(tenant)
    return tenant


def test_an_event_plans_an_ask_with_its_place_frozen(tenant):
    shop, till = make_channel(tenant, "shop"), make_touchpoint(tenant, "till")
    survey = make_survey(tenant)
    trigger = make_trigger(tenant, survey, delay_minutes=90)
    (anna,) = make_people(tenant, locale="sv-FI")
    happened(tenant, event(anna, channel="shop", touchpoint="till", correlation="order-1", ago=10))
    (row,) = ledger(tenant)
    assert (row.state, row.reason, row.method, row.address, row.language) == ("planned", "", "email", anna.email, "sv")
    assert (row.survey_id, row.trigger_id, row.customer_id) == (survey.pk, trigger.pk, anna.id)
    assert (row.touchpoint_id, row.channel_id, row.correlation) == (till.pk, shop.pk, "order-1")
    wait = (row.due_at - datetime.now(UTC)).total_seconds() / 60
    assert 79 < wait < 81
    assert row.expires_at - row.due_at == timedelta(days=14)


def test_the_same_event_delivered_again_and_a_rebuild_ask_nobody_again(tenant):
    make_trigger(tenant, make_survey(tenant))
    happened(tenant, *(event(person) for person in make_people(tenant, 3)))
    before = ledger(tenant)
    with activate(tenant.pk):
        ids = list(Event.objects.values_list("id", flat=True))
        triggers.consume(Claim(tenant.pk, ids + ids))
    rebuild(tenant.pk)
    assert [row.id for row in ledger(tenant)] == [row.id for row in before]
    assert len(before) == 3


@pytest.mark.parametrize(
    ("filters", "sent", "asked"),
    [
        ({}, {}, 1),
        ({"event_type": "order.placed"}, {}, 0),
        ({"active": False}, {}, 0),
        ({"archived_at": datetime(2026, 1, 1, tzinfo=UTC)}, {}, 0),
        ({"property_name": "size", "property_value": "big"}, {"properties": {"size": "big"}}, 1),
        ({"property_name": "size", "property_value": "big"}, {"properties": {"size": "small"}}, 0),
        ({"property_name": "size", "property_value": "3"}, {"properties": {"size": 3}}, 1),
        ({"property_name": "vip", "property_value": "true"}, {"properties": {"vip": True}}, 1),
        ({"property_name": "size", "property_value": "big"}, {}, 0),
    ],
)
def test_only_what_matches_asks(tenant, filters, sent, asked):
    make_trigger(tenant, make_survey(tenant), **filters)
    happened(tenant, event(*make_people(tenant), **sent))
    assert len(ledger(tenant)) == asked


def test_a_trigger_may_look_at_one_touchpoint_and_channel(tenant):
    till, gate = make_touchpoint(tenant, "till"), make_touchpoint(tenant, "gate")
    app = make_channel(tenant, "app")
    make_trigger(tenant, make_survey(tenant), touchpoint=till, channel=app)
    anna, bea, carl = make_people(tenant, 3)
    happened(
        tenant,
        event(anna, touchpoint="till", channel="app"),
        event(bea, touchpoint="gate", channel="app"),
        event(carl, touchpoint="till"),
    )
    assert gate
    assert [row.customer_id for row in ledger(tenant)] == [anna.id]


@pytest.mark.parametrize(
    ("ago", "outcome"),
    [
        (timedelta(days=2, hours=23), [PLANNED]),
        (timedelta(days=3, hours=1), [("skipped", "late")]),
        (timedelta(days=29), [("skipped", "late")]),
        (timedelta(days=31), []),  # history brought in leaves nothing in the ledger
    ],
)
def test_late_events_ask_nobody(tenant, ago, outcome):
    make_trigger(tenant, make_survey(tenant))
    happened(tenant, event(*make_people(tenant), ago=ago))
    assert outcomes(tenant) == outcome


def test_an_event_is_late_by_when_it_would_be_asked_about(tenant):
    make_trigger(tenant, make_survey(tenant), delay_minutes=30 * 24 * 60, nth=1)
    happened(tenant, event(*make_people(tenant), ago=timedelta(days=20)))
    assert outcomes(tenant) == [PLANNED]


def test_tests_erased_people_and_those_without_address_are_not_asked(tenant):
    make_trigger(tenant, make_survey(tenant))
    (anna,) = make_people(tenant)
    (gone,) = make_people(tenant, erased_at=datetime.now(UTC))
    (mute,) = make_people(tenant, email="", phone="")
    happened(
        tenant,
        event(anna, properties={"test": True}, ago=3),
        event(gone, ago=2),
        event(mute, ago=1),
    )
    assert outcomes(tenant) == [("skipped", "test"), ("skipped", "erased"), ("skipped", "no_address")]
    assert {row.address for row in ledger(tenant)} == {""}


@pytest.mark.parametrize(
    ("methods", "email", "phone", "method", "reason"),
    [
        (["email", "sms"], "a@example.org", "+358401", "email", ""),
        (["sms", "email"], "a@example.org", "+358401", "sms", ""),
        (["sms", "email"], "a@example.org", "", "email", ""),
        (["sms"], "a@example.org", "", "sms", "no_address"),
        (["sms", "link"], "a@example.org", "", "link", ""),
    ],
)
def test_the_first_way_that_the_customer_has(tenant, methods, email, phone, method, reason):
    make_trigger(tenant, make_survey(tenant), methods=methods)
    happened(tenant, event(*make_people(tenant, email=email, phone=phone)))
    (row,) = ledger(tenant)
    assert (row.method, row.reason) == (method, reason)


def test_a_survey_that_is_not_published_asks_nobody(tenant):
    survey = make_survey(tenant)
    make_trigger(tenant, survey)
    with activate(tenant.pk):
        survey.archived_at = datetime.now(UTC)
        survey.save()
    happened(tenant, event(*make_people(tenant)))
    assert outcomes(tenant) == [("skipped", "closed")]


class TestUnlessSomethingFollows:
    """Abandoned carts: asked when the order does not come within an hour."""

    @pytest.fixture(autouse=True)
    def trigger(self, tenant):
        self.tenant = tenant
        self.trigger = make_trigger(
            tenant, make_survey(tenant), "cart.filled", unless_type="order.placed", unless_minutes=60, quota_day=1
        )
        (self.anna,) = make_people(tenant)

    def test_due_when_the_time_is_over(self):
        happened(self.tenant, event(self.anna, "cart.filled", ago=10))
        (row,) = ledger(self.tenant)
        assert 49 < (row.due_at - datetime.now(UTC)).total_seconds() / 60 < 51

    @pytest.mark.parametrize("together", [True, False])
    @pytest.mark.parametrize("cart_first", [True, False])
    def test_the_order_takes_it_back_in_whatever_order_they_come(self, together, cart_first):
        sent = [event(self.anna, "cart.filled", ago=10), event(self.anna, "order.placed", ago=5)]
        for one in sent if cart_first else sent[::-1]:
            happened(self.tenant, one, count_them=not together)
        happened(self.tenant, event(self.anna, "other"))
        assert outcomes(self.tenant) == [("skipped", "happened")]

    def test_an_order_before_the_cart_or_after_the_time_changes_nothing(self):
        happened(self.tenant, event(self.anna, "order.placed", ago=100), event(self.anna, "cart.filled", ago=90))
        happened(self.tenant, event(self.anna, "order.placed", ago=20))
        assert outcomes(self.tenant) == [PLANNED]

    def test_somebody_elses_order_changes_nothing(self):
        (bea,) = make_people(self.tenant)
        happened(self.tenant, event(self.anna, "cart.filled", ago=10), event(bea, "order.placed", ago=5))
        assert outcomes(self.tenant) == [PLANNED]

    def test_a_place_taken_back_is_free_for_another(self):
        (bea,) = make_people(self.tenant)
        happened(self.tenant, event(self.anna, "cart.filled", ago=10))
        happened(self.tenant, event(self.anna, "order.placed", ago=5))
        happened(self.tenant, event(bea, "cart.filled", ago=1))
        assert outcomes(self.tenant) == [("skipped", "happened"), PLANNED]

    def test_what_was_sent_stays_sent(self):
        happened(self.tenant, event(self.anna, "cart.filled", ago=50))
        with activate(self.tenant.pk):
            ledger_row = ledger(self.tenant)[0]
            ledger_row.state, ledger_row.sent_at = "sent", datetime.now(UTC)
            ledger_row.save()
        happened(self.tenant, event(self.anna, "order.placed", ago=20))
        assert outcomes(self.tenant) == [("sent", "")]


def test_the_nth_encounter_asks_once(tenant):
    make_trigger(tenant, make_survey(tenant), nth=3)
    (anna,) = make_people(tenant)
    for ago in (50, 40):
        happened(tenant, event(anna, ago=ago))
    assert outcomes(tenant) == []
    happened(tenant, event(anna, ago=30), event(anna, ago=20))
    assert len(ledger(tenant)) == 1
    happened(tenant, event(anna, ago=60))  # heard of late: another is the third now, and she was asked already
    assert len(ledger(tenant)) == 1


def test_onboarding_plans_thirty_sixty_and_ninety_days_after_the_first(tenant):
    surveys = [make_survey(tenant, kind="onboarding") for _ in range(3)]
    for survey, days in zip(surveys, (30, 60, 90), strict=True):
        make_trigger(tenant, survey, "contract.signed", nth=1, delay_minutes=days * 1440)
    (anna,) = make_people(tenant)
    signed = event(anna, "contract.signed", ago=60)
    happened(tenant, signed)
    assert [(row.due_at - signed.time).days for row in ledger(tenant)] == [30, 60, 90]


def test_recall_is_asked_weeks_after_the_answer(tenant):
    after, recall = make_survey(tenant, "after"), make_survey(tenant, "recall", kind="recall")
    make_trigger(
        tenant,
        recall,
        "survey.answered",
        property_name="survey",
        property_value="after",
        delay_minutes=21 * 1440,
    )
    (anna,) = make_people(tenant)
    happened(tenant, event(anna, "survey.answered", properties={"survey": "after", "nps/0-10": 90.0}))
    (row,) = ledger(tenant)
    assert (row.survey_id, row.state) == (recall.pk, "planned")
    assert after
    assert 20 < (row.due_at - datetime.now(UTC)).total_seconds() / 86400 < 21.1


def test_sampling_is_drawn_once_and_near_its_share(tenant):
    make_trigger(tenant, make_survey(tenant), sampling_percent=30)
    happened(tenant, *(event(person) for person in make_people(tenant, 400)))
    counted = outcomes(tenant)
    planned = counted.count(PLANNED)
    assert counted.count(("skipped", "sampled_out")) == 400 - planned
    assert 85 < planned < 155  # 120 +- 3.8 standard deviations


def test_one_ask_in_so_many_days_over_every_survey(tenant):
    with activate(tenant.pk):
        ContactRule.objects.update(every_days=7)
    make_trigger(tenant, make_survey(tenant))
    make_trigger(tenant, make_survey(tenant, kind="relationship"), "other")
    anna, bea = make_people(tenant, 2)
    happened(tenant, event(anna, ago=4), event(anna, ago=3), event(bea, ago=2), event(anna, "other", ago=1))
    assert outcomes(tenant) == [PLANNED, ("skipped", "too_soon"), PLANNED, ("skipped", "too_soon")]


def test_two_tenants_do_not_see_each_others_triggers(tenant):
    other = make_tenant()
    make_trigger(other, make_survey(other))
    happened(tenant, event(*make_people(tenant)))
    assert (ledger(tenant), ledger(other)) == ([], [])


def test_an_answer_by_any_door_gives_rest(tenant):
    with activate(tenant.pk):
        ContactRule.objects.update(after_answer_days=30)
    survey = make_survey(tenant)
    make_trigger(tenant, survey)
    anna, bea = make_people(tenant, 2)
    with activate(tenant.pk):
        record_responses([submission(survey, nps=9, customer=anna.external_id)], collected_by="api")
        record_responses([submission(survey, nps=9, customer=bea.external_id, test=True)], collected_by="api")
    happened(tenant, event(anna, ago=2), event(bea, ago=1))
    assert outcomes(tenant) == [("skipped", "resting_after_answer"), PLANNED]
