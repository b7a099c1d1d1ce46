"""A burning budget raises one incident and ends it; what is corrected afterwards counts."""

from datetime import datetime, timedelta

import pytest

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from promises.alerts.watch import Turned, watch
from promises.models import Alert, OutcomeRollup, Promise, Rule
from tests.factories import make_tenant
from tests.promises.worlds import make_promise

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-11-20T12:00:00+02:00")


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant()


@pytest.fixture
def rule(tenant: Tenant) -> Rule:
    return make_promise(tenant)


def fill(rule: Rule, *, days_ago: int, kept: int = 0, broken: int = 0) -> None:
    with activate(rule.tenant_id):
        OutcomeRollup.objects.update_or_create(
            rule=rule,
            dimension="",
            value="",
            day=NOW.date() - timedelta(days=days_ago),
            channel_id=0,
            defaults={"kept": kept, "broken": broken, "fallback": 0, "excluded": 0},
        )


def watched(tenant: Tenant, *, later: int = 0) -> Turned:
    with activate(tenant.pk):
        return watch(tenant, now=NOW + timedelta(minutes=later))


def burn(rule: Rule) -> None:
    for days_ago in range(3, 28):
        fill(rule, days_ago=days_ago, kept=50)
    fill(rule, days_ago=2, kept=30, broken=20)
    fill(rule, days_ago=1, broken=50)
    fill(rule, days_ago=0, kept=5, broken=45)


def test_a_burning_budget_is_raised_once_and_resolved(tenant, rule):
    burn(rule)
    [raised] = watched(tenant).raised
    assert raised.rule_id == rule.pk
    assert [(each["days"], each["n"], each["broken"], each["burn"]) for each in raised.facts["windows"]] == [
        (1, 100, 95, 9.5),
        (7, 400, 115, 2.88),
    ]
    assert not watched(tenant, later=1)
    fill(rule, days_ago=0, kept=300, broken=5)
    assert not watched(tenant, later=2)
    fill(rule, days_ago=1, kept=40, broken=10)
    [resolved] = watched(tenant, later=3).resolved
    assert (resolved.pk, resolved.resolved_at) == (raised.pk, NOW + timedelta(minutes=3))
    assert not watched(tenant, later=4)


def test_it_can_burn_again(tenant, rule):
    burn(rule)
    watched(tenant)
    fill(rule, days_ago=0, kept=50)
    fill(rule, days_ago=1, kept=50)
    assert len(watched(tenant, later=1).resolved) == 1
    burn(rule)
    assert len(watched(tenant, later=2).raised) == 1
    with activate(tenant.pk):
        assert Alert.objects.count() == 2


def test_a_few_breaks_of_a_few_cases_are_quiet(tenant, rule):
    fill(rule, days_ago=0, broken=19)
    assert not watched(tenant)


@pytest.mark.parametrize("end", ["lifecycle", "valid_until", "archived_at"])
def test_an_incident_ends_with_what_it_is_about(tenant, rule, end):
    burn(rule)
    watched(tenant)
    with activate(tenant.pk):
        if end == "lifecycle":
            Promise.objects.update(lifecycle=Promise.Lifecycle.RETIRED)
        else:
            Rule.objects.update(**{end: NOW})
    assert len(watched(tenant, later=1).resolved) == 1


def test_a_draft_and_an_instruction_raise_nothing(tenant):
    burn(make_promise(tenant, lifecycle="draft"))
    instruction = make_promise(tenant)
    with activate(tenant.pk):
        Rule.objects.filter(pk=instruction.pk).update(part=Rule.Part.INSTRUCTION)
    burn(instruction)
    assert not watched(tenant)


def test_another_company_s_breaks_are_theirs(tenant, rule):
    burn(rule)
    assert not watched(make_tenant())
