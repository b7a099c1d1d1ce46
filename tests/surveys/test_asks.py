"""Asks are counted exactly, whoever changes the ledger and however, and a rebuild finds the same."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from cxplatform.pipeline.claim import drain
from cxplatform.pipeline.rebuild import rebuild
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from surveys.asking import counts
from surveys.models import AskRollup, Invitation, Survey
from tests.factories import make_tenant, make_touchpoint, make_unit
from tests.plans import as_new, plan
from tests.surveys.asking_worlds import event, happened, make_people, make_trigger, no_quiet
from tests.surveys.worlds import make_survey

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
NUMBERS = ("decided", "skipped", "delivered", "rated", "completed", "refused", "failed")


def invite(tenant: Tenant, survey: Survey, **fields: Any) -> Invitation:
    """A row of the ledger decided at NOON."""
    with activate(tenant.pk):
        row = Invitation.objects.create(
            **{
                "survey": survey,
                "method": "email",
                "language": "fi",
                "due_at": NOON,
                "expires_at": NOON + timedelta(days=14),
            }
            | fields
        )
        Invitation.objects.filter(id=row.id).update(decided_at=NOON)
        return row


def change(tenant: Tenant, row: Invitation, **fields: Any) -> None:
    with activate(tenant.pk):
        Invitation.objects.filter(id=row.id).update(**fields)


def count(tenant: Tenant) -> int:
    with activate(tenant.pk):
        return counts.count_all(tenant.pk)


def counted(tenant: Tenant, dimension: str = "", value: str = "", grain: str = "d") -> dict[str, int]:
    with activate(tenant.pk):
        rows = AskRollup.objects.filter(dimension=dimension, value=value, grain=grain).values(*NUMBERS)
        return {name: number for row in rows for name, number in row.items() if number}


def everything(tenant: Tenant) -> list[Any]:
    with activate(tenant.pk):
        return list(AskRollup.objects.order_by("dimension", "grain", "start", "value").values_list())


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant(timezone="Europe/Helsinki")


def test_each_state_is_counted_where_it_belongs(tenant: Tenant) -> None:
    survey, place, unit = make_survey(tenant), make_touchpoint(tenant), make_unit(tenant)
    row = invite(tenant, survey, touchpoint_id=place.pk, unit_id=unit.pk)
    invite(tenant, survey, state="skipped", reason="rest")
    assert count(tenant) == 2
    assert counted(tenant) == {"decided": 2, "skipped": 1}
    change(tenant, row, state="sent", sent_at=NOON)
    assert count(tenant) == 1
    assert counted(tenant) == {"decided": 2, "skipped": 1, "delivered": 1}
    change(tenant, row, state="answered", answered_at=NOON + timedelta(minutes=12))
    assert count(tenant) == 1
    for where in (("touchpoint", str(place.pk)), ("unit", str(unit.pk))):
        assert counted(tenant, *where) == {"decided": 1, "delivered": 1, "rated": 1, "completed": 1}
    with activate(tenant.pk):
        assert AskRollup.objects.get(dimension="", grain="m").minutes[4] == 1  # 10 to 15 minutes
    assert count(tenant) == 0


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"state": "failed", "sent_at": NOON}, {"decided": 1, "failed": 1}),
        ({"state": "refused", "sent_at": NOON}, {"decided": 1, "delivered": 1, "refused": 1}),
        ({"state": "expired", "sent_at": NOON}, {"decided": 1, "delivered": 1}),
        ({"state": "expired"}, {"decided": 1}),
        ({"state": "answered", "sent_at": NOON, "method": "link"}, {"decided": 1, "completed": 1}),
        (
            {"state": "answered", "sent_at": NOON, "method": "widget"},
            {"decided": 1, "delivered": 1, "rated": 1, "completed": 1},
        ),
    ],
)
def test_what_counts_as_delivered(tenant: Tenant, fields: dict[str, Any], expected: dict[str, int]) -> None:
    invite(tenant, make_survey(tenant), **fields)
    count(tenant)
    assert counted(tenant) == expected


def test_the_day_is_that_of_the_tenants_zone(tenant: Tenant) -> None:
    row = invite(tenant, make_survey(tenant))
    change(tenant, row, decided_at=datetime(2026, 3, 31, 22, 30, tzinfo=UTC))
    count(tenant)
    with activate(tenant.pk):
        assert {str(start) for start in AskRollup.objects.values_list("start", flat=True)} == {"2026-04-01"}


def test_the_lag_runs_from_the_event_to_the_ask(tenant: Tenant) -> None:
    no_quiet(tenant)
    make_trigger(tenant, make_survey(tenant), methods=["email"])
    (person,) = make_people(tenant)
    happened(tenant, event(person, ago=45))
    with activate(tenant.pk):
        row = Invitation.objects.get()
        Invitation.objects.update(state="sent", sent_at=row.decided_at)
    count(tenant)
    with activate(tenant.pk):
        assert AskRollup.objects.get(dimension="", grain="d").lag[6] == 1  # 30 to 60 minutes


def test_counting_in_any_pieces_is_what_a_rebuild_makes(tenant: Tenant) -> None:
    survey = make_survey(tenant)
    rows = [invite(tenant, survey, language=language) for language in ("fi", "sv", "fi", "en", "")]
    count(tenant)
    for row, state in zip(rows, ("sent", "answered", "failed", "skipped", "expired"), strict=True):
        change(tenant, row, state=state, sent_at=NOON, answered_at=NOON)
        with activate(tenant.pk):
            counts.count(most=1)
    change(tenant, rows[4], state="sent", language="sv")
    count(tenant)
    before = everything(tenant)
    rebuild(tenant.pk)
    assert everything(tenant) == before
    assert not [row for row in before if row[5] == 0]


def test_a_claim_counts_what_it_decided(tenant: Tenant) -> None:
    no_quiet(tenant)
    make_trigger(tenant, make_survey(tenant), methods=["email"])
    happened(tenant, *[event(person) for person in make_people(tenant, 3)])
    drain(tenant.pk)
    assert counted(tenant)["decided"] == 3


def test_looking_for_what_changed_reads_an_index_of_that_alone(tenant: Tenant) -> None:
    as_new(Invitation)
    survey = make_survey(tenant)
    with activate(tenant.pk), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO surveys_invitation (tenant_id, id, survey_id, method, state, reason, address, language,
                correlation, decided_at, due_at, expires_at, counted_state)
            SELECT %s, gen_random_uuid(), %s, 'email', 'sent', '', '', '', '', now(), now(), now(), 'sent'
            FROM generate_series(1, 3000)
            """,
            [tenant.pk, survey.pk],
        )
        told = plan(
            "SELECT id FROM surveys_invitation WHERE tenant_id = %s AND counted_state <> state ORDER BY id LIMIT 5000",
            [tenant.pk],
        )
    assert "invitation_uncounted" in told, told


def test_another_tenants_ledger_is_not_counted(tenant: Tenant) -> None:
    other = make_tenant()
    invite(other, make_survey(other))
    assert count(tenant) == 0
    assert everything(tenant) == []
