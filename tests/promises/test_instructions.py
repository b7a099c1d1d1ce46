"""Instructions to staff: whom they concern, read and taken on by version, trained for, measured by their own rule."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry
from promises.instructions import concern, take, write
from promises.models import Acknowledgement, Instruction, OutcomeRollup, Promise, Rule, Training
from tests.factories import client_of, make_member, make_tenant, make_touchpoint, make_unit, make_user
from tests.promises.worlds import make_promise

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(kept: None) -> Any:
    tenant = make_tenant(anonymity_minimum=3)
    turku, oulu = make_unit(tenant, "turku"), make_unit(tenant, "oulu")
    rule = make_promise(tenant, "old-tyres")
    people = {
        name: make_member(tenant, role, unit_ids=units, user=make_user(f"{name}@example.org"))
        for name, role, units in (
            ("fitter", "employee", [turku.pk]),
            ("other", "employee", [oulu.pk]),
            ("roving", "employee", []),
            ("manager", "unit_manager", [turku.pk]),
            ("lead", "cx_lead", []),
            ("viewer", "viewer", []),
        )
    }
    with activate(tenant.pk):
        instruction = write.add(
            promise=rule.promise,
            fields={
                "role": "fitter",
                "wording": "Ask about the old tyres.",
                "audience": "employee",
                "unit": turku,
                "training": "An hour",
            },
        )
    clients = {name: client_of(member, headers={"accept-language": "en"}) for name, member in people.items()}
    return SimpleNamespace(
        tenant=tenant, turku=turku, rule=rule, promise=rule.promise, instruction=instruction, people=people,
        user={name: member.user for name, member in people.items()},
        get=lambda name, rest: clients[name].get(f"/t/{tenant.slug}/{rest}"),
        post=lambda name, rest, **data: clients[name].post(f"/t/{tenant.slug}/{rest}", data, follow=True),
    )  # fmt: skip


def mine(world: Any, name: str) -> list[int]:
    return [each.instruction.pk for each in world.get(name, "promises/-/mine/").context["mine"]]


@pytest.mark.parametrize(
    ("audience", "unit", "concerned"),
    [
        ("employee", True, {"fitter", "roving"}),
        ("employee", False, {"fitter", "other", "roving"}),
        ("", True, {"fitter", "roving", "manager", "lead", "viewer"}),
        ("", False, {"fitter", "other", "roving", "manager", "lead", "viewer"}),
    ],
)
def test_it_concerns_the_members_of_its_role_and_unit_in_every_place_alike(
    world: Any, audience: str, unit: bool, concerned: set[str]
) -> None:
    with activate(world.tenant.pk):
        found = write.change(
            instruction=world.instruction, fields={"audience": audience, "unit": world.turku if unit else None}
        )
        assert {str(each.member.user).split("@")[0] for each in concern.people_of(found)} == concerned
        assert concern.tallies([found])[found.pk].concerned == len(concerned)
    assert {name for name in world.people if mine(world, name)} == concerned


@pytest.mark.parametrize("lifecycle", ["draft", "retired"])
def test_nobody_is_asked_to_follow_what_is_not_promised(world: Any, lifecycle: str) -> None:
    with activate(world.tenant.pk):
        Promise.objects.update(lifecycle=lifecycle)
    assert mine(world, "fitter") == []
    assert world.post("fitter", f"promises/-/mine/{world.instruction.pk}/", version=1, follow=1).status_code == 404


def test_read_then_taken_on_then_new_words_to_be_taken_on_anew(world: Any) -> None:
    door = f"promises/-/mine/{world.instruction.pk}/"
    world.post("fitter", door, version=1, read=1)
    assert "read on" in world.get("fitter", "promises/-/mine/").content.decode()
    world.post("fitter", door, version=1, follow=1)
    page = world.post("fitter", door, version=1, read=1).content.decode()
    assert "You follow this since" in page
    with activate(world.tenant.pk):
        (row,) = Acknowledgement.objects.all()
        assert row.user == world.user["fitter"] and row.acknowledged_at and row.read_at < row.acknowledged_at
        assert concern.tallies([world.instruction])[world.instruction.pk] == concern.Tally(2, 1, 1, 0)
        assert [entry.actor for entry in AuditEntry.objects.filter(model="promises.acknowledgement")] == [
            "fitter@example.org",
            "fitter@example.org",
        ]
    edit = f"promises/old-tyres/instructions/{world.instruction.pk}/"
    fields = {"role": "fitter", "audience": "employee", "unit": world.turku.pk}
    world.post("lead", edit, wording="Ask  about the old tyres.\n", **fields)
    assert "You follow this since" in world.get("fitter", "promises/-/mine/").content.decode()
    answer = world.post("lead", edit, wording="Ask every customer about the old tyres.", **fields)
    assert "version 2 is to be acknowledged anew" in answer.content.decode()
    page = world.get("fitter", "promises/-/mine/").content.decode()
    assert "The words were changed on" in page and "1 instruction waits for you" in page
    # Somebody who still has the old words before them takes nothing on.
    assert "The words were changed in the meantime" in world.post("fitter", door, version=1, follow=1).content.decode()
    with activate(world.tenant.pk):
        world.instruction.refresh_from_db()
        (person,) = (each for each in concern.people_of(world.instruction) if each.earlier)
        assert [(old.number, old.wording, old.by) for old in write.earlier(world.instruction)] == [
            (1, "Ask  about the old tyres.", "lead@example.org")
        ]
        assert (person.earlier, person.acknowledged_at, person.member) == (1, None, world.people["fitter"])
        assert Acknowledgement.objects.count() == 1


@pytest.mark.parametrize("version", ["", "0", "x", "2", "٣", "9" * 40])
def test_a_version_that_is_not_in_force_is_taken_on_by_nobody(world: Any, version: str) -> None:
    world.post("fitter", f"promises/-/mine/{world.instruction.pk}/", version=version, follow=1)
    with activate(world.tenant.pk):
        assert not Acknowledgement.objects.exists()


def test_what_does_not_concern_one_is_taken_on_by_others(world: Any) -> None:
    for name in ("other", "manager", "lead"):
        assert world.post(name, f"promises/-/mine/{world.instruction.pk}/", version=1, follow=1).status_code == 404


def test_a_manager_sees_and_trains_their_own_people(world: Any) -> None:
    page = f"promises/old-tyres/instructions/{world.instruction.pk}/people/"
    names = {str(each.member.user) for each in world.get("manager", page).context["everybody"]}
    assert names == {"fitter@example.org"}
    answer = world.post("manager", page, members=world.user["fitter"].pk, done_on="2026-11-02")
    assert "1 of 1 are trained" in answer.content.decode()
    assert world.post("manager", page, members=world.user["roving"].pk, done_on="2026-11-02").status_code == 400
    world.post("lead", page, members=[world.user["fitter"].pk, world.user["roving"].pk], done_on="2026-11-03")
    with activate(world.tenant.pk):
        rows = Training.objects.values_list("user__email", "done_on", "noted_by__email")
        assert sorted((who, str(day), by) for who, day, by in rows) == [
            ("fitter@example.org", "2026-11-03", "lead@example.org"),
            ("roving@example.org", "2026-11-03", "lead@example.org"),
        ]


@pytest.mark.parametrize("day", ["", "tomorrow", "2999-01-01"])
def test_training_is_noted_when_it_is_done(world: Any, day: str) -> None:
    page = f"promises/old-tyres/instructions/{world.instruction.pk}/people/"
    assert world.post("lead", page, members=world.user["fitter"].pk, done_on=day).status_code == 400
    with activate(world.tenant.pk):
        assert not Training.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [{"role": ""}, {"wording": " "}, {"audience": "boss"}, {"unit": "0"}, {"touchpoint": "x"}, {"role": "r" * 101}],
)
def test_a_faulty_instruction_is_refused_at_its_field(world: Any, fields: dict[str, str]) -> None:
    answer = world.post(
        "lead", "promises/old-tyres/instructions/new/", **{"role": "cashier", "wording": "Say it."} | fields
    )
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == list(fields)


def test_units_and_promises_of_others_do_not_exist(world: Any) -> None:
    theirs = make_tenant()
    unit, rule = make_unit(theirs), make_promise(theirs, "theirs")
    with activate(theirs.pk):
        instruction = Instruction.objects.create(promise=rule.promise, role="clerk", wording="Theirs.")
    answer = world.post("lead", "promises/old-tyres/instructions/new/", role="a", wording="b", unit=unit.pk)
    assert list(answer.context["form"].errors) == ["unit"]
    assert world.get("lead", "promises/theirs/instructions/").status_code == 404
    assert world.get("lead", f"promises/old-tyres/instructions/{instruction.pk}/").status_code == 404
    assert world.post("fitter", f"promises/-/mine/{instruction.pk}/", version=1).status_code == 404


def test_it_stands_on_its_touchpoints_page_and_is_measured_by_its_own_rule(world: Any) -> None:
    place = make_touchpoint(world.tenant, "yard")
    with activate(world.tenant.pk):
        write.change(instruction=world.instruction, fields={"touchpoint": place})
        for part, target, kept in (("instruction", 95, 19), ("instruction_target", 90, 10)):
            rule = Rule.objects.create(
                promise=world.promise, part=part, target=target, kind="condition", closing_type="a",
                instruction=world.instruction,
            )  # fmt: skip
            OutcomeRollup.objects.create(
                rule_id=rule.pk, dimension="", value="", day=timezone.localdate(), channel_id=0, kept=kept, broken=1
            )
    assert "Ask about the old tyres." in world.get("viewer", f"touchpoints/{place.slug}/").content.decode()
    page = world.get("viewer", "promises/old-tyres/instructions/")
    ((_instruction, _tally, measures, unmeasured),) = page.context["rows"]
    assert unmeasured == []
    assert [(kept.rule.part, kept.result.rate, kept.result.target) for kept in measures] == [
        ("instruction", 0.95, 0.95),
        ("instruction_target", 10 / 11, 0.9),
    ]
    text = page.content.decode()
    assert "0 of 2" in text and "Who has taken it on" not in text and "Write an instruction" not in text


def test_what_nothing_measures_leads_to_a_rule_of_its_own(world: Any) -> None:
    text = world.get("lead", "promises/old-tyres/instructions/").content.decode()
    address = f"promises/old-tyres/rules/new/?part=instruction&amp;instruction={world.instruction.pk}"
    assert address in text and "Measure what it leads to" in text
    form = world.get("lead", address.replace("&amp;", "&")).content.decode()
    assert f'<option value="{world.instruction.pk}" selected>' in form
    assert '<option value="instruction" selected>' in form


def test_archived_it_asks_nothing_and_restored_it_is_as_it_was(world: Any) -> None:
    door = f"promises/old-tyres/instructions/{world.instruction.pk}/archive/"
    with activate(world.tenant.pk):
        take.acknowledge(instruction=world.instruction, user=world.user["fitter"], version=1, follows=True)
    world.post("lead", door)
    assert mine(world, "fitter") == []
    world.post("lead", door, restore=1)
    assert "You follow this since" in world.get("fitter", "promises/-/mine/").content.decode()


@pytest.mark.parametrize(
    ("name", "address", "queries"),
    [
        ("fitter", "promises/-/mine/", 12),
        ("manager", "promises/old-tyres/instructions/", 15),
        ("lead", "promises/old-tyres/instructions/{pk}/people/", 16),
    ],
)
def test_a_page_costs_the_same_however_many_there_are(world: Any, name: str, address: str, queries: int) -> None:
    with activate(world.tenant.pk):
        for number in range(8):
            row = write.add(promise=world.promise, fields={"role": f"role {number}", "wording": "Do it."})
            for user in (world.user["fitter"], make_member(world.tenant, "employee").user):
                take.acknowledge(instruction=row, user=user, version=1, follows=True)
                take.train(instruction=row, user=user, done_on=timezone.localdate(), by=None)
    address = address.format(pk=world.instruction.pk)
    world.get(name, address)
    with CaptureQueriesContext(connection) as found:
        world.get(name, address)
    assert len(found) == queries, [query["sql"][:150] for query in found]
