"""What customers write is kept masked, told what it is about, counted once, and follows its answer wherever it goes."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from cxplatform.pipeline.rebuild import rebuild
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.erasing import erase
from journeys.exporting import export
from journeys.merging import merge
from journeys.models import Customer
from surveys.answer import record_responses
from surveys.corrections import move_responses, remove_test_answers
from surveys.models import Teller, Topic, TopicExample, TopicRollup, Verbatim
from surveys.submission import Place, Submission
from surveys.texts.tell import begin, tell, waiting
from surveys.unsolicited import Feedback, receive
from tests.factories import make_customer, make_tenant, make_touchpoint
from tests.surveys.worlds import NPS, REASON, count_all, make_survey, submission

pytestmark = pytest.mark.django_db

NOON = datetime(2025, 3, 5, 12, tzinfo=UTC)
WAITED = "Jonotin 40 minuuttia ja olin pettynyt. Soittakaa 040 123 4567!"
FRIENDLY = "Ystävällinen asentaja, kiitos!"


def take(tenant: Tenant, *submissions: Submission) -> list[Any]:
    with activate(tenant.pk):
        done = record_responses(submissions, collected_by="api")
    assert not done.rejected
    return [taken.id for taken in done.taken]


def tell_all(tenant: Tenant) -> None:
    count_all(tenant)
    while tell(tenant.pk):
        pass


def kept(tenant: Tenant, *names: str) -> list[Any]:
    with activate(tenant.pk):
        return list(Verbatim.objects.order_by("answered_at", "text").values_list(*names, flat=len(names) == 1))


def topic_counts(tenant: Tenant) -> dict[tuple[str, int, date], tuple[int, int, int]]:
    with activate(tenant.pk):
        slugs = {0: "", **dict(Topic.objects.values_list("pk", "slug"))}
        columns = ("topic_id", "touchpoint_id", "day", "negative", "neither", "positive")
        rows = TopicRollup.objects.values_list(*columns)
        return {(slugs[topic], place, day): tuple(bins) for topic, place, day, *bins in rows}


def test_a_text_is_kept_masked_and_told_and_counted_once() -> None:
    tenant = make_tenant()
    desk = make_touchpoint(tenant, "desk")
    survey = make_survey(tenant, questions=(NPS, REASON))
    take(
        tenant,
        submission(survey, nps=2, texts={"reason": WAITED}, touchpoint="desk", answered_at=NOON, language="fi"),
        submission(survey, nps=10, texts={"reason": FRIENDLY}, answered_at=NOON, language="fi"),
        submission(survey, nps=7, answered_at=NOON),
    )
    tell_all(tenant)
    assert kept(tenant, "text", "value", "touchpoint_id", "emotions", "language") == [
        ("Jonotin 40 minuuttia ja olin pettynyt. Soittakaa •••!", 20.0, desk.pk, ["disappointed"], "fi"),
        (FRIENDLY, 100.0, None, ["valued"], "fi"),
    ]
    day = date(2025, 3, 5)
    assert topic_counts(tenant) == {
        ("", 0, day): (1, 0, 1),
        ("", desk.pk, day): (1, 0, 0),
        ("waiting", 0, day): (1, 0, 0),
        ("waiting", desk.pk, day): (1, 0, 0),
        ("staff", 0, day): (0, 0, 1),
    }
    assert " jonottaa " in kept(tenant, "lemmas")[0]
    before = topic_counts(tenant)
    assert rebuild(tenant.pk)["surveys.texts"] == 0
    assert topic_counts(tenant) == before
    with activate(tenant.pk):
        assert not waiting()


def test_texts_follow_answers_that_move_or_turn_out_to_be_tests() -> None:
    tenant = make_tenant()
    desk = make_touchpoint(tenant, "desk")
    survey = make_survey(tenant, questions=(NPS, REASON))
    moved, test = take(
        tenant,
        submission(survey, nps=2, texts={"reason": WAITED}, answered_at=NOON),
        submission(survey, nps=10, texts={"reason": FRIENDLY}, answered_at=NOON),
    )
    tell_all(tenant)
    with activate(tenant.pk):
        move_responses([moved], to=Place(touchpoint_id=desk.pk, channel_id=None, unit_id=None))
        remove_test_answers([test])
    assert kept(tenant, "touchpoint_id", "response_id") == [(desk.pk, moved)]
    assert kept(tenant, "topics") != [{}], "what was told of a text that only moved stays"
    day = date(2025, 3, 5)
    counts = topic_counts(tenant)
    assert counts["", 0, day] == counts["", desk.pk, day] == (1, 0, 0)
    assert ("staff", 0, day) not in counts
    assert rebuild(tenant.pk)["surveys.texts"] == 0


def test_texts_go_with_the_person_and_move_with_the_merged() -> None:
    tenant = make_tenant()
    stays = make_customer(tenant, "1", name="Maija Virtanen")
    survey = make_survey(tenant, questions=(NPS, REASON))
    take(tenant, submission(survey, nps=2, texts={"reason": "Virtasen auto jäi odottamaan"}, customer="2"))
    tell_all(tenant)
    assert kept(tenant, "text") == ["Virtasen auto jäi odottamaan"]
    with activate(tenant.pk):
        merge(stays=Customer.objects.get(id=stays.id), number="2")
    assert kept(tenant, "text", "customer_id") == [("••• auto jäi odottamaan", stays.id)]
    tell_all(tenant)
    with activate(tenant.pk):
        told = export(Customer.objects.get(id=stays.id))["texts_as_read"]
        assert [row["text"] for row in told] == ["••• auto jäi odottamaan"]
        verbatim = Verbatim.objects.get()
        TopicExample.objects.create(topic=Topic.objects.get(slug="waiting"), text="x", verbatim_id=verbatim.id)
        erase(Customer.objects.get(id=stays.id))
        assert not TopicExample.objects.exists()
    assert kept(tenant, "text") == []
    assert topic_counts(tenant) == {}
    assert rebuild(tenant.pk)["surveys.texts"] == 0


def test_what_was_not_asked_for_is_kept_with_its_source_and_without_its_author() -> None:
    tenant = make_tenant()
    with activate(tenant.pk):
        receive([Feedback(id="1", source="google", text=FRIENDLY, author="Maija M.", link="https://example.org/1")])
    tell_all(tenant)
    assert kept(tenant, "text", "source", "value") == [(FRIENDLY, "google", None)]


def test_answers_from_before_there_were_verbatims_are_taken_up_and_another_tenant_has_none() -> None:
    tenant, other = make_tenant(), make_tenant()
    survey = make_survey(tenant, questions=(NPS, REASON))
    take(tenant, submission(survey, nps=2, texts={"reason": WAITED}))
    count_all(tenant)
    with activate(tenant.pk):
        Verbatim.objects.all().delete()
        TopicRollup.objects.all().delete()
        assert waiting()
        begin(tenant.pk)
        assert Verbatim.objects.count() == 1
    assert kept(other, "text") == []
    with activate(other.pk):
        assert not Teller.objects.exists()
