"""The history tells values as people read them: names and words, not keys, ids or JSON."""

import pytest
from django.apps import apps
from django.utils import translation

from cxplatform.tenancy import members
from cxplatform.tenancy.audit import record, stored
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.history import in_words, is_told, kind_of
from cxplatform.tenancy.models import AuditEntry
from dashboards.models import Benchmark, ResultsPage
from journeys.models import Calendar
from tests.factories import make_member, make_tenant, make_unit
from tests.promises.worlds import make_promise

pytestmark = pytest.mark.django_db


def told(tenant, model, language="fi"):
    """Of the newest entry of that kind what changed, by the field's name: (before, after)."""
    with activate(tenant.pk), translation.override(language):
        entry = in_words(list(AuditEntry.objects.filter(model=model).order_by("-id")[:1]))[0]
    return {change.name: (change.before, change.after) for change in entry.changes}


def test_metrics_and_measures_have_their_names_and_texts_their_languages():
    tenant = make_tenant(language="fi")
    with activate(tenant.pk):
        benchmark = Benchmark.objects.create(metric="nps/0-10", value=30.5, source="Toimiala", as_of="2026-01-01")
        record("created", benchmark)
        page = ResultsPage.objects.create(measures=["nps", "ces"], parts=["scores"])
        before = stored(page)
        page.introductions, page.shown = {"fi": "Kerromme.", "sv": "Vi berättar."}, True
        page.save()
        record("changed", page, before=before)
        record("created", page)
    assert told(tenant, "dashboards.benchmark")["Mittari"] == ("", "Suositteluhalukkuus, NPS (0–10)")
    assert told(tenant, "dashboards.benchmark")["Arvo"] == ("", "30,5")
    page = told(tenant, "dashboards.resultspage")
    assert page["Johdanto"] == ("", "suomi: Kerromme. · ruotsi: Vi berättar.")
    assert page["Tulokset"] == ("", "Suosittelu (NPS) · Helppous (CES)")
    assert "scores" not in page["Osat"][1]
    assert told(tenant, "dashboards.resultspage", "en")["Scores"] == ("", "Recommendation (NPS) · Ease (CES)")


def test_a_members_units_are_named_and_one_that_is_gone_keeps_its_number():
    tenant = make_tenant()
    member = make_member(tenant)
    make_member(tenant)
    with activate(tenant.pk):
        units = [make_unit(tenant, name=name).pk for name in ("Vantaa", "Espoo")]
        members.change(membership=member, role="unit_manager", unit_ids=[*units, 987_654], sees_identity=False)
    assert told(tenant, "tenancy.membership", "en")["Units"] == ("", "Vantaa · Espoo · 987654")


def test_a_rules_tests_and_opening_hours_read_as_people_write_them():
    tenant = make_tenant()
    tests = [
        {"property": "steps", "operator": "lte", "value": 3},
        {"property": "kind", "operator": "in", "value": ["a", "b"]},
        {"property": "paid", "operator": "present"},
    ]
    rule = make_promise(tenant, kind="condition", closing_type="closed", operator="all", value=tests)
    hours = {"mon": [["09:00", "17:00"]], "tue": [["09:00", "12:00"], ["13:00", "17:00"]]}
    with activate(tenant.pk):
        record("created", rule)
        record("created", Calendar.objects.create(slug="desk", name="Desk", hours=hours))
    assert told(tenant, "promises.rule", "en")["Value"] == ("", "steps ≤ 3 · kind one of a, b · paid is there")
    hours = ("", "ma: 09:00–17:00 · ti: 09:00–12:00, 13:00–17:00")
    assert told(tenant, "journeys.calendar")["Aukioloajat"] == hours


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_each_kind_of_thing_has_a_name_of_its_own(language):
    with translation.override(language):
        kinds = [kind_of(model).casefold() for model in apps.get_models() if is_told(model)]
    assert len(kinds) > 50
    assert sorted(kinds) == sorted(set(kinds))
