"""The feedback stream: what it shows, to whom, how it is searched, and what it costs."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplatform.tenancy.context import activate
from dashboards.feedback import quotes
from dashboards.feedback import stream as streams
from dashboards.models import Quote
from tests.dashboards.worlds import count, nps
from tests.factories import (
    client_of,
    make_channel,
    make_customer,
    make_dimension,
    make_journey,
    make_member,
    make_tenant,
    make_unit,
)
from tests.feedback.worlds import make_topic, say

pytestmark = pytest.mark.django_db
QUERIES = 27


class World:
    def __init__(self) -> None:
        self.tenant = make_tenant(name="Rengasala")
        self.path = make_journey(self.tenant, "tyres", name="Tyres", stages=["Buy", "Use"])
        self.shop, self.help = self.path.touchpoints
        self.chat = make_channel(self.tenant, "chat", name="Chat")
        self.waiting = make_topic(self.tenant, "Waiting", fi="Odotus")
        self.dimension = make_dimension(self.tenant, "segment", name="Segment")
        for place in (self.shop, self.help):
            count(self.tenant, nps(9, 9, 9), at=place)
        self.client = client_of(make_member(self.tenant), headers={"accept-language": "en"})

    def say(self, text: str, **fields: Any) -> Any:
        return say(self.tenant, text, **{"touchpoint_id": self.shop.pk} | fields)

    def get(self, address: str = "", client: Any = None, **headers: str) -> Any:
        return (client or self.client).get(f"/t/{self.tenant.slug}/feedback/{address}", headers=headers)

    def texts(self, address: str = "", client: Any = None) -> list[str]:
        found = self.get(address, client)
        assert found.status_code == 200, found.content.decode()
        return [said.text for said in found.context["stream"].rows]


@pytest.fixture(scope="module")
def world(kept: None) -> World:
    made = World()
    for number in range(5):
        made.say(f"Fine {number}", minutes=60 + number, nps=8, sentiment=0.0)
    return made


def test_the_newest_come_first_with_score_theme_feeling_and_place(world: World) -> None:
    world.say("I waited for an hour", nps=3, topics=[world.waiting], sentiment=-0.7, confidence=0.9,
              emotions=["frustrated"], channel_id=world.chat.pk)  # fmt: skip
    found = world.get()
    first = found.context["stream"].rows[0]
    assert (first.text, first.score, first.mood, first.sentiment) == (
        "I waited for an hour",
        "NPS 3",
        "bad",
        "negative",
    )
    assert [(topic.name, topic.confidence) for topic in first.topics] == [("Waiting", 80)]
    assert (first.place.id, first.channel, first.emotions) == (world.shop.pk, "Chat", ("frustrated",))
    assert first.customer_id is None
    page = found.content.decode()
    assert "I waited for an hour" in page
    assert "80%" in page
    assert world.texts()[1:] == [f"Fine {number}" for number in range(5)]


def test_each_filter_keeps_what_it_says(world: World) -> None:
    world.say("Odotin kauan", lemmas="odottaa kauan", nps=2, topics=[world.waiting], sentiment=-0.5, language="fi",
              touchpoint_id=world.help.pk, channel_id=world.chat.pk, minutes=2)  # fmt: skip
    for number in range(4):
        world.say(f"Hei {number}", nps=10, sentiment=0.6, language="fi", touchpoint_id=world.help.pk,
                  channel_id=world.chat.pk, minutes=10 + number)  # fmt: skip
    for address in (
        f"?topic={world.waiting.pk}",
        "?score=bad",
        "?sentiment=negative",
        "?q=odottaa",
        "?q=odotti",
        "?q=ODOTI kauan",
    ):
        assert world.texts(address) == ["Odotin kauan"], address
    for address in (f"?touchpoint={world.help.slug}", "?channel=chat", "?language=fi"):
        assert world.texts(address) == ["Odotin kauan", "Hei 0", "Hei 1", "Hei 2", "Hei 3"], address
    assert world.texts("?score=good") == ["Hei 0", "Hei 1", "Hei 2", "Hei 3"]
    assert world.texts("?score=middling&sentiment=neutral&journey=tyres") == [f"Fine {n}" for n in range(5)]
    assert world.texts("?q=zebra") == []
    assert "Nobody wrote anything like this" in world.get("?q=zebra").content.decode()
    assert world.texts("?from=2020-01-01&to=2020-02-01") == []


def test_staff_are_not_in_it(world: World) -> None:
    world.say("A colleague's thought", audience="employee")
    assert "A colleague's thought" not in world.texts()


def test_few_writers_are_hidden_and_so_is_a_place_where_few_answered(world: World) -> None:
    world.say("The only Swede", language="sv")
    assert "Too few have written" in world.get("?language=sv").content.decode()
    small = make_journey(world.tenant, stages=["One"]).touchpoints[0]
    world.say("At a small place", touchpoint_id=small.pk)
    assert world.get().context["stream"].rows[0].place is None


def test_a_segment_is_hidden_where_the_others_would_tell_on_a_small_one(world: World) -> None:
    def tell(number: int, segment: str | None) -> None:
        for one in range(number):
            world.say(
                f"{segment} {one}", touchpoint_id=world.help.pk, dimensions={"segment": segment} if segment else {}
            )

    def hidden() -> list[str]:
        asked = {value: world.get(f"?touchpoint={world.help.slug}&segment=segment:{value}") for value in groups}
        return [value for value, page in asked.items() if page.context["stream"].few]

    groups = ("consumer", "fleet")
    tell(6, "consumer")
    tell(1, "fleet")
    assert hidden() == ["consumer", "fleet"]
    tell(6, "fleet")
    assert hidden() == []
    # Those of no segment are a group too: by what all wrote and the others did, two of them could be told.
    tell(2, None)
    assert hidden() == ["consumer"]
    tell(3, None)
    assert hidden() == []


def test_pages_follow_each_other_without_a_gap_or_a_repeat(world: World) -> None:
    now = world.say("same moment").answered_at
    for number in range(70):
        world.say(f"n {number}", at=now)
    read, address = [], ""
    while address is not None:
        found = world.get(address, **{"hx-request": "true"})
        stream = found.context["stream"]
        read += [said.id for said in stream.rows]
        address = f"?before={stream.older}" if stream.older else None
    assert len(read) == len(set(read)) == 76


def test_a_rare_word_is_looked_for_so_far_and_then_further(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "LOOK_BACK", 5)
    world.say("A rare bird", minutes=90)
    first = world.get("?q=bird").context["stream"]
    assert (first.rows, first.looked_to is not None) == ((), True)
    then = world.get(f"?q=bird&before={first.older}").context["stream"]
    assert ([said.text for said in then.rows], then.older) == (["A rare bird"], None)


def test_what_comes_while_the_page_is_open_comes_to_it(world: World) -> None:
    address = world.get().context["live_address"]
    assert world.client.get(address).status_code == 204
    world.say("Just now")
    with activate(world.tenant.pk):
        from cxplatform.pipeline import pulse

        pulse.beat()
    found = world.client.get(address)
    assert [said.text for said in found.context["stream"].rows] == ["Just now"]
    assert "1 new since this page was opened" in found.content.decode()


def test_a_quote_waits_for_the_meeting_until_it_is_taken_back_and_has_no_words_of_its_own(world: World) -> None:
    said = world.say("Read this aloud")
    address = f"/t/{world.tenant.slug}/feedback/quote/"
    sent = {"response": said.response_id, "key": "reason"}
    for _ in range(2):
        assert world.client.post(address, sent).status_code == 302
    waiting = world.get().context["waiting"]
    assert [one.verbatim.text for one in waiting] == ["Read this aloud"]
    with activate(world.tenant.pk):
        said.delete()
    assert world.get().context["waiting"] == []
    again = world.say("Again")
    taken = {"response": again.response_id, "key": "reason", "withdraw": "1"}
    assert "Quote in the meeting" in world.client.post(address, taken, headers={"hx-request": "true"}).content.decode()
    with activate(world.tenant.pk):
        assert Quote.objects.count() == 1
    for wrong in ({}, {"response": "x", "key": "y"}, {**sent, "key": "other"}):
        assert world.client.post(address, wrong).status_code == 404


def test_what_is_quoted_is_heard_in_the_next_meeting_and_waits_no_longer(world: World) -> None:
    said = world.say("Please answer the phone")
    home = f"/t/{world.tenant.slug}"
    world.client.post(f"{home}/feedback/quote/", {"response": said.response_id, "key": "reason"})
    meeting = world.client.post(f"{home}/meetings/", {"address": ""})["location"]
    assert "Please answer the phone" in world.client.get(meeting).content.decode()
    assert [one.verbatim.text for one in world.get().context["waiting"]] == ["Please answer the phone"]
    world.client.post(f"{meeting}end/")
    assert world.get().context["waiting"] == []
    assert "Please answer the phone" not in world.client.get(meeting).content.decode()


def test_a_unit_manager_reads_and_quotes_of_their_own_units_only(world: World) -> None:
    mine, other = make_unit(world.tenant), make_unit(world.tenant)
    for number in range(5):
        world.say(f"Mine {number}", unit_id=mine.pk, minutes=number)
    theirs = world.say("Theirs", unit_id=other.pk)
    manager = client_of(make_member(world.tenant, "unit_manager", unit_ids=[mine.pk]))
    assert world.texts(client=manager) == [f"Mine {number}" for number in range(5)]
    assert world.get(f"?segment=unit:{other.pk}", manager).status_code == 400
    sent = {"response": theirs.response_id, "key": "reason"}
    assert manager.post(f"/t/{world.tenant.slug}/feedback/quote/", sent).status_code == 404


def test_who_may_see_customers_gets_to_them_and_a_stranger_gets_nowhere(world: World) -> None:
    world.say("It was me", customer_id=make_customer(world.tenant).id)
    seer = client_of(make_member(world.tenant, "cx_lead", sees_identity=True))
    assert "/customers/" in world.get(client=seer).content.decode()
    stranger = client_of(make_member())
    for address in ("feedback/", "feedback/live"):
        assert stranger.get(f"/t/{world.tenant.slug}/{address}").status_code == 404


@pytest.mark.parametrize(
    ("address", "parameter"),
    [("?journey=x", "journey"), ("?touchpoint=x", "touchpoint"), ("?topic=x", "topic"), ("?topic=1e3", "topic"),
     ("?score=x", "score"), ("?sentiment=x", "sentiment"), ("?segment=x", "segment"), ("?segment=x:y", "segment"),
     ("?before=now", "before"), ("?q=a", "q"), ("?q=aa bb cc dd ee ff gg", "q"), ("?from=x", "from")],
)  # fmt: skip
def test_nonsense_in_the_address_is_a_400_that_names_it(world: World, address: str, parameter: str) -> None:
    found = world.get(address)
    assert found.status_code == 400
    assert f"<code>{parameter}=" in found.content.decode()


def test_signs_of_patterns_in_words_are_letters_like_others(world: World) -> None:
    for address in ("?q=(fine", "?q=fi.*", "?q=%5Cm", "?q=%25%25", "?segment=unit:x"):
        assert world.get(address).status_code in (200, 400)


def test_queries_are_as_many_whatever_is_stored(world: World) -> None:
    asked = []
    for more in (2, 40):
        for number in range(more):
            world.say(f"More {number}", topics=[world.waiting], source="reviews" if number % 2 else "")
        with CaptureQueriesContext(connection) as captured:
            assert world.get().status_code == 200
        asked.append(len(captured))
    assert asked == [QUERIES, QUERIES]


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00:00"])
def test_a_mark_that_no_clock_reads_is_named_as_the_fault(world: World, at: str) -> None:
    for address in ("?before={}", "live?after={}"):
        mark = f"{at}_00000000-0000-0000-0000-000000000000".replace("+", "%2B")
        assert world.get(address.format(mark)).status_code == 400


def test_the_quotes_of_a_unit_are_found_however_many_others_wait(world: World) -> None:
    unit = make_unit(world.tenant)
    own = world.say("The till was out of order", unit_id=unit.pk)
    others = [world.say(f"Elsewhere {number}") for number in range(quotes.MOST)]
    manager = make_member(world.tenant, "unit_manager", unit_ids=[unit.pk])
    with activate(world.tenant.pk):
        for said in (own, *others):
            quotes.quote(said, by=manager.user)
        assert [one.verbatim.id for one in quotes.waiting(unit_ids=[unit.pk])] == [own.id]
        assert len(quotes.waiting()) == quotes.MOST
