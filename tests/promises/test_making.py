"""A promise goes on only when it was made in full and its pilot has proven it; rules change by version."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from cxplatform.ids import uuid7
from cxplatform.tenancy import audit
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry
from promises.making.gate import missing
from promises.making.lifecycle import Refused, move
from promises.making.versions import revise
from promises.models import (
    Criterion,
    Instruction,
    LifecycleStep,
    OutcomeRollup,
    Participation,
    Promise,
    PromiseOutcome,
    Rule,
)
from tests.factories import api_of, make_key, make_member, make_tenant
from tests.promises.worlds import make_promise, make_ready

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def tenant():
    return make_tenant()


@pytest.fixture
def rule(tenant) -> Rule:
    """The rule of a draft that lacks nothing."""
    return make_ready(tenant)


def count(rule: Rule, *, kept: int, broken: int, days_ago: int = 1, **fields: Any) -> None:
    """What fell due of a rule on one day."""
    day = timezone.localdate() - timedelta(days=days_ago)
    OutcomeRollup.objects.create(rule=rule, day=day, channel_id=0, kept=kept, broken=broken, **fields)


def begin(rule: Rule, *, weeks: int) -> None:
    """Its pilot began this many weeks ago."""
    move(promise=rule.promise, to="pilot", why="Try it.", now=timezone.now() - timedelta(weeks=weeks, hours=1))


def refused(promise: Promise, to: str, why: str = "Because.") -> list[str]:
    with pytest.raises(Refused) as refusal:
        move(promise=promise, to=to, why=why)
    return refusal.value.reasons


def test_a_draft_says_everything_it_lacks_at_once(tenant):
    with activate(tenant.pk):
        promise = Promise.objects.create(slug="p", name="P", wording="")
        reasons = refused(promise, "pilot")
        assert len(reasons) == 7 + 1 + 3 + 1 + 1 + 1 + 5
        assert reasons[0] == "Question 1 is not answered: What matters to the customer here?"
        assert {"Nothing measures the promise: give it a rule with a target."} < set(reasons)
        promise.refresh_from_db()
        assert promise.lifecycle == "draft"
        assert not LifecycleStep.objects.exists()


@pytest.mark.parametrize(
    ("model", "change", "said"),
    [
        (Promise, {"staff_view": "  "}, "What does it take of staff"),
        (Promise, {"key_words": []}, "Question 6"),
        (Criterion, {"met": False}, "criterion “concrete and verifiable” is not met"),
        (Criterion, {"evidence": ""}, "criterion “concrete and verifiable” has no evidence"),
        (Participation, {"way": "pilot"}, "No staff have taken part"),
        (Participation, {"people": 0}, "No staff have taken part"),
        (Instruction, {"archived_at": timezone.now()}, "no instruction to staff"),
        (Rule, {"part": "instruction"}, "Nothing measures the promise"),
        (Rule, {"valid_until": timezone.now()}, "Nothing measures the promise"),
        (Rule, {"closing_type": ""}, "cannot be judged: Name the closing event"),
    ],
)
def test_the_gate_to_the_pilot_names_what_is_missing(rule, tenant, model, change, said):
    with activate(tenant.pk):
        assert missing(promise=rule.promise) == []
        rows = model.objects.filter(pk=model.objects.order_by("pk")[0].pk)
        rows.update(**change)
        (reason,) = missing(promise=Promise.objects.get())
        assert said in reason


def test_a_step_is_dated_signed_and_in_the_history(rule, tenant):
    member = make_member(tenant, "cx_lead")
    with activate(tenant.pk):
        step = move(promise=rule.promise, to="pilot", by=member.user, why=" Agreed in the workshop. ")
        assert (step.before, step.after, step.by, step.who) == ("draft", "pilot", member.user, member.user.email)
        assert step.why == "Agreed in the workshop."
        assert step.evidence["criteria"]["possible"]["evidence"] == "possible: shown"
        entry = AuditEntry.objects.get(model="promises.promise")
        assert entry.changes == {"lifecycle": ["draft", "pilot"], "why": [None, "Agreed in the workshop."]}
        assert Promise.objects.get().lifecycle == "pilot"
        assert refused(rule.promise, "draft", why=" ") == ["Say why: it stays in the promise's history."]


@pytest.mark.parametrize(
    ("weeks", "kept", "broken", "said"),
    [
        (3, 97, 3, ["It has been piloted for 3 of 4 weeks."]),
        (4, 29, 0, ["29 of 30 cases have fallen due in the pilot."]),
        (4, 89, 11, ["It was kept in 89.0 % of cases; the target is 90.0 %.", "as low as 81.4 %"]),
        (4, 36, 4, ["as low as 76.9 %: pilot on until that is 85.0 %."]),
        (0, 0, 0, ["for 0 of 4 weeks", "0 of 30 cases"]),
        (4, 95, 5, []),
    ],
)
def test_the_pilot_must_show_cases_weeks_and_an_interval(rule, tenant, weeks, kept, broken, said):
    with activate(tenant.pk):
        begin(rule, weeks=weeks)
        count(rule, kept=kept, broken=broken)
        count(rule, kept=500, broken=0, days_ago=weeks * 7 + 2)  # before it: no evidence of the pilot
        reasons = missing(promise=rule.promise)
        assert len(reasons) == len(said)
        assert all(part in reason for part, reason in zip(said, reasons, strict=True)), reasons


def test_nothing_is_proven_by_no_case_however_little_is_asked(rule, tenant):
    with activate(tenant.pk):
        Promise.objects.update(pilot_cases=0, pilot_weeks=0, pilot_margin=100)
        rule.promise.refresh_from_db()
        begin(rule, weeks=0)
        assert refused(rule.promise, "public") == ["0 of 1 case has fallen due in the pilot."]


def test_a_measure_chosen_half_way_is_piloted_from_then_on(rule, tenant):
    with activate(tenant.pk):
        begin(rule, weeks=5)
        count(rule, kept=50, broken=50)
        Rule.objects.filter(pk=rule.pk).update(archived_at=timezone.now())
        easier = Rule.objects.get(pk=rule.pk)
        easier.pk, easier._state.adding, easier.archived_at = None, True, None
        easier.save()
        audit.record("added", easier)
        count(easier, kept=100, broken=0)  # as history is judged by it
        Criterion.objects.update(facts={})
        assert missing(promise=rule.promise) == [
            "It has been piloted for 0 of 4 weeks.",
            "0 of 30 cases have fallen due in the pilot.",
        ]


def test_a_proven_promise_goes_public_with_its_evidence_and_retires(rule, tenant):
    with activate(tenant.pk):
        begin(rule, weeks=5)
        count(rule, kept=95, broken=5)
        (shown,) = move(promise=rule.promise, to="public", why="Proven.").evidence["rules"]
        assert (shown["n"], shown["rate"], shown["weeks"], round(shown["low"], 3)) == (100, 0.95, 5, 0.888)
        move(promise=rule.promise, to="retired", why="Replaced.")
        assert [step.after for step in LifecycleStep.objects.all()] == ["retired", "public", "pilot"]
        assert refused(rule.promise, "public") == ["From “retired” a promise moves to “draft”, not to “public”."]


def test_what_leaves_the_public_is_published_anew(rule, tenant):
    with activate(tenant.pk):
        Promise.objects.update(lifecycle="public", published=True, rate_published=True)
        rule.promise.refresh_from_db()
        move(promise=rule.promise, to="retired", why="Replaced.")
        found = Promise.objects.get()
        assert (found.published, found.rate_published) == (False, False)
        changes = AuditEntry.objects.filter(model="promises.promise").latest("id").changes
        assert changes["published"] == [True, False]


def test_no_step_is_left_out(rule, tenant):
    with activate(tenant.pk):
        assert refused(rule.promise, "public") == ["From “draft” a promise moves to “internal pilot”, not to “public”."]
        assert "not to “nowhere”" in refused(rule.promise, "nowhere")[0]


def judged(rule: Rule) -> None:
    PromiseOutcome.objects.create(rule=rule, subject="case", opened_by=uuid7(), opened_at=timezone.now(), status="kept")


class TestVersions:
    def test_what_has_judged_nothing_is_rewritten(self, rule, tenant):
        with activate(tenant.pk):
            same = revise(rule=rule, changes={"target": 95, "duration_minutes": 30}, why="Braver.")
            assert (same.pk, same.target, same.version, same.valid_from) == (rule.pk, 95, 1, None)
            assert AuditEntry.objects.get(model="promises.rule").changes["why"] == [None, "Braver."]

    def test_another_target_begins_a_version_and_the_old_one_ends(self, rule, tenant):
        member = make_member(tenant)
        with activate(tenant.pk):
            judged(rule)
            second = revise(rule=rule, changes={"target": 95}, by=member.user, why="Braver.")
            judged(second)
            third = revise(rule=second, changes={"duration_minutes": 30})
            old, middle, new = Rule.objects.order_by("version")
            assert (old.pk, old.target, old.valid_from, old.valid_until) == (rule.pk, 90, None, middle.valid_from)
            assert (middle.first, middle.why, middle.made_by, middle.promise) == (
                old,
                "Braver.",
                member.user,
                rule.promise,
            )
            assert (new.pk, new.first, new.version, new.target) == (third.pk, old, 3, 95)
            assert (middle.valid_until, new.valid_until) == (new.valid_from, None)

    def test_words_and_order_are_no_measure(self, rule, tenant):
        with activate(tenant.pk):
            judged(rule)
            assert (
                revise(rule=rule, changes={"wording": "In an hour", "position": 3, "target": rule.target}).pk == rule.pk
            )
            assert revise(rule=rule, changes={"target": rule.target}).version == 1

    def test_a_bad_change_and_an_earlier_version_stay_as_they_were(self, rule, tenant):
        with activate(tenant.pk):
            judged(rule)
            with pytest.raises(ValidationError, match="Name the event that begins the deadline"):
                revise(rule=rule, changes={"opening_type": ""})
            assert Rule.objects.get().target == 90
            revise(rule=rule, changes={"target": 95})
            with pytest.raises(ValidationError, match="earlier version"):
                revise(rule=rule, changes={"target": 80})
            with pytest.raises(ValueError, match="version"):
                revise(rule=rule, changes={"version": 7})

    def test_a_new_version_is_piloted_anew(self, rule, tenant):
        with activate(tenant.pk):
            begin(rule, weeks=5)
            count(rule, kept=95, broken=5)
            judged(rule)
            revise(rule=rule, changes={"target": 80})
            assert missing(promise=rule.promise) == [
                "It has been piloted for 0 of 4 weeks.",
                "0 of 30 cases have fallen due in the pilot.",
            ]


class TestOverRest:
    @pytest.fixture
    def api(self, tenant):
        return api_of(make_key(tenant, name="crm"))

    def send(self, api: Any, slug: str, **body: Any) -> Any:
        return api.post(f"/api/v1/promises/{slug}/lifecycle", body, content_type="application/json")

    def test_a_promise_is_moved_and_tells_where_it_stands(self, api, rule):
        answer = self.send(api, rule.promise.slug, to="pilot", why="Agreed.")
        assert (answer.status_code, answer.json()["who"]) == (201, "key crm")
        told = api.get(f"/api/v1/promises/{rule.promise.slug}/lifecycle").json()
        assert (told["lifecycle"], [way["to"] for way in told["moves"]]) == ("pilot", ["public", "draft", "retired"])
        assert (len(told["moves"][0]["missing"]), told["moves"][1]["missing"]) == (2, [])
        assert [step["why"] for step in told["steps"]] == ["Agreed."]

    def test_what_is_missing_is_a_problem_with_reasons(self, api, tenant):
        slug = make_promise(tenant, lifecycle="draft").promise.slug
        answer = self.send(api, slug, to="pilot", why="Now.")
        assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
        assert "Question 1 is not answered" in answer.json()["errors"][0]["message"]

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"to": "pilot"}, "why"),
            ({"to": "heaven", "why": "x"}, "to"),
            ({"to": "pilot", "why": "x", "by": "me"}, "by"),
        ],
    )
    def test_a_wrong_request_names_its_field(self, api, rule, body, field):
        answer = self.send(api, rule.promise.slug, **body)
        assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, [field])

    def test_another_companys_promise_is_not_there(self, rule):
        stranger = api_of(make_key(make_tenant()))
        assert self.send(stranger, rule.promise.slug, to="pilot", why="x").status_code == 404
        assert stranger.get(f"/api/v1/promises/{rule.promise.slug}/lifecycle").status_code == 404

    def test_nothing_else_moves_it(self, api, rule):
        path = f"/api/v1/promises/{rule.promise.slug}"
        as_read = api.get(path).json()
        assert api.patch(path, as_read, content_type="application/json").status_code == 200
        answer = api.patch(path, {"lifecycle": "public"}, content_type="application/json")
        assert "moves by POST promises/{slug}/lifecycle" in answer.json()["errors"][0]["message"]
        made = {"slug": "new", "name": "New", "wording": "x", "lifecycle": "pilot"}
        assert api.post("/api/v1/promises", made, content_type="application/json").status_code == 400

    def test_a_target_changed_is_a_version_with_its_reason(self, api, rule, tenant):
        with activate(tenant.pk):
            judged(rule)
        path = f"/api/v1/promises/{rule.promise.slug}"
        rules = [{"id": rule.pk, "target": 95, "why": "Customers asked."}]
        (told,) = api.patch(path, {"rules": rules}, content_type="application/json").json()["rules"]
        assert (told["version"], told["target"], told["why"]) == (2, 95.0, "Customers asked.")
        assert told["id"] != rule.pk
        assert told["valid_from"]
