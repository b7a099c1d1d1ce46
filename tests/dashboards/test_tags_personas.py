"""Scores by what touchpoints are tagged with, and of the customers for whom personas stand."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from dashboards.models import Target
from journeys.models import Dimension, JourneyPersona, Persona, Touchpoint
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import (
    api_of,
    client_of,
    make_dimension,
    make_journey,
    make_key,
    make_member,
    make_tenant,
    make_unit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Any:
    """Three touchpoints: choose and buy are about people, deliver has hardly any answers."""
    tenant = make_tenant()
    path = make_journey(tenant, "tyres", name="Tyre change", stages=["Choose", "Buy", "Deliver"])
    names = ("Chat", "Checkout", "Delivery")
    with activate(tenant.pk):
        for place, name in zip(path.touchpoints, names, strict=True):
            place.name, place.mix, place.needs = name, ["people"], ["time"] if name == "Delivery" else []
            place.save()
        Touchpoint.objects.filter(name="Chat").update(drivers=["empathy"])
    return SimpleNamespace(tenant=tenant, path=path, places=path.touchpoints)


def tag(found: Any, field: str, name: str) -> Any:
    group = next(group for group in found.context["page"].tags if group.field == field)
    return next(row for row in group.rows if row.name == name)


def ask(tenant: Tenant, rest: str = "", role: str = "viewer", **fields: Any) -> Any:
    client = client_of(make_member(tenant, role, **fields), headers={"accept-language": "en"})
    return client.get(f"/t/{tenant.slug}/journeys/-/views/{rest}")


def text_of(found: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.content.decode()))


def persona(world: Any, name: str, dimension: Dimension | None = None, value: str = "", **fields: Any) -> Persona:
    with activate(world.tenant.pk):
        return Persona.objects.create(slug=name.lower(), name=name, dimension=dimension, value=value, **fields)


def test_a_tag_pools_its_touchpoints_and_names_the_worst(world: Any) -> None:
    chat, checkout, _ = world.places
    count(world.tenant, nps(50, 30, 20), at=chat)
    count(world.tenant, nps(20, 30, 50), at=checkout)
    found = ask(world.tenant)
    people = tag(found, "mix", "People")
    assert (people.cell.shown.value, people.cell.shown.n, len(people.places)) == (0, 200, 3)
    assert (people.worst.place.name, people.worst.value) == ("Checkout", -30)
    empathy = tag(found, "drivers", "Empathy")
    assert (empathy.cell.shown.value, empathy.cell.shown.n, empathy.worst) == (30, 100, None)
    assert (tag(found, "needs", "Respect for time").cell.state, tag(found, "mix", "Price").places) == ("empty", ())
    assert [len(group.rows) for group in found.context["page"].tags] == [7, 6, 7]


def test_a_small_touchpoint_is_left_out_of_every_tag(world: Any) -> None:
    """Else one tag less another would tell what three people said."""
    chat, checkout, delivery = world.places
    count(world.tenant, nps(50, 30, 20), at=chat)
    count(world.tenant, nps(20, 30, 50), at=checkout)
    count(world.tenant, nps(0, 0, 3), at=delivery)
    found = ask(world.tenant)
    people, time = tag(found, "mix", "People"), tag(found, "needs", "Respect for time")
    # The company less the two others would tell as well: the next smallest hides beside it.
    assert (people.cell.shown.n, len(people.left_out)) == (100, 2)
    assert (time.cell.state, [place.name for place in time.left_out]) == ("few", ["Delivery"])
    assert "2 have too few answers" in text_of(found)
    count(world.tenant, nps(1, 0, 1), at=delivery)  # now they are enough, and so is what is left of every sum
    people = tag(ask(world.tenant), "mix", "People")
    assert (people.cell.shown.n, [place.name for place in people.left_out]) == (205, [])


def test_the_verdict_is_of_the_change_or_against_the_target(world: Any) -> None:
    chat = world.places[0]
    count(world.tenant, nps(90, 10, 0), at=chat)
    count(world.tenant, nps(10, 10, 80), at=chat, day=days_ago(100, world.tenant))
    assert tag(ask(world.tenant), "drivers", "Empathy").cell.verdict == "better"
    with activate(world.tenant.pk):
        Target.objects.create(year=days_ago(0, world.tenant).year, metric="nps", value=99)
    cell = tag(ask(world.tenant, "?against=target"), "drivers", "Empathy").cell
    assert (cell.target, cell.verdict) == (99, "worse")


def test_a_persona_has_the_scores_of_the_customers_it_stands_for(world: Any) -> None:
    segment = make_dimension(world.tenant, "segment", name="Segment")
    busy = persona(world, "Busy", segment, "firm", goals="On the road by nine")
    persona(world, "Rare", segment, "collector")
    persona(world, "Dreamt")
    persona(world, "Unheard", segment, "nobody")
    with activate(world.tenant.pk):
        JourneyPersona.objects.create(journey=world.path.journey, persona=busy)
    for value, answers in (("firm", nps(40, 0, 10)), ("home", nps(10, 0, 40)), ("collector", nps(3, 0, 0))):
        count(world.tenant, answers, at=world.places[0], slices={"segment": value})
    count(world.tenant, [10, 0, 0, 0, 0, 0, 30], name="ces/1-7", slices={"segment": "firm"})
    found = ask(world.tenant)
    table = found.context["page"].personas
    assert [measure.key for measure in table.measures] == ["nps", "ces"]
    assert [cell.shown.n for cell in table.everybody] == [103, 40]
    rows = {row.persona.name: row for row in table.rows}
    assert {name: [cell.state for cell in row.cells] for name, row in rows.items()} == {
        "Busy": ["few", "measured"],  # three collectors would follow from the others
        "Rare": ["few", "empty"],
        "Dreamt": [],
        "Unheard": ["empty", "empty"],
    }
    text = text_of(found)
    assert "On the road by nine" in text and "Tyre change" in text
    assert "It has no scores yet: choose the dimension" in text
    assert "Nobody with this value answered" in text


def test_two_dimensions_with_the_same_value_are_not_mixed(world: Any) -> None:
    segment, vip = make_dimension(world.tenant, "segment"), make_dimension(world.tenant, "vip")
    persona(world, "A", segment, "yes")
    persona(world, "B", vip, "yes")
    count(world.tenant, nps(20, 0, 0), slices={"segment": "yes", "vip": "no"})
    count(world.tenant, nps(0, 0, 10), slices={"segment": "no", "vip": "yes"})
    rows = ask(world.tenant).context["page"].personas.rows
    assert [(row.cells[0].shown.value, row.cells[0].shown.n) for row in rows] == [(100, 20), (-100, 10)]


def test_a_unit_manager_has_tags_of_their_unit_and_no_company_scores(world: Any) -> None:
    segment = make_dimension(world.tenant, "segment")
    persona(world, "Busy", segment, "firm", fears="Waiting")
    mine, theirs = make_unit(world.tenant, "turku"), make_unit(world.tenant, "oulu")
    for unit, answers in ((mine, nps(20, 0, 0)), (theirs, nps(0, 0, 60))):
        count(world.tenant, answers, at=world.places[0], slices={"unit": str(unit.pk), "segment": "firm"})
    found = ask(world.tenant, role="unit_manager", unit_ids=[mine.pk])
    cell = tag(found, "mix", "People").cell
    assert (cell.shown.value, cell.shown.n) == (100, 20)
    assert 'value="unit:' in found.content.decode() and "all customers" not in text_of(found)
    table = found.context["page"].personas
    assert (table.measures, table.everybody, [row.cells for row in table.rows]) == ((), (), [()])
    assert "cannot be divided by unit" in text_of(found) and "Waiting" in text_of(found)
    refused = ask(world.tenant, "?segment=segment:firm", role="unit_manager", unit_ids=[mine.pk])
    assert refused.status_code == 400


def test_who_may_define_is_led_to_the_editor(world: Any) -> None:
    persona(world, "Dreamt")
    for role, led in (("cx_lead", True), ("viewer", False)):
        found = ask(world.tenant, role=role).content.decode()
        assert ("Tag touchpoints in the editor" in found, "Open in the editor" in found) == (led, led)


def test_it_reads_as_many_queries_whatever_is_stored(world: Any) -> None:
    segment = make_dimension(world.tenant, "segment")
    persona(world, "First", segment, "firm")
    count(world.tenant, nps(20, 0, 0), at=world.places[0], slices={"segment": "firm"})
    client = client_of(make_member(world.tenant, "viewer"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/t/{world.tenant.slug}/journeys/-/views/").status_code == 200
        return len(captured)

    before = queries()
    assert before <= 25, before
    for number in range(5):
        own = persona(world, f"More {number}", segment, f"value {number}")
        with activate(world.tenant.pk):
            JourneyPersona.objects.create(journey=world.path.journey, persona=own)
        more = make_journey(world.tenant).touchpoints[0]
        count(world.tenant, nps(20, 0, 0), at=more, slices={"segment": f"value {number}"})
        count(world.tenant, [10, 0, 0, 0, 0, 0, 30], name="ces/1-7", at=more, slices={"segment": f"value {number}"})
    with activate(world.tenant.pk):
        Touchpoint.objects.update(mix=["people", "process"], drivers=["effort"], needs=["time"])
    assert queries() == before


def test_other_systems_read_the_same_and_what_the_design_lacks(world: Any) -> None:
    chat, checkout, _ = world.places
    count(world.tenant, nps(50, 30, 20), at=chat)
    count(world.tenant, nps(20, 30, 50), at=checkout)
    persona(world, "Busy")
    api, other = api_of(make_key(world.tenant)), api_of(make_key(make_tenant()))
    told = api.get("/api/v1/tag-scores").json()
    people = next(row for row in told["tags"] if row["tag"] == "people")
    assert (people["kind"], people["cell"]["score"], people["cell"]["n"], len(people["touchpoints"])) == (
        "mix",
        0,
        200,
        3,
    )
    assert people["worst"] == checkout.slug
    assert api.get("/api/v1/tag-scores?metric=luck").json()["errors"][0]["field"] == "metric"
    assert api.get("/api/v1/tag-scores?against=baseline:gone").status_code == 400
    assert api.get("/api/v1/persona-scores?from=soon").json()["errors"][0]["field"] == "from"
    assert (
        api.get("/api/v1/persona-scores").json()["personas"][0].items()
        >= {"persona": "busy", "stands_for": False}.items()
    )
    report = api.get("/api/v1/design-report").json()
    assert (report["journeys_without_owner_or_sponsor"], report["touchpoints_in_no_journey"]) == (["tyres"], [])
    assert other.get("/api/v1/design-report").json()["journeys_without_owner_or_sponsor"] == []
    assert all(row["cell"] == {"state": "empty"} for row in other.get("/api/v1/tag-scores").json()["tags"])
    assert other.get("/api/v1/persona-scores").json()["personas"] == []


def test_another_company_s_world_is_not_seen(world: Any) -> None:
    persona(world, "Secret")
    count(world.tenant, nps(20, 0, 0), at=world.places[0])
    page = ask(make_tenant()).context["page"]
    assert page.personas.rows == ()
    assert not any(row.places for group in page.tags for row in group.rows)
