"""The inbox: what falls due next, one worked through to its end, and two people at once."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.roles import Role
from surveys.answer import record_responses
from surveys.followups import work
from surveys.followups.amounts import read_amount
from surveys.models import AgreedItem, Cause, EmpowermentLimit, FollowUp, Response
from tests.factories import client_of, make_customer, make_member, make_tenant, make_touchpoint, make_unit, make_user
from tests.surveys.worlds import NPS, REASON, count_all, make_survey, submission

pytestmark = pytest.mark.django_db
SAID = "Odotin kolme päivää, soittakaa 040 1234567."


def open_follow_up(tenant: Any, *, owner: Any = None, due: timedelta = timedelta(hours=4), **fields: Any) -> FollowUp:
    """One as the opener would leave it, due in `due` from now."""
    now = timezone.now()
    with activate(tenant.pk):
        known = {"cause": Cause.DETRACTOR, "owner": owner, "signal_at": now, "opened_at": now}
        times = {"contact_due": now + due, "fix_due": now + due + timedelta(days=2)}
        made: FollowUp = FollowUp.objects.create(**{**known, **times, **fields})
        return made


@pytest.fixture
def desk() -> SimpleNamespace:
    """A company with a handler, a CX lead who sees identity, a manager of one unit, and an answer of a detractor."""
    tenant = make_tenant(language="en")
    unit, other = make_unit(tenant, "vantaa", name="Vantaa"), make_unit(tenant, "turku", name="Turku")
    place = make_touchpoint(tenant, name="Delivery")
    person = make_customer(tenant, name="Aino Virtanen", email="aino@example.org", phone="+358 40 1234567")
    survey = make_survey(tenant, questions=(NPS, REASON))
    with activate(tenant.pk):
        given = submission(survey, customer=person.external_id, nps=2, texts={"reason": SAID}, touchpoint=place.slug)
        record_responses([given], collected_by="api")
    count_all(tenant)
    with activate(tenant.pk):
        answer = Response.objects.get()
    people = {
        "maija": make_member(tenant, Role.HANDLER, user=make_user(first_name="Maija", last_name="Mäki")),
        "lead": make_member(tenant, Role.CX_LEAD, sees_identity=True, user=make_user(first_name="Liisa")),
        "manager": make_member(tenant, Role.UNIT_MANAGER, unit_ids=[unit.pk]),
    }
    one = open_follow_up(
        tenant, owner=people["maija"].user, event_id=answer.id, response_id=answer.id, customer_id=person.id,
        touchpoint_id=place.pk, unit_id=other.pk,
    )  # fmt: skip
    return SimpleNamespace(
        tenant=tenant, unit=unit, one=one, base=f"/t/{tenant.slug}/followups/", **people,
        at=lambda who: client_of(people[who], headers={"accept-language": "en"}),
    )  # fmt: skip


def test_the_soonest_due_comes_first_and_each_sees_what_is_theirs(desk: Any) -> None:
    late = open_follow_up(desk.tenant, owner=desk.lead.user, due=-timedelta(hours=3), unit_id=desk.unit.pk)
    solved = open_follow_up(desk.tenant, owner=desk.maija.user, due=timedelta(hours=1), state="solved")

    def shown(who: str, query: str = "") -> list[int]:
        inbox = desk.at(who).get(desk.base + query).context["inbox"]
        return [row.follow_up.pk for row in inbox.rows]

    assert shown("maija") == [desk.one.pk]
    assert shown("maija", "?scope=all") == [late.pk, desk.one.pk]
    assert shown("maija", "?scope=all&late=1") == [late.pk]
    assert (shown("maija", "?state=solved"), shown("maija", "?scope=all&state=done")) == ([solved.pk], [])
    assert shown("maija", f"?scope=all&unit={desk.unit.pk}") == [late.pk]
    assert shown("maija", "?scope=all&cause=complaint&state=nonsense&most=-1&unit=x") == []
    assert shown("manager", "?scope=all") == [late.pk], "a unit manager sees the own unit's"
    assert desk.at("manager").get(f"{desk.base}{desk.one.pk}/").status_code == 404
    page = desk.at("maija").get(desk.base + "?scope=all").content.decode()
    assert "3 h late" in page
    assert page.count("Aino Virtanen") == 1, "the owner knows who it is"
    assert "•••" in page, "in the list words are masked"
    # Another handler works it all, but reads no names.
    other = client_of(make_member(desk.tenant, Role.HANDLER))
    page = other.get(f"{desk.base}{desk.one.pk}/?scope=all").content.decode()
    assert "Aino" not in page
    assert "1234567" not in page
    page = desk.at("lead").get(f"{desk.base}{desk.one.pk}/").content.decode()
    assert "Aino Virtanen" in page
    assert "tel:+358401234567" in page
    assert SAID in page


def test_the_number_of_queries_does_not_grow_with_the_list(desk: Any, django_assert_max_num_queries: Any) -> None:
    client = desk.at("lead")
    client.get(desk.base)
    for _ in range(5):
        open_follow_up(desk.tenant, owner=desk.lead.user)
    with django_assert_max_num_queries(45):
        assert len(client.get(desk.base + "?scope=all").context["inbox"].rows) == 6


def test_a_matter_is_worked_from_contact_to_the_customers_word(desk: Any) -> None:
    client, base = desk.at("maija"), f"{desk.base}{desk.one.pk}/"
    with activate(desk.tenant.pk):
        EmpowermentLimit.objects.create(role=Role.HANDLER, amount=1_500)

    def do(key: str, **data: Any) -> Any:
        with activate(desk.tenant.pk):
            version = FollowUp.objects.get(pk=desk.one.pk).version
        return client.post(f"{base}do/{key}/", {"version": version, **data})

    assert do("contact", not_reached="1", text="No answer").status_code == 302
    assert do("mail", text="I tried to call you").status_code == 302
    assert "Mail to the customer</strong> e-mail" in client.get(base).content.decode()
    assert do("invite", to="dinner").status_code == 400
    assert do("contact", text="She waited three days").status_code == 302
    early = do("offer", text="A new set", amount="20")
    assert (early.status_code, "Ask first what the customer wishes" in early.content.decode()) == (400, True)
    assert do("wish", text="The tyres changed today").status_code == 302
    wrong = do("offer", text="A new set", amount="kaksikymppiä")
    assert "Write the amount as a number" in wrong.content.decode()
    much = do("offer", text="A new set", amount="1 600,00 EUR")
    assert (much.status_code, "You may give up to" in much.content.decode()) == (400, True)
    assert "A new set" in much.content.decode(), "what was typed stays"
    assert do("offer", text="A new set", amount="1 200,50 EUR").status_code == 302
    assert do("agree", item_1="").status_code == 400
    assert do("agree", item_1="Change on Friday", due_1="2026-12-01", item_2="Call after it").status_code == 302
    page = client.get(base).content.decode()
    assert "not confirmed in writing" in page
    assert do("write", text="See you!").status_code == 302
    with activate(desk.tenant.pk):
        items = list(AgreedItem.objects.order_by("id"))
        version = FollowUp.objects.get().version
    assert client.post(f"{base}items/{items[0].pk}/", {"version": version}).status_code == 302
    assert client.post(f"{base}items/{items[0].pk}/", {"version": version}).status_code == 409
    assert do("solve", text="").status_code == 400
    assert do("solve", text="The tyres are on. Sorry for the wait!").status_code == 302
    assert do("solve", text="Again").status_code == 400
    assert do("answer", fixed="nonsense").status_code == 400
    assert do("answer", fixed="yes", text="Thank you").status_code == 302
    with activate(desk.tenant.pk):
        done = FollowUp.objects.get()
        kinds = list(done.steps.order_by("id").values_list("kind", flat=True))
    assert (done.state, done.fixed, str(done.given)) == ("confirmed", "yes", "1200.50")
    assert kinds == [
        "not_reached", "mail_out", "contacted", "wish", "offered", "agreed", "confirmed_in_writing", "note", "solved",
        "asked_again", "answered",
    ]  # fmt: skip
    trail = client.get(base).content.decode()
    for text in ("The tyres are on. Sorry for the wait!", "1200.50 EUR", "Agreed item done"):
        assert text in trail


def test_of_two_at_once_the_later_is_told_and_loses_nothing(desk: Any) -> None:
    base = f"{desk.base}{desk.one.pk}/do/"
    mine, theirs = desk.at("maija"), desk.at("lead")
    handed = theirs.post(base + "assign/", {"version": 1, "to": desk.lead.user.pk, "why": "I know her"})
    assert handed.status_code == 302
    late = mine.post(base + "contact/", {"version": 1, "text": "We talked for long"})
    page = late.content.decode()
    assert late.status_code == 409
    assert "Liisa was first" in page
    assert "I know her" in page
    assert "We talked for long" in page
    swapped = mine.post(base + "contact/", {"version": 1, "text": "We talked for long"}, headers={"hx-request": "true"})
    assert swapped.status_code == 400, "the one refusal that htmx swaps"
    assert "<html" not in swapped.content.decode()
    again = mine.post(base + "contact/", {"version": 2, "text": "We talked for long"})
    assert again.status_code == 302
    for version in ("", "x", "9" * 40):
        assert mine.post(base + "note/", {"version": version, "text": "n"}).status_code == 409
    to = {"version": 3, "to": make_member(desk.tenant, Role.VIEWER).user.pk}
    assert mine.post(base + "assign/", to).status_code == 400, "a viewer handles no feedback"
    assert mine.post(f"{desk.base}{desk.one.pk}/take/", {"version": 3}).status_code == 302


def test_the_open_list_is_told_only_of_what_is_new(desk: Any) -> None:
    client = desk.at("maija")
    live = client.get(desk.base).context["live_address"]
    assert client.get(live).status_code == 204
    with activate(desk.tenant.pk):
        work.note(follow_up_id=desk.one.pk, version=None, by=desk.lead.user, text="Seen")
    answer = client.get(live)
    assert (answer.status_code, b'data-version="2"' in answer.content) == (200, True)


def test_what_is_read_in_the_stream_is_followed_up_in_one_press(desk: Any) -> None:
    lead, stream = desk.at("lead"), f"/t/{desk.tenant.slug}/feedback/"
    with activate(desk.tenant.pk):
        said = {"response": str(desk.one.response_id), "key": "reason"}
        known = lead.post(stream + "follow/", said)
        FollowUp.objects.all().delete()
    assert known.url == f"{desk.base}{desk.one.pk}/", "what is followed up already is shown"
    opened = lead.post(stream + "follow/", said, headers={"hx-request": "true"}).content.decode()
    with activate(desk.tenant.pk):
        made = FollowUp.objects.get()
    assert f"/followups/{made.pk}/" in opened
    assert lead.post(stream + "follow/", {"response": "x", "key": "reason"}).status_code == 404
    assert desk.at("manager").post(stream + "follow/", said).status_code == 404, "of another unit"


def test_what_was_of_somebody_who_left_is_given_on_in_one_press(desk: Any) -> None:
    desk.maija.delete()
    lead, address = desk.at("lead"), desk.base + "left/"
    assert "nobody to answer" in lead.get(desk.base).content.decode()
    assert "Maija Mäki" in lead.get(address).content.decode()
    assert lead.post(address, {"of": desk.maija.user_id, "to": "0"}).status_code == 400
    assert lead.post(address, {"of": desk.maija.user_id, "to": desk.lead.user_id}).status_code == 302
    with activate(desk.tenant.pk):
        given = FollowUp.objects.get()
        assert (given.owner, given.steps.get().kind) == (desk.lead.user, "handed_over")
    assert "Everything in work has somebody" in lead.get(address).content.decode()


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("1 200,50 EUR", "1200.50"), ("1.200,50 €", "1200.50"), ("1,200.50", "1200.50"), ("20", "20"), ("1.200", "1200"),
     ("20,5", "20.5"), ("50 kr", "50")],
)  # fmt: skip
def test_amounts_are_read_as_people_type_them(typed: str, amount: str) -> None:
    assert str(read_amount(typed)) == amount


@pytest.mark.parametrize("typed", ["", "-5", "1e9", "=HYPERLINK(1)", "5 000 000 000 000", "1,2,3,4", "NaN"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(typed)}$"):
        read_amount(typed)
