"""Answers come in at one door: checked, scored, placed, frozen, kept once."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cxplatform.pipeline.models import QueueRow
from cxplatform.tenancy.context import activate
from journeys.models import Customer, Event, TextMapping
from journeys.record import IncomingEvent, record
from surveys.answer import _STORE, record_responses
from surveys.models import Question, Response
from surveys.questionnaire.publish import publish
from surveys.submission import Place
from tests.factories import make_channel, make_customer, make_dimension, make_tenant, make_touchpoint, make_unit
from tests.plans import as_new, plan
from tests.surveys.worlds import CES, NPS, REASON, make_survey, submission

pytestmark = pytest.mark.django_db


def test_an_answer_is_stored_whole_with_its_event_and_queued() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, "after-visit", questions=[NPS, REASON])
    when = datetime(2025, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
    text = 'Tab\there, "quoted" \\ back\\nslash\nline ß€😀 %s'
    with activate(tenant.pk):
        done = record_responses(
            [
                submission(
                    survey, "first", nps=9, reason=text, answered_at=when, customer="c-1", language="FI",
                    correlation="order 7", properties={"amount": 12.5},
                )
            ],
            collected_by="api",
        )  # fmt: skip
        response, event = Response.objects.get(), Event.objects.get()
        assert (done.accepted, done.duplicates, done.rejected) == (1, 0, [])
        assert done.taken[0].id == response.id == event.id
        assert (response.answers, response.texts, response.scores) == ({"nps": 9}, {"reason": text}, {"nps/0-10": 9})
        assert (response.answered_at, response.language, response.wave, response.audience, response.collected_by) == (
            when, "fi", "", "customer", "api",
        )  # fmt: skip
        assert (response.survey_id, response.version_id) == (survey.pk, survey.versions.get().pk)
        assert Customer.objects.get(external_id="c-1").id == response.customer_id == event.customer_id
        assert (event.source, event.source_id, event.type, event.time, event.correlation) == (
            "surveys", str(response.id), "survey.answered", when, "order 7",
        )  # fmt: skip
        assert event.properties == {"amount": 12.5, "survey": "after-visit", "nps": 90.0}
    assert [row.event_ids for row in QueueRow.objects.filter(tenant_id=tenant.pk)] == [[response.id]]


def test_the_same_submission_twice_is_the_first_one_again() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    with activate(tenant.pk):
        first = record_responses([submission(survey, "a", nps=9), submission(survey, "a", nps=0)], collected_by="api")
        again = record_responses([submission(survey, "b", nps=5), submission(survey, "a", nps=1)], collected_by="api")
        stored = dict(Response.objects.values_list("submission_id", "scores"))
        assert stored == {"a": {"nps/0-10": 9}, "b": {"nps/0-10": 5}}
        assert Event.objects.count() == 2
    assert [taken.duplicate for taken in first.taken] == [False, True]
    assert [taken.duplicate for taken in again.taken] == [False, True]
    assert again.taken[1].id == first.taken[0].id == first.taken[1].id


def test_two_tenants_do_not_meet() -> None:
    ours, theirs = make_tenant(), make_tenant()
    survey = make_survey(ours, "ours")
    for tenant, taken in ((ours, 1), (theirs, 0)):
        with activate(tenant.pk):
            done = record_responses([submission(survey, "same", nps=3, customer="c")], collected_by="api")
            assert (done.accepted, Response.objects.count(), Customer.objects.count()) == (taken, taken, taken)
    assert done.rejected[0].errors == {
        "survey": "There is no survey of this identifier. GET /api/v1/surveys lists them."
    }


def test_an_integrator_cannot_send_the_event_of_an_answer_again() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    with activate(tenant.pk):
        done = record_responses([submission(survey, nps=9)], collected_by="api")
        repeated = record(events=[IncomingEvent(str(done.taken[0].id), "survey.answered")], source="surveys")
    assert repeated.duplicates == 1


def test_places_are_found_by_identifier_by_mapping_and_by_the_door() -> None:
    tenant = make_tenant()
    web, phone, espoo = make_channel(tenant, "web"), make_channel(tenant, "phone"), make_unit(tenant, "espoo")
    chat = make_touchpoint(tenant, "chat", channel=web, unit=espoo)
    till = make_touchpoint(tenant, "till")
    survey = make_survey(tenant, touchpoint=till)
    with activate(tenant.pk):
        TextMapping.objects.create(kind="touchpoint", text="Live Chat", target_id=chat.pk)
        record_responses(
            [
                submission(survey, "own", nps=9),
                submission(survey, "slug", nps=9, touchpoint="Chat"),
                submission(survey, "mapped", nps=9, touchpoint="Live Chat", channel="phone"),
                submission(survey, "unknown", nps=9, touchpoint="kiosk", unit="moon base"),
            ],
            collected_by="api",
        )
        record_responses(
            [submission(survey, "door", nps=9)], collected_by="link", place=Place(chat.pk, channel_id=phone.pk)
        )
        fields = ["touchpoint_id", "channel_id", "unit_id", "touchpoint_text", "unit_text"]
        placed = {row[0]: row[1:] for row in Response.objects.values_list("submission_id", *fields)}
        happened = {row[0]: row[1:] for row in Event.objects.values_list("source_id", *fields)}
        ids = {str(r.id): r.submission_id for r in Response.objects.all()}
    assert placed == {
        "own": (till.pk, None, None, "", ""),
        "slug": (chat.pk, web.pk, espoo.pk, "Chat", ""),
        "mapped": (chat.pk, phone.pk, espoo.pk, "Live Chat", ""),
        "unknown": (None, None, None, "kiosk", "moon base"),
        "door": (chat.pk, phone.pk, espoo.pk, "", ""),
    }
    assert {ids[id]: place for id, place in happened.items()} == placed


def test_declared_dimensions_are_frozen_from_the_answer_else_from_the_customer() -> None:
    tenant = make_tenant()
    for slug in ("segment", "store", "size"):
        make_dimension(tenant, slug)
    make_customer(tenant, "known", dimensions={"segment": "fleet", "store": "Oulu", "shoe": "42"})
    survey = make_survey(tenant)
    with activate(tenant.pk):
        record_responses(
            [
                submission(survey, "a", nps=9, customer="known", properties={"store": "Espoo", "colour": "red"}),
                submission(survey, "b", nps=9, customer="new", properties={"size": 3, "store": {"not": "a value"}}),
                submission(survey, "c", nps=9),
            ],
            collected_by="api",
        )
        Customer.objects.filter(external_id="known").update(dimensions={"segment": "consumer"})
        frozen = dict(Response.objects.values_list("submission_id", "dimensions"))
    assert frozen == {"a": {"segment": "fleet", "store": "Espoo"}, "b": {"size": "3"}, "c": {}}


def test_answers_that_belong_together_are_also_counted_together() -> None:
    tenant = make_tenant()
    survey = make_survey(
        tenant,
        questions=[
            ("solved", "fcr/5"),
            ("expected", "expected/3"),
            ("got", "cx3d_effectiveness/1-7"),
            ("easy", "cx3d_ease/1-7"),
            ("felt", "cx3d_emotion/1-7"),
        ],
    )
    worth = make_survey(tenant, questions=[("benefit", "benefit/1-7"), ("sacrifice", "sacrifice/1-7")])
    with activate(tenant.pk):
        record_responses(
            [
                submission(survey, "all", solved="first", expected="partly", got=7, easy=6, felt=1),
                submission(survey, "some", solved="too_early", got=7, easy="6"),
                submission(worth, "worth", benefit=6, sacrifice=2),
            ],
            collected_by="api",
        )
        scores = dict(Response.objects.values_list("submission_id", "scores"))
        told = {e.properties["survey"]: e.properties for e in Event.objects.order_by("-id")}
    assert scores == {
        "all": {
            "fcr/5": 0, "expected/3": 1, "fcr_expected/15": 1, "cx3d_effectiveness/1-7": 6, "cx3d_ease/1-7": 5,
            "cx3d_emotion/1-7": 0, "cx3d/3-21": 11,
        },
        "some": {"fcr/5": 4, "cx3d_effectiveness/1-7": 6, "cx3d_ease/1-7": 5},
        "worth": {"benefit/1-7": 5, "sacrifice/1-7": 1, "value/-6..6": 10},
    }  # fmt: skip
    assert told[survey.slug]["fcr_expected"] == 75.0
    assert told[worth.slug]["value"] == pytest.approx(83.33)


def test_an_answer_keeps_the_version_it_answered() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    with activate(tenant.pk):
        Question.objects.create(survey=survey, key="ces", metric="ces/1-7", position=2)
        publish(survey)
        done = record_responses(
            [
                submission(survey, "old", version=1, nps=9),
                submission(survey, "new", nps=9, ces=7),
                submission(survey, "not yet asked", version=1, nps=9, ces=7),
                submission(survey, "never", version=9, nps=9),
            ],
            collected_by="api",
        )
        numbers = dict(Response.objects.values_list("submission_id", "version__number"))
    assert numbers == {"old": 1, "new": 2}
    assert [r.errors for r in done.rejected] == [
        {"answers.ces": f"The questions of version 1 of {survey.slug} are: nps."},
        {"version": "There is no version 9 of this survey; the newest is 2."},
    ]


def test_a_relationship_answer_belongs_to_its_quarter_in_the_tenants_time() -> None:
    tenant = make_tenant(timezone="Europe/Helsinki")
    survey = make_survey(tenant, kind="relationship")
    moments = {
        "last of Q3": datetime(2025, 9, 30, 20, 59, tzinfo=UTC),
        "first of Q4": datetime(2025, 9, 30, 21, 0, tzinfo=UTC),
        "local": datetime(2025, 1, 1, 0, 30),
    }
    with activate(tenant.pk):
        record_responses(
            [submission(survey, name, nps=9, answered_at=moment) for name, moment in moments.items()],
            collected_by="api",
        )
        waves = dict(Response.objects.values_list("submission_id", "wave"))
    assert waves == {"last of Q3": "2025-Q3", "first of Q4": "2025-Q4", "local": "2025-Q1"}


def test_a_test_answer_is_kept_and_is_no_event() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    with activate(tenant.pk):
        record_responses([submission(survey, nps=9, test=True)], collected_by="link")
        assert Response.objects.get().is_test
        assert not Event.objects.exists()
    assert not QueueRow.objects.filter(tenant_id=tenant.pk).exists()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"submission_id": " "}, "submission_id"),
        ({"submission_id": "x" * 101}, "submission_id"),
        ({"submission_id": "a\x00"}, "submission_id"),
        ({"survey": "a\x00"}, "survey"),
        ({"survey": "unknown"}, "survey"),
        ({"survey": "draft"}, "survey"),
        ({"answers": {}}, "answers"),
        ({"answers": {"nps": None, "reason": ""}}, "answers"),
        ({"answers": {"nps": 11}}, "answers.nps"),
        ({"answers": {"nps": 9.5}}, "answers.nps"),
        ({"answers": {"nps": "nine"}}, "answers.nps"),
        ({"answers": {"nps": float("nan")}}, "answers.nps"),
        ({"answers": {"nps": 9, "csat": 5}}, "answers.csat"),
        ({"answers": {"nps": 9, "reason": 5}}, "answers.reason"),
        ({"answers": {"nps": 9, "reason": "x" * 5001}}, "answers.reason"),
        ({"answers": {"nps": 9}, "texts": {"nps": "nine"}}, "texts.nps"),
        ({"texts": {"reason": "a\x00b"}}, "texts"),
        ({"customer": "x" * 201}, "customer"),
        ({"answered_at": timezone.now() + timedelta(hours=25)}, "answered_at"),
        ({"answered_at": datetime(1999, 12, 31, tzinfo=UTC)}, "answered_at"),
        ({"answered_at": datetime(1, 1, 1)}, "answered_at"),
        ({"version": -1}, "version"),
        ({"version": 2**70}, "version"),
        ({"properties": {"a": ["x\x00"]}}, "properties"),
        ({"properties": {"a": "\ud800"}}, "body"),
    ],
)
def test_a_bad_submission_is_rejected_by_field_and_stops_no_other(fields: dict[str, Any], named: str) -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, "good", questions=[NPS, REASON, CES])
    with activate(tenant.pk):
        type(survey).objects.create(slug="draft", name="Draft")
        bad = submission(**{"survey": "good", "submission_id": "bad", "answers": {"nps": 9}} | fields)
        done = record_responses([submission(survey, nps=1), bad, submission(survey, nps=2)], collected_by="api")
        assert Response.objects.count() == done.accepted == 2
    assert [(r.index, set(r.errors)) for r in done.rejected] == [(1, {named})]
    assert all(len(message) > 10 for message in done.rejected[0].errors.values())


def test_many_go_in_at_once() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    with activate(tenant.pk):
        many = [submission(survey, f"n{i}", nps=i % 11, customer=f"c{i % 70}") for i in range(2_345)]
        assert record_responses(many, collected_by="import").accepted == 2_345
        assert record_responses(many[::-1], collected_by="import").duplicates == 2_345
        assert (Response.objects.count(), Event.objects.count(), Customer.objects.count()) == (2_345, 2_345, 70)
    rows = QueueRow.objects.filter(tenant_id=tenant.pk)
    assert sum(len(row.event_ids) for row in rows) == 2_345
    assert max(len(row.event_ids) for row in rows) == 500


def test_customers_are_looked_up_by_number_where_statistics_know_nothing_yet() -> None:
    tenant = make_tenant()
    values = dict.fromkeys(_STORE.types) | {"tenant": tenant.pk, "rows": "[]"}
    with activate(tenant.pk):
        as_new(Customer)
        told = plan(_STORE.statement, values)
    assert re.findall(r"using (\w+) on journeys_customer a", told) == ["customer_external_id"], told
