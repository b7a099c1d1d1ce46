"""Why somebody was asked or not: the person's page, the calendar, the lag, and who may see what."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.roles import Role
from surveys.asking import history
from surveys.models import ContactRule, Invitation, SurveyRound
from tests.factories import client_of, make_member, make_tenant
from tests.surveys.asking_worlds import event, happened, ledger, make_people, make_trigger, no_quiet
from tests.surveys.worlds import make_survey

pytestmark = pytest.mark.django_db


def browser_of(member):
    return client_of(member, headers={"accept-language": "en"})


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


DAY = timedelta(days=1)


@pytest.fixture
def tenant():
    tenant = make_tenant()
    no_quiet(tenant, every_days=30)
    return tenant


@pytest.fixture
def anna(tenant):
    make_trigger(tenant, make_survey(tenant, name="After the visit"), name="Visits")
    (anna,) = make_people(tenant, name="Anna <b>Bold</b>")
    happened(tenant, event(anna, ago=3), event(anna, ago=2))
    return anna


def test_every_ask_and_skip_is_told_with_its_reason_and_what_comes_next(tenant, anna):
    now = datetime.now(UTC)
    with activate(tenant.pk):
        told = history.explain(anna.id, now=now)
    assert [(ask.state, ask.reason, ask.cause) for ask in told.asks] == [
        ("skipped", "too_soon", "Visits"),
        ("planned", "", "Visits"),
    ]
    assert told.asks[0].why == "Another ask is too near in time."
    (transaction,) = told.next
    assert (transaction.kind, transaction.reason) == ("transaction", "too_soon")
    assert transaction.at == told.asks[1].due_at + 30 * DAY


def test_who_is_erased_is_never_asked(tenant, anna):
    with activate(tenant.pk):
        anna.erased_at = datetime.now(UTC)
        anna.save()
        (transaction,) = history.explain(anna.id, now=datetime.now(UTC)).next
    assert (transaction.at, transaction.reason) == (None, "erased")


def test_who_opted_out_is_skipped_and_explained(tenant, anna):
    from surveys.asking.optout import opt_out

    with activate(tenant.pk):
        opt_out(customer_id=anna.id, how="link")
    happened(tenant, event(anna))
    assert ledger(tenant)[-1].reason == "opted_out"
    with activate(tenant.pk):
        (transaction,) = history.explain(anna.id, now=datetime.now(UTC)).next
    assert (transaction.at, transaction.reason) == (None, "opted_out")


def test_an_address_that_opted_out_is_reached_another_way_or_not_at_all(tenant, anna):
    from surveys.asking.optout import opt_out

    with activate(tenant.pk):
        ContactRule.objects.update(every_days=0)
        opt_out(address=anna.email.upper(), method="email", how="mail")
    happened(tenant, event(anna))
    assert (ledger(tenant)[-1].state, ledger(tenant)[-1].method) == ("planned", "sms")


def test_names_are_for_those_who_see_customers(tenant, anna):
    address = f"/t/{tenant.slug}/asks/customer/{anna.id}/"
    seeing = browser_of(make_member(tenant, Role.CX_LEAD, sees_identity=True)).get(address).content.decode()
    blind = browser_of(make_member(tenant, Role.CX_LEAD)).get(address).content.decode()
    assert "Anna &lt;b&gt;Bold&lt;/b&gt;" in seeing
    assert anna.external_id in seeing
    for secret in ("Anna", anna.external_id, anna.email):
        assert secret not in blind
    for page in (seeing, blind):
        assert "Another ask is too near in time." in page
        assert "After the visit" in page


def test_a_customer_is_found_by_number_by_those_who_see_customers(tenant, anna):
    page = f"/t/{tenant.slug}/asks/"
    seeing = browser_of(make_member(tenant, Role.ADMIN, sees_identity=True))
    blind = browser_of(make_member(tenant, Role.ADMIN))
    found = seeing.get(page, {"customer": anna.external_id})
    assert found.headers["location"] == f"/t/{tenant.slug}/asks/customer/{anna.id}/"
    assert "No customer has the number" in seeing.get(page, {"customer": "nobody\x00"}).content.decode()
    assert blind.get(page, {"customer": anna.external_id}).status_code == 200


def test_the_calendar_counts_by_day_state_and_reason(tenant, anna):
    with activate(tenant.pk):
        survey = Invitation.objects.all()[0].survey
        SurveyRound.objects.create(
            survey=survey, name="Spring", slug="spring", scheduled_at=datetime.now(tenant.zone) + 3 * DAY
        )
        start = datetime.now(tenant.zone).replace(hour=0, minute=0, second=0, microsecond=0) - DAY
        days = history.calendar(start=start, end=start + 28 * DAY, zone=tenant.timezone)
    assert sum(day.asked for day in days) == 1
    assert [reason for day in days for reason in day.reasons] == [("Another ask is too near in time.", 1)]
    assert [round_.name for day in days for round_ in day.rounds] == ["Spring"]
    page = browser_of(make_member(tenant, Role.CX_LEAD)).get(f"/t/{tenant.slug}/asks/").content.decode()
    assert "Another ask is too near in time." in page
    assert "Spring" in page


def test_the_lag_from_encounter_to_ask(tenant):
    with activate(tenant.pk):
        ContactRule.objects.update(every_days=0)
    trigger = make_trigger(tenant, make_survey(tenant), delay_minutes=10)
    for person in make_people(tenant, 10):
        happened(tenant, event(person, ago=60), count_them=False)
    happened(tenant, event("nobody", "other"))
    now = datetime.now(UTC)
    with activate(tenant.pk):
        for place, row in enumerate(Invitation.objects.order_by("id")):
            Invitation.objects.filter(id=row.id).update(state="sent", sent_at=now - timedelta(minutes=place))
        (lag,) = history.lags(start=now - DAY, end=now + DAY)
    assert (lag.trigger_id, lag.asks, lag.delay_minutes) == (trigger.pk, 10, 10)
    assert (round(lag.median, 1), round(lag.p90, 1)) == (55.5, 59.1)
    page = browser_of(make_member(tenant, Role.CX_LEAD)).get(f"/t/{tenant.slug}/asks/").content.decode()
    assert "From the encounter to the ask" in page


@pytest.mark.parametrize(
    "query",
    ["start=tomorrow", "start=0001-01-01", "start=9999-12-31", "survey=x", "trigger=99999999999999999999", "round=0",
     "start=%00", "survey=%00", "%00=1"],
)  # fmt: skip
def test_a_broken_filter_is_a_kind_page(tenant, anna, query):
    response = browser_of(make_member(tenant, Role.CX_LEAD)).get(f"/t/{tenant.slug}/asks/?{query}")
    assert response.status_code == 200


def test_an_outsider_finds_nothing(tenant, anna):
    other = make_tenant()
    outsider = browser_of(make_member(other, Role.ADMIN, sees_identity=True))
    assert outsider.get(f"/t/{tenant.slug}/asks/").status_code == 404
    assert outsider.get(f"/t/{other.slug}/asks/customer/{anna.id}/").status_code == 404
    page = outsider.get(f"/t/{other.slug}/asks/", {"customer": anna.external_id}).content.decode()
    assert "No customer has the number" in page


def test_the_pages_read_a_fixed_number_of_times(tenant, anna, django_assert_max_num_queries):
    client = browser_of(make_member(tenant, Role.CX_LEAD))
    client.get(f"/t/{tenant.slug}/asks/")
    with django_assert_max_num_queries(20) as first:
        client.get(f"/t/{tenant.slug}/asks/")
    happened(tenant, *(event(person) for person in make_people(tenant, 20)))
    with django_assert_max_num_queries(len(first.captured_queries)):
        client.get(f"/t/{tenant.slug}/asks/")
