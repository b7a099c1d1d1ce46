"""Survey rounds: approved by another, drawn by seed, each person decided about, staff by role."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.roles import Role
from surveys import tasks
from surveys.asking import rounds
from surveys.models import AskQuota, Invitation, SurveyRound
from tests.factories import make_dimension, make_member, make_tenant, make_unit
from tests.surveys.asking_worlds import ledger, make_people, no_quiet, outcomes
from tests.surveys.worlds import make_survey

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def tenant():
    tenant = make_tenant()
    no_quiet(tenant)
    return tenant


def make_round(tenant, survey=None, *, state="approved", **fields):
    survey = survey or make_survey(tenant, kind="relationship")
    number = len(ledger(tenant)) + survey.pk
    with activate(tenant.pk):
        return SurveyRound.objects.create(
            **{"survey": survey, "name": "Spring", "slug": f"spring-{number}", "state": state, "scheduled_at": NOW}
            | fields
        )


def run(tenant, round_, now=NOW):
    with activate(tenant.pk):
        while rounds.step(round_.pk, now=now):
            pass
        round_.refresh_from_db()


def test_the_same_seed_draws_the_same_people_and_another_seed_others(tenant):
    make_people(tenant, 60)
    drawn = []
    for seed in (7, 7, 8):
        round_ = make_round(tenant, sample_size=20, seed=seed)
        run(tenant, round_)
        drawn.append({row.customer_id for row in ledger(tenant, round_id=round_.pk)})
    assert [len(people) for people in drawn] == [20, 20, 20]
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_round_in_steps_asks_each_once(tenant, monkeypatch):
    make_people(tenant, 25)
    monkeypatch.setattr(rounds, "STEP", 7)
    round_ = make_round(tenant, sample_size=22)
    run(tenant, round_)
    rows = ledger(tenant)
    assert (len(rows), len({row.customer_id for row in rows})) == (22, 22)
    assert (round_.state, round_.drawn) == ("done", 22)
    run(tenant, round_)
    assert len(ledger(tenant)) == 22


def test_by_dimension_and_by_list(tenant):
    segment = make_dimension(tenant, "segment")
    fleet = make_people(tenant, 3, dimensions={"segment": "fleet"})
    others = make_people(tenant, 3, dimensions={"segment": "home"})
    by_segment = make_round(tenant, who="dimension", dimension=segment, values=["fleet", "boat"])
    listed = make_round(tenant, who="listed", customers=[others[0].external_id, fleet[0].external_id])
    run(tenant, by_segment)
    run(tenant, listed)
    assert {row.customer_id for row in ledger(tenant, round_id=by_segment.pk)} == {p.id for p in fleet}
    assert {row.customer_id for row in ledger(tenant, round_id=listed.pk)} == {others[0].id, fleet[0].id}


def test_whoever_was_drawn_and_may_not_be_asked_says_why(tenant):
    with activate(tenant.pk):
        from surveys.models import ContactRule

        ContactRule.objects.update(every_days=30)
    make_people(tenant, 1)
    make_people(tenant, 1, email="", phone="")
    run(tenant, make_round(tenant))
    run(tenant, make_round(tenant))
    assert sorted(outcomes(tenant)) == [
        ("planned", ""),
        ("skipped", "no_address"),
        ("skipped", "no_address"),
        ("skipped", "too_soon"),
    ]


def test_a_mirror_round_goes_to_staff_by_role_and_unit(tenant):
    espoo, oulu = make_unit(tenant, "espoo"), make_unit(tenant, "oulu")
    inside = make_member(tenant, Role.EMPLOYEE, unit_ids=[espoo.pk])
    make_member(tenant, Role.EMPLOYEE, unit_ids=[oulu.pk])
    make_member(tenant, Role.VIEWER, unit_ids=[espoo.pk])
    make_member(make_tenant(), Role.EMPLOYEE, unit_ids=[espoo.pk])
    survey = make_survey(tenant, kind="mirror", audience="employee")
    run(tenant, make_round(tenant, survey, who="staff", roles=[Role.EMPLOYEE], unit_ids=[espoo.pk]))
    (row,) = ledger(tenant)
    assert (row.member_id, row.address, row.customer_id) == (inside.pk, inside.user.email, None)
    assert (row.state, row.method, row.language) == ("planned", "email", "en")


class TestApproval:
    def test_where_two_define_the_maker_does_not_approve(self, tenant):
        maker, other = make_member(tenant, Role.CX_LEAD), make_member(tenant, Role.ADMIN)
        round_ = make_round(tenant, state="draft", made_by=maker.user)
        with activate(tenant.pk):
            with pytest.raises(ValidationError):
                rounds.approve(round_, by=maker.user)
            rounds.approve(round_, by=other.user)
            assert (round_.state, round_.approved_by) == ("approved", other.user)
            with pytest.raises(ValidationError):
                rounds.approve(round_, by=other.user)
            rounds.withdraw(round_)
            assert (round_.state, round_.approved_by) == ("draft", None)

    def test_who_is_alone_approves_their_own(self, tenant):
        maker = make_member(tenant, Role.ADMIN)
        make_member(tenant, Role.VIEWER)
        round_ = make_round(tenant, state="draft", made_by=maker.user)
        with activate(tenant.pk):
            rounds.approve(round_, by=maker.user)
        assert round_.state == "approved"

    def test_a_survey_that_is_not_published_is_not_approved(self, tenant):
        survey = make_survey(tenant)
        round_ = make_round(tenant, survey, state="draft")
        with activate(tenant.pk):
            survey.archived_at = NOW
            survey.save()
            with pytest.raises(ValidationError):
                rounds.approve(round_, by=make_member(tenant).user)

    @pytest.mark.parametrize(
        ("state", "at", "begins"),
        [
            ("draft", NOW, False),
            ("approved", NOW, True),
            ("approved", NOW + timedelta(minutes=1), False),
            ("running", NOW, True),
            ("done", NOW, False),
        ],
    )
    def test_only_what_is_approved_and_due_begins(self, tenant, state, at, begins):
        make_people(tenant)
        round_ = make_round(tenant, state=state, scheduled_at=at)
        with activate(tenant.pk):
            assert rounds.due(now=NOW) == ([round_.pk] if begins else [])


@pytest.mark.django_db(transaction=True)
def test_the_task_of_a_round_asks(tenant):
    make_people(tenant, 3)
    round_ = make_round(tenant, scheduled_at=datetime.now(UTC) - timedelta(hours=1))
    tasks.ask_round(tenant.pk, round_.pk)
    assert outcomes(tenant) == [("planned", "")] * 3


def test_what_a_round_asks_is_the_tenants_own(tenant):
    other = make_tenant()
    make_people(other, 3)
    run(tenant, make_round(tenant))
    assert (ledger(tenant), ledger(other)) == ([], [])
    with activate(other.pk):
        assert not AskQuota.objects.exists()
        assert not Invitation.objects.exists()
