"""A promise is made step by step: kept at every step, back and forward, and moved when nothing is missing."""

import re
from typing import Any

import pytest

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry, User
from promises.making.lifecycle import move
from promises.making.steps import ORDER
from promises.models import Criterion, LifecycleStep, Participation, Promise, Rule
from tests.factories import client_of, make_member, make_tenant, make_touchpoint, make_unit
from tests.promises.test_making import judged
from tests.promises.worlds import make_promise, make_ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant():
    return make_tenant()


@pytest.fixture
def lead(tenant):
    return make_member(tenant, "cx_lead")


@pytest.fixture
def page(tenant, lead):
    """Ask for a page of the company's promises, or send it a form."""
    client = client_of(lead, headers={"accept-language": "en"})

    def ask(path: str, *, expect: int = 200, **form: Any) -> Any:
        address = f"/t/{tenant.slug}/promises/{path}"
        response = client.post(address, form) if form else client.get(address)
        assert response.status_code == expect, response.content.decode()[:2000]
        return response

    return ask


def test_seven_questions_lead_from_a_name_to_a_promise(page, tenant, lead):
    till = make_touchpoint(tenant)
    answer = page("-/new/", expect=302, name="Reply in a day")
    assert answer["Location"].endswith("/promises/reply-in-a-day/edit/matters/")
    sent = {
        "matters": {"matters": "An answer.", "touchpoint": till.pk},
        "most": {"matters_most": "When it comes."},
        "measure": {"measurable": "From message to reply."},
        "target": {"attainable": "We are three more."},
        "wording": {
            "wording": "We reply in a day.",
            "wording_fi": "Vastaamme päivässä.",
            "name": "Reply within a day",
            "element": "response_time",
            "visibility": "public",
        },
        "words": {"words": "soon, for sure\nsoon"},
        "feeling": {"feeling": "valued"},
        "views": {"vision": "Easy.", "customer_view": "c", "staff_view": "s", "management_view": "m"},
        "staff": {"way": "workshop", "held_on": "2026-11-01", "people": "12", "outcome": "Agreed."},
        "instructions": {},
        "criteria": {f"{name}_{part}": "on" for name in Criterion.Name.values for part in ("met", "evidence")},
        "pilot": {"pilot_cases": 40, "pilot_weeks": 3, "pilot_margin": 4, "exceeded_left": 50, "near_left": 10},
    }
    assert tuple(sent) == ORDER
    for place, (step, form) in enumerate(sent.items()):
        page(f"reply-in-a-day/edit/{step}/")
        answer = page(f"reply-in-a-day/edit/{step}/", expect=302, go="next", **form)
        following = f"edit/{ORDER[place + 1]}/" if place + 1 < len(ORDER) else "move/"
        assert answer["Location"].endswith(f"/reply-in-a-day/{following}")
    with activate(tenant.pk):
        made = Promise.objects.get()
        assert (made.lifecycle, made.owner, made.touchpoint) == ("draft", None, till)
        assert (made.wording, made.wordings) == ("We reply in a day.", {"fi": "Vastaamme päivässä."})
        assert (made.key_words, made.pilot_cases) == (["soon", "for sure"], 40)
        assert Participation.objects.get().logged_by == lead.user
        assert Criterion.objects.filter(met=True, judged_by=lead.user).count() == 5
        assert AuditEntry.objects.filter(model="promises.promise", action="changed", user_id=lead.user.pk).count() > 5
    missing = page("reply-in-a-day/move/").content.decode()
    assert "Shut: 2 things are missing." in missing  # a rule and an instruction
    assert page("reply-in-a-day/edit/", expect=302)["Location"].endswith("/edit/measure/")


def test_every_button_keeps_what_was_written(page, tenant):
    slug = make_promise(tenant, lifecycle="draft").promise.slug
    for text, go, to in [
        ("one", "measure", "edit/measure/"),
        ("two", "matters", "edit/matters/"),
        ("three", "leave", ""),
    ]:
        answer = page(f"{slug}/edit/most/", expect=302, matters_most=text, go=go)
        assert answer["Location"].endswith(f"/promises/{slug}/{to}")
        with activate(tenant.pk):
            assert Promise.objects.get().matters_most == text


@pytest.mark.parametrize(
    ("step", "form", "said"),
    [
        ("words", {"words": "x" * 61}, "is too long for a key word"),
        ("words", {"words": "\n".join("abcdefghijk")}, "Give at most 10"),
        ("staff", {"way": "workshop", "held_on": "2026-11-01", "outcome": "Agreed."}, "Say how many took part."),
        ("staff", {"way": "workshop", "held_on": "yesterday", "people": "3"}, "Enter a valid date."),
        ("criteria", {"possible_met": "on"}, "Write down what shows that it is met."),
        ("target", {"target": "0", "hours": "1"}, "greater than or equal to 0.01"),
        ("target", {"target": "90", "hours": "0", "minutes": ""}, "Give a time: at least a minute."),
        (
            "wording",
            {"wording": "x", "name": "", "element": "other", "visibility": "public"},
            "This field is required.",
        ),
        ("matters", {"touchpoint": "999999"}, "Select a valid choice."),
        ("feeling", {"feeling": "x" * 201}, "at most 200 characters"),
    ],
)
def test_a_step_that_cannot_be_kept_says_why(page, tenant, step, form, said):
    slug = make_promise(tenant, lifecycle="draft").promise.slug
    assert said in page(f"{slug}/edit/{step}/", go="next", **form).content.decode()


def test_another_target_of_a_judged_rule_is_a_version(page, tenant, lead):
    rule = make_ready(tenant)
    with activate(tenant.pk):
        judged(rule)
    page(
        f"{rule.promise.slug}/edit/target/",
        expect=302,
        target="95",
        hours="2",
        minutes="0",
        attainable="Two more hands.",
    )
    with activate(tenant.pk):
        new = Rule.objects.get(valid_until=None)
        assert (new.version, new.target, new.duration_minutes) == (2, 95, 120)
        assert (new.why, new.made_by) == ("Two more hands.", lead.user)
    assert "Two more hands." in page(f"{rule.promise.slug}/move/").content.decode()


def test_a_note_of_participation_is_taken_back_and_remembered(page, tenant):
    slug = make_ready(tenant).promise.slug
    with activate(tenant.pk):
        note = Participation.objects.get()
    page(f"{slug}/edit/staff/", expect=302, remove=note.pk)
    with activate(tenant.pk):
        assert not Participation.objects.exists()
        assert AuditEntry.objects.get(action="removed").model == "promises.participation"
    for nothing in (note.pk, "x", "9" * 30):
        page(f"{slug}/edit/staff/", expect=404, remove=nothing)


def test_the_way_to_the_pilot_is_shut_until_nothing_is_missing(page, tenant, lead):
    rule = make_ready(tenant)
    with activate(tenant.pk):
        Promise.objects.update(feeling="")
    shut = page(f"{rule.promise.slug}/move/").content.decode()
    assert re.search(r'value="pilot" disabled', shut)
    assert "/edit/feeling/" in shut
    said = page(f"{rule.promise.slug}/move/", expect=409, to="pilot", why="Now").content.decode()
    assert "It was not moved:" in said
    page(f"{rule.promise.slug}/move/", expect=409, to="", why="Now")
    page(f"{rule.promise.slug}/edit/feeling/", expect=302, feeling="valued")
    page(f"{rule.promise.slug}/move/", expect=302, to="pilot", why="Now")
    with activate(tenant.pk):
        step = LifecycleStep.objects.get()
        assert (step.after, step.by, step.why) == ("pilot", lead.user, "Now")
    assert "Shut: 2 things are missing." in page(f"{rule.promise.slug}/move/").content.decode()


def test_a_page_costs_the_same_whatever_a_promise_holds(page, tenant, django_assert_num_queries):
    slug = make_ready(tenant).promise.slug
    with activate(tenant.pk):
        promise = Promise.objects.get()
        for number in range(20):
            Participation.objects.create(promise=promise, people=number)
    page(f"{slug}/edit/staff/")
    with django_assert_num_queries(16):
        page(f"{slug}/edit/staff/")


def test_another_companys_promise_is_not_there(page):
    theirs = make_ready(make_tenant()).promise.slug
    for path in ("edit/", "edit/matters/", "move/"):
        page(f"{theirs}/{path}", expect=404)
    page(f"{theirs}/move/", expect=404, to="pilot", why="Mine")
    page(f"{theirs}/edit/feeling/", expect=404, feeling="Mine")


def test_a_whole_target_stands_in_its_field_without_decimals(page, tenant):
    rule = make_ready(tenant)
    for form in ("edit/target/", f"rules/{rule.pk}/"):
        assert 'name="target" value="90"' in page(f"{rule.promise.slug}/{form}").content.decode()


def test_tabs_tell_how_a_promise_was_made_and_lived(page, tenant, lead):
    rule = make_ready(tenant)
    User.objects.filter(pk=lead.user_id).update(first_name="Aino", last_name="Vetäjä")
    page(f"{rule.promise.slug}/move/", expect=302, to="pilot", why="Agreed in the workshop.")
    made = page(f"{rule.promise.slug}/made/").content.decode()
    for told in ("possible: shown", "12 people", "Reply the same day.", "matters_most said", "90 %"):
        assert told in made
    life = page(f"{rule.promise.slug}/life/").content.decode()
    assert "Agreed in the workshop." in life
    assert "What the pilot has shown" in life
    assert "· Aino Vetäjä</span>" in life


def test_who_sees_some_units_is_not_told_the_whole_companys_pilot(tenant):
    rule = make_ready(tenant)
    with activate(tenant.pk):
        move(promise=rule.promise, to="pilot", why="Agreed.")
    manager = client_of(
        make_member(tenant, "unit_manager", unit_ids=[make_unit(tenant).pk]), headers={"accept-language": "en"}
    )
    life = manager.get(f"/t/{tenant.slug}/promises/{rule.promise.slug}/life/").content.decode()
    assert "Agreed." in life
    assert "What the pilot has shown" not in life


def test_who_sees_some_units_is_not_told_the_whole_companys_history(tenant):
    rule = make_ready(tenant)
    told = {"share": 0.81, "low": 0.77, "high": 0.85, "target": 0.9, "n": 400, "minutes": 1440, "business": False}
    with activate(tenant.pk):
        Criterion.objects.filter(name="possible").update(facts={"history": [{**told, "needs": 1860}]})
    for role, fields, shown in (("viewer", {}, True), ("unit_manager", {"unit_ids": [make_unit(tenant).pk]}, False)):
        client = client_of(make_member(tenant, role, **fields), headers={"accept-language": "en"})
        made = client.get(f"/t/{tenant.slug}/promises/{rule.promise.slug}/made/").content.decode()
        assert ("would have been kept" in made) == shown
