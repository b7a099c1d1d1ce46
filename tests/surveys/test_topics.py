"""Topics are a company's own: named, worded, taught by examples, and told as well as the examples allow."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry, Tenant
from cxplatform.tenancy.roles import Role
from surveys.answer import record_responses
from surveys.models import Teller, Topic, TopicExample, Verbatim
from surveys.texts import training
from surveys.texts.tell import begin, tell
from surveys.texts.teller import TopicWords
from surveys.texts.training import Example, Lesson, learn
from surveys.texts.words import word_lists
from tests.factories import (
    api_of,
    client_of,
    make_channel,
    make_key,
    make_member,
    make_tenant,
    make_touchpoint,
    make_unit,
)
from tests.surveys.worlds import NPS, REASON, count_all, make_survey, submission

pytestmark = pytest.mark.django_db

GARDEN = "Puutarhuri neuvoi taimien istutuksessa ja ruusut kukkivat."
NOT_GARDEN = "Kassajono oli pitkä ja kuitti puuttui."


def garden_texts(n: int) -> list[tuple[str, bool]]:
    plants, acts = ("ruusut", "taimet", "multa", "kukkapenkki"), ("kukkivat", "kasvoivat", "istutettiin", "kasteltiin")
    things, ways = ("kassa", "kuitti", "parkkipaikka", "sovellus"), ("jumittui", "puuttui", "oli täynnä", "hävisi")
    yes = [(f"{plants[i % 4].capitalize()} {acts[i // 4 % 4]} taas, numero {i}.", True) for i in range(n)]
    no = [(f"{things[i % 4].capitalize()} {ways[i // 4 % 4]} taas, numero {i}.", False) for i in range(n)]
    return [pair for both in zip(yes, no, strict=True) for pair in both]


@pytest.fixture
def taught() -> Any:
    """A company with a few texts and its usual topics, and its CX lead's browser."""
    tenant = make_tenant(language="fi")
    survey = make_survey(tenant, questions=(NPS, REASON))
    with activate(tenant.pk):
        texts = [GARDEN, NOT_GARDEN, "Jonotin puoli tuntia."]
        record_responses([submission(survey, nps=8, texts={"reason": text}) for text in texts], collected_by="api")
    count_all(tenant)
    while tell(tenant.pk):
        pass
    return tenant, client_of(make_member(tenant, Role.CX_LEAD)), f"/t/{tenant.slug}/texts/topics/"


def test_a_topic_is_made_worded_and_taught_in_the_browser(taught: Any) -> None:
    tenant, client, page = taught
    assert client.post(page + "new/", {"name": "", "words_fi": "a*b"}).status_code == 400
    made = client.post(page + "new/", {"name": "Piha", "words_fi": "ruusu*, TAIMI", "name_sv": "Trädgård"})
    assert made.url == page + "piha/"
    with activate(tenant.pk):
        topic = Topic.objects.get(slug="piha")
        assert (topic.words, topic.names) == ({"fi": ["ruusu*", "taimi"]}, {"sv": "Trädgård"})
        ids = dict(Verbatim.objects.values_list("text", "id"))
    answers = {f"v-{ids[GARDEN]}": "yes", f"v-{ids[NOT_GARDEN]}": "no", "v-nonsense": "yes"}
    assert client.post(page + "piha/teach/", answers).status_code == 302
    assert client.post(page + "piha/teach/", {"text": "yksi", "about": "yes"}).status_code == 400
    own = {"text": "Kukat ja 040 1234567 multa", "about": "yes"}
    assert client.post(page + "piha/teach/", own).status_code == 302
    with activate(tenant.pk):
        told = set(TopicExample.objects.values_list("text", "about"))
        assert told == {(GARDEN, True), (NOT_GARDEN, False), ("Kukat ja ••• multa", True)}
        example = TopicExample.objects.get(text=NOT_GARDEN)
        history = " ".join(str(entry.changes) for entry in AuditEntry.objects.all())
        assert "Kukat" not in history, "what a customer wrote can be erased, so history has none of it"
        assert Teller.objects.get().taught_at is not None
    shown = client.get(page + "piha/").content.decode()
    assert "7 more examples" in shown or "7 esimerkkiä" in shown
    assert client.post(page + "piha/teach/", {"forget": example.pk}).status_code == 302
    assert client.post(page + "piha/teach/", {"forget": example.pk}).status_code == 404
    assert client.post(page + "piha/teach/", {"forget": "x"}).status_code == 404
    assert client.post(page + "piha/archive/").status_code == 302
    assert "Piha" in client.get(page).content.decode()
    with activate(tenant.pk):
        assert Topic.objects.get(slug="piha").archived_at is not None


def test_topics_are_nobody_elses_and_not_for_every_role(taught: Any) -> None:
    tenant, _, page = taught
    outsider = client_of(make_member(make_tenant(), Role.ADMIN))
    assert outsider.get(page).status_code == 404
    assert outsider.post(page + "waiting/teach/", {"text": "oma esimerkki", "about": "yes"}).status_code == 404
    assert client_of(make_member(tenant, Role.VIEWER)).get(page).status_code == 403
    other = make_tenant()
    with activate(other.pk):
        begin(other.pk)
        assert not TopicExample.objects.exists()


def test_what_was_taught_is_learnt_within_the_hour_and_texts_are_told_anew(taught: Any) -> None:
    tenant, client, page = taught
    client.post(page + "new/", {"name": "Piha"})
    with activate(tenant.pk):
        topic = Topic.objects.get(slug="piha")
        TopicExample.objects.bulk_create(
            TopicExample(topic=topic, text=text, language="fi", about=about) for text, about in garden_texts(10)
        )
        assert not training.due(Teller.objects.get(), tenant=tenant, now=timezone.now()), "it learnt this very hour"
        Teller.objects.update(trained_at=timezone.now() - timedelta(hours=2))
    assert training.train(tenant.pk)
    assert not training.train(tenant.pk)
    while tell(tenant.pk):
        pass
    with activate(tenant.pk):
        about = {v.text: str(topic.pk) in v.topics for v in Verbatim.objects.all()}
        assert about[GARDEN] and not about[NOT_GARDEN]
        assert set(Verbatim.objects.values_list("model", flat=True)) == {2}
        figures = Teller.objects.get().figures["topics"][str(topic.pk)]
    assert (figures["examples"], figures["about"], figures["by"]) == (20, 10, "examples")
    assert figures["low"] <= figures["f1"] <= figures["high"]
    shown = client.get(page + "piha/").content.decode()
    assert f"{100 * figures['f1']:.0f}" in shown
    # Least sure first: both sides of the border are asked of, and nothing that was taught already.
    assert GARDEN in shown and NOT_GARDEN in shown


def test_an_hour_and_a_night_say_when_to_learn() -> None:
    tenant = make_tenant(timezone="Europe/Helsinki")
    noon = datetime(2025, 3, 5, 10, tzinfo=UTC)
    with activate(tenant.pk):
        assert not training.due(Teller(trained_at=None), tenant=tenant, now=noon), "nobody has begun"
        old = Teller(trained_at=noon - timedelta(hours=2), texts=0)
        assert not training.due(old, tenant=tenant, now=noon), "there are too few texts"
        old.taught_at = noon - timedelta(minutes=90)
        assert training.due(old, tenant=tenant, now=noon)
        assert not training.due(old, tenant=tenant, now=noon - timedelta(minutes=61)), "once an hour at most"


def scored(n: int) -> list[tuple[str, str, bool]]:
    good = [(f"Mainio kokemus, reippaat asentajat, käynti {i}", "fi", True) for i in range(n)]
    bad = [(f"Sekoilu jatkui, laskuttaja ei vastannut, käynti {i}", "fi", False) for i in range(n)]
    return good + bad


def test_feelings_are_learnt_from_scores_and_how_sure_is_said() -> None:
    lesson = Lesson(topics=(), examples=(), scored=tuple(scored(110)), recent=(), texts=220)
    learnt = learn(lesson, meaning=False)
    told = learnt.figures["sentiment"]
    assert (told["n"], told["right"]) == (220, 1.0)
    assert 0.95 < told["low"] < told["high"] == 1.0
    assert learn(Lesson((), (), tuple(scored(50)), (), 100), meaning=False).figures["sentiment"] is None


def test_a_topic_taught_by_one_kind_only_is_told_by_its_words() -> None:
    topic = TopicWords(1, word_lists({"fi": ["ruusu*"]}))
    examples = tuple(Example(1, f"Ruusu numero {i}", "fi", True) for i in range(20))
    learnt = learn(Lesson((topic,), examples, (), (), 0), meaning=False)
    assert learnt.figures["topics"] == {"1": {"examples": 20, "about": 20}}
    assert not any(name.startswith("topic.") for name in learnt.arrays)


def test_an_empty_company_has_a_page_that_says_what_to_do() -> None:
    tenant: Tenant = make_tenant(language="en")
    client = client_of(make_member(tenant, Role.CX_LEAD), headers={"accept-language": "en"})
    page = f"/t/{tenant.slug}/texts/topics/"
    assert "Begin with the ten usual ones" in client.get(page).content.decode()
    client.post(page + "usual/")
    shown = client.get(page).content.decode()
    assert "Complaint handling" in shown and "teach 10 more examples" in shown and "too few texts" in shown
    assert "There are no texts to ask about" in client.get(page + "price/").content.decode()


def test_topics_and_verbatims_over_rest(taught: Any) -> None:
    tenant, _, _ = taught
    api = api_of(make_key(tenant))
    sent = {"slug": "piha", "name": "Piha", "names": {"sv": "Trädgård"}, "words": {"fi": ["Ruusu*", "taimi"]}}
    made = api.post("/api/v1/topics", sent, content_type="application/json")
    assert (made.status_code, made.json()["words"]) == (201, {"fi": ["ruusu*", "taimi"]})
    for bad in ({"words": {"fi": ["a b"]}}, {"words": {"fi": ["*"]}}, {"words": {"de": ["ja"]}}, {"names": []}):
        answer = api.patch("/api/v1/topics/piha", bad, content_type="application/json")
        assert answer.status_code == 400, bad
    listed = api.get("/api/v1/verbatims?page_size=2").json()
    assert [row["text"] for row in listed["results"]] == [GARDEN, NOT_GARDEN]
    (last,) = api.get(listed["next"]).json()["results"]
    assert last["topics"] == [{"topic": "waiting", "confidence": 0.6}]
    assert "customer" not in last
    assert api.get("/api/v1/verbatims?cursor=nonsense").status_code == 400
    assert api_of(make_key(make_tenant())).get("/api/v1/verbatims").json()["results"] == []


def test_over_rest_a_text_has_no_place_where_so_few_wrote_that_it_would_tell_who() -> None:
    tenant = make_tenant()
    survey, few, many = make_survey(tenant, questions=(NPS, REASON)), make_touchpoint(tenant), make_touchpoint(tenant)
    unit, channel = make_unit(tenant), make_channel(tenant)
    where = {"unit": unit.slug, "channel": channel.slug}
    sent = [
        submission(survey, nps=8, texts={"reason": f"Text {number}"}, touchpoint=place.slug, **where)
        for place, n in ((few, 4), (many, 5))
        for number in range(n)
    ]
    with activate(tenant.pk):
        assert record_responses(sent, collected_by="api").rejected == []
    count_all(tenant)
    rows = api_of(make_key(tenant)).get("/api/v1/verbatims").json()["results"]
    places = [(row["touchpoint"], row["channel"], row["unit"]) for row in rows]
    assert places == [(None, None, None)] * 4 + [(many.slug, channel.slug, unit.slug)] * 5
