"""A follow-up from hand to hand: each verb is one step, nobody overwrites another, and limits hold."""

import threading
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import close_old_connections
from django.utils import translation

from cxplatform.pipeline.claim import drain
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.roles import Role
from journeys.models import Event
from surveys.followups import heard, work
from surveys.followups.heard import News
from surveys.models import AgreedItem, EmpowermentLimit, FollowUp
from tests.factories import make_member
from tests.surveys.followups.worlds import Firm, make_firm, make_follow_up

State = FollowUp.State


@pytest.fixture(autouse=True)
def english(language: None) -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def firm(db: None) -> Firm:
    return make_firm()


def test_from_the_signal_to_the_customers_word(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[News] = []
    monkeypatch.setitem(heard._listeners, "test", told.extend)
    manager, hanna = firm.manager.user, firm.handler.user
    made = make_follow_up(firm, text="Called the shop")
    assert (made.owner, made.state, made.contacts) == (manager, State.OPEN, 1)
    assert made.opened_at < made.contact_due < made.fix_due
    with activate(firm.tenant.pk):
        EmpowermentLimit.objects.create(role=Role.HANDLER, amount=50)
        work.thank(follow_up_id=made.pk, version=1, by=manager, text="Thank you")
        work.assign(follow_up_id=made.pk, version=2, by=manager, to=hanna, why="Knows tyres")
        work.not_reached(follow_up_id=made.pk, version=3, by=hanna, text="")
        work.contacted(follow_up_id=made.pk, version=4, by=hanna, text="Called")
        with pytest.raises(work.NotNow, match="Ask first"):
            work.offer(follow_up_id=made.pk, version=5, by=hanna, text="Free change", amount=Decimal(20))
        work.wish(follow_up_id=made.pk, version=5, by=hanna, text="New tyres\x00 tomorrow")
        work.assess(follow_up_id=made.pk, version=None, by=hanna, text="Serious")
        work.investigate(follow_up_id=made.pk, version=None, by=hanna, text="Wrong size")
        work.offer(follow_up_id=made.pk, version=None, by=hanna, text="Free change", amount=Decimal(40))
        with pytest.raises(work.OverLimit, match=r"up to 50.00 EUR.*40.00 EUR has been given.*Nobody may") as refused:
            work.offer(follow_up_id=made.pk, version=None, by=hanna, text="More", amount=Decimal("10.01"))
        assert (refused.value.limit, refused.value.field) == (50, "amount")
        EmpowermentLimit.objects.create(role=Role.CX_LEAD, amount=500)
        with pytest.raises(work.OverLimit, match="Ask Leena"):
            work.offer(follow_up_id=made.pk, version=None, by=hanna, text="More", amount=Decimal("10.01"))
        with pytest.raises(work.NotNow, match="nothing to confirm"):
            work.confirm_in_writing(follow_up_id=made.pk, version=None, by=hanna)
        work.agree(follow_up_id=made.pk, version=None, by=hanna, items=[("Call on Friday", None), ("New tyres", None)])
        work.confirm_in_writing(follow_up_id=made.pk, version=None, by=hanna, text="As agreed")
        item = AgreedItem.objects.filter(text="New tyres").get()
        work.item_done(follow_up_id=made.pk, version=None, by=hanna, item_id=item.pk)
        with pytest.raises(work.NotNow, match="done already"):
            work.item_done(follow_up_id=made.pk, version=None, by=hanna, item_id=item.pk)
        with pytest.raises(work.NotNow, match="Write to the customer") as empty:
            work.solve(follow_up_id=made.pk, version=None, by=hanna, text="  ")
        assert empty.value.field == "text"
        solved = work.solve(follow_up_id=made.pk, version=None, by=hanna, text="We put the right ones on.")
        assert (solved.state, solved.given, solved.wish) == (State.SOLVED, 40, "New tyres tomorrow")
        with pytest.raises(work.NotNow, match="not in work"):
            work.close(follow_up_id=made.pk, version=None, by=hanna, why="Done")
        again = work.answered(follow_up_id=made.pk, version=None, by=None, fixed="no", text="Still noisy")
        assert (again.state, again.fixed, again.solved_at) == (State.OPEN, "no", None)
        assert again.contact_due > made.contact_due
        # The customer had slipped: nobody has done anything since, so it stands as it was solved.
        yes = work.answered(follow_up_id=made.pk, version=None, by=None, fixed="yes", value=90)
        assert (yes.state, yes.solved_at, yes.recovery_value) == (State.CONFIRMED, solved.solved_at, 90)
        version = yes.version
        assert work.answered(follow_up_id=made.pk, version=None, by=None, fixed="yes", value=100).version == version + 1
        reopened = work.reopen(follow_up_id=made.pk, version=None, by=hanna, text="Called again")
        assert (reopened.state, reopened.transfers, reopened.owner) == (State.OPEN, 1, hanna)
        work.mail_in(follow_up_id=made.pk, version=None, by=None, text="Hello?")
        work.mail_out(follow_up_id=made.pk, version=None, by=hanna, text="Soon")
        closed = work.close(follow_up_id=made.pk, version=None, by=hanna, why="Moved away")
        assert (closed.contacts, closed.state) == (2, State.CLOSED)
        # That the customer was asked again stands in the trail too, and is no change of anybody's.
        done = closed.steps.exclude(kind="asked_again").order_by("id")
        kinds = list(done.values_list("kind", flat=True))
        assert len(kinds) == closed.version == len(told)
        assert kinds[:6] == ["opened", "thanked", "handed_over", "not_reached", "contacted", "wish"]
        happened = list(Event.objects.order_by("id").values_list("type", flat=True))
        assert happened == [
            f"followup.{name}"
            for name in ("opened", "contacted", "solved", "reopened", "confirmed", "reopened", "contacted", "closed")
        ]
        assert set(Event.objects.values_list("correlation", "customer_id", "unit_id")) == {
            (f"followup:{made.pk}", firm.customer.id, firm.unit.pk)
        }
    assert drain(firm.tenant.pk).events == 8


def test_what_does_not_fit_is_refused_and_leaves_nothing(firm: Firm) -> None:
    made = make_follow_up(firm)
    viewer = make_member(firm.tenant, Role.VIEWER).user
    stranger = make_member(role=Role.CX_LEAD).user
    with activate(firm.tenant.pk):
        for to, said in ((viewer, "does not handle"), (stranger, "does not handle"), (made.owner, "has it already")):
            with pytest.raises(work.NotNow, match=said):
                work.assign(follow_up_id=made.pk, version=None, by=None, to=to)
        with pytest.raises(work.NotNow, match="at most 10000"):
            work.note(follow_up_id=made.pk, version=None, by=None, text="x" * 10_001)
        with pytest.raises(work.NotNow, match="not been solved"):
            work.answered(follow_up_id=made.pk, version=None, by=None, fixed="yes")
        with pytest.raises(work.NotNow, match="yes, partly or no"):
            work.answered(follow_up_id=made.pk, version=None, by=None, fixed="maybe")
        with pytest.raises(work.NotNow, match="not among"):
            work.item_done(follow_up_id=made.pk, version=None, by=None, item_id=10**15)
        for items in ([], [("  ", None)], [("x" * 501, None)]):
            with pytest.raises(work.NotNow, match="what was agreed"):
                work.agree(follow_up_id=made.pk, version=None, by=None, items=items)
        with pytest.raises(FollowUp.DoesNotExist):
            work.note(follow_up_id=made.pk + 1, version=None, by=None, text="x")
        made.refresh_from_db()
        assert (made.version, made.steps.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_hand_over_at_once_one_is_told() -> None:
    firm = make_firm()
    made = make_follow_up(firm)
    both, outcome = threading.Barrier(2), []

    def hand_over(to) -> None:  # type: ignore[no-untyped-def]
        both.wait()
        try:
            with activate(firm.tenant.pk):
                work.assign(follow_up_id=made.pk, version=1, by=firm.manager.user, to=to, why="Yours")
            outcome.append("done")
        except work.Changed as error:
            outcome.append(f"{error.follow_up.owner.first_name} has it, version {error.follow_up.version}")
        finally:
            close_old_connections()

    people = [firm.handler.user, firm.lead.user]
    threads = [threading.Thread(target=hand_over, args=[user]) for user in people]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    with activate(firm.tenant.pk):
        made.refresh_from_db()
        assert made.owner in people
        assert sorted(outcome) == sorted(["done", f"{made.owner.first_name} has it, version 2"])
        assert made.steps.count() == 2
