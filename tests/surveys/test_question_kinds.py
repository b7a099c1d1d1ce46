"""Kinds of questions beyond the classic ones: words of the brand, free choices, short texts; how they are counted."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from cxplatform.pipeline.rebuild import rebuild
from cxplatform.stats.metrics import metric
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry, Tenant
from surveys.answer import Recorded, record_responses
from surveys.models import Question, Response, Survey
from surveys.questionnaire.publish import publish
from surveys.submission import Submission
from tests.factories import make_tenant
from tests.surveys.worlds import NPS, count_all, make_survey, only_if, option, submission, totals

pytestmark = pytest.mark.django_db

WHY = {
    "key": "why",
    "metric": "choice",
    "wording": {"fi": "Miksi tulit?", "en": "Why did you come?"},
    "options": [option("price", "Hinta", en="Price"), option("place", "Sijainti"), option("staff", "Henkilökunta")],
}
HOW = {**WHY, "key": "how", "metric": "choices"}


def record(tenant: Tenant, submissions: Sequence[Submission]) -> Recorded:
    with activate(tenant.pk):
        return record_responses(submissions, collected_by="api")


def edit(survey: Survey, key: str, **fields: Any) -> None:
    with activate(survey.tenant_id):
        Question.objects.filter(survey=survey, key=key).update(**fields)
        publish(survey)


def refused(survey: Survey) -> list[str]:
    with activate(survey.tenant_id), translation.override("en"), pytest.raises(ValidationError) as error:
        publish(survey)
    return error.value.message_dict["questions"]


@pytest.mark.parametrize(
    ("name", "value", "bin_"),
    [
        ("competitors/3", "worse", 0),
        ("relevance/1-5", 5, 4),
        ("relevance/3", "partly", 1),
        ("benefit_features/1-7", 7, 6),
        ("benefit_service/1-7", 1, 0),
        ("benefit_feeling/1-7", 4, 3),
        ("sacrifice_price/1-7", 2, 1),
        ("sacrifice_time/1-7", 3, 2),
        ("sacrifice_effort/1-7", "5", 4),
    ],
)
def test_an_answer_counts_on_the_scale_of_its_question(name: str, value: Any, bin_: int) -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, questions=[("q", name)])
    assert record(tenant, [submission(survey, q=value)]).accepted == 1
    count_all(tenant)
    assert totals(tenant) == {name: [int(place == bin_) for place in range(metric(name).bins)]}
    off = record(tenant, [submission(survey, q=99)])
    assert f"{name}: 99 is not on the scale" in off.rejected[0].errors["answers.q"]


def test_each_word_of_the_brand_has_counts_of_its_own() -> None:
    tenant = make_tenant()
    word = [option("word", "luotettava", en="reliable")]
    survey = make_survey(
        tenant,
        questions=[
            {"key": "reliable", "metric": "image/3", "options": word},
            {"key": "warm", "metric": "image/3", "options": [option("word", "lämmin")]},
        ],
    )
    record(tenant, [submission(survey, reliable="yes", warm="no"), submission(survey, reliable="yes")])
    count_all(tenant)
    assert totals(tenant) == {"image/3:reliable": [2, 0, 0], "image/3:warm": [0, 0, 1]}
    with activate(tenant.pk):
        Question.objects.filter(survey=survey, key="warm").update(options=[])
    assert refused(survey) == ["“warm”: write the word that customers judge, for example reliable."]


def test_a_choice_keeps_its_bin_through_every_version() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, questions=[WHY])
    name = f"choice/40:{survey.pk}.why"
    record(tenant, [submission(survey, why="place"), submission(survey, why="staff")])
    edit(survey, "why", options=[option("queue"), option("staff"), option("price")])  # moved, removed and added
    record(tenant, [submission(survey, why="queue"), submission(survey, why="staff"), submission(survey, why="price")])
    assert record(tenant, [submission(survey, version=1, why="place")]).accepted == 1
    gone = record(tenant, [submission(survey, why="place")]).rejected[0].errors["answers.why"]
    assert gone == "why: 'place' is not among the options; give one of queue, staff, price"
    count_all(tenant)
    assert totals(tenant) == {name: [1, 2, 2, 1] + [0] * 36}
    assert rebuild(tenant.pk)["surveys.rollups"] == 0


@pytest.mark.parametrize("given", [["price", "staff"], "price,staff", "staff; price", ["staff", "price", "staff"]])
def test_several_choices_are_a_share_of_those_who_were_offered_each(given: Any) -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, questions=[HOW])
    record(tenant, [submission(survey, how=given), submission(survey, how="price")])
    edit(survey, "how", options=[*HOW["options"][:2], option("queue")])  # type: ignore[index]
    record(tenant, [submission(survey, how=["queue"])])
    count_all(tenant)
    name = f"choices/2:{survey.pk}.how."
    assert totals(tenant) == {
        f"{name}price": [1, 2],
        f"{name}place": [3, 0],
        f"{name}staff": [1, 1],
        f"{name}queue": [0, 1],
    }
    with activate(tenant.pk):
        assert Response.objects.order_by("id").values_list("answers", flat=True)[0] == {"how": ["price", "staff"]}


@pytest.mark.parametrize("given", ["other", 7, ["price", "other"], ["price", "place"], "price,place"])
def test_a_choice_that_is_not_there_is_refused_with_those_that_are(given: Any) -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, questions=[WHY])
    said = record(tenant, [submission(survey, why=given)]).rejected[0].errors
    assert list(said) == ["answers.why"]
    assert said["answers.why"].endswith("give one of price, place, staff")


def test_the_ready_made_preference_can_be_worded_and_extended() -> None:
    tenant = make_tenant()
    own = [option("phone", "Soittamalla"), option("letter", "Kirjeellä")]
    survey = make_survey(tenant, questions=[("way", "preferred_way"), ("time", "preferred_time")])
    record(tenant, [submission(survey, way="chat", time="weekend")])
    edit(survey, "way", options=own)
    record(tenant, [submission(survey, way="letter")])
    count_all(tenant)
    assert totals(tenant)[f"choice/40:{survey.pk}.way"][:6] == [0, 0, 0, 1, 0, 1]
    with activate(tenant.pk):
        assert survey.versions.get(number=2).questions[0]["options"][0] == {
            "key": "phone", "bin": 1, "text": {"fi": "Soittamalla", "sv": "Per telefon", "en": "By phone"},
        }  # fmt: skip


def test_a_short_text_is_one_line_of_at_most_200_signs() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, questions=[("name", "line"), ("why", "comment")])
    record(tenant, [submission(survey, name=" Auton \n malli ", why="a\nb")])
    with activate(tenant.pk):
        assert Response.objects.get().texts == {"name": "Auton malli", "why": "a\nb"}
    said = record(tenant, [submission(survey, name="x" * 201), submission(survey, texts={"name_wish": "x"})])
    assert said.rejected[0].errors == {"answers.name": "Send at most 200 characters."}
    assert said.rejected[1].errors["texts.name_wish"].startswith("The questions of version 1")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"options": []}, "“why”: give at least two options."),
        ({"options": [option("a")]}, "“why”: give at least two options."),
        ({"options": [option("a"), {"key": "b", "text": {}}]}, "“why”: an option has no words in any language."),
        ({"options": [option("a"), option("a")]}, "“why”: two options have the same key."),
        ({"options": [option(f"o{n}") for n in range(38)]}, "“why” has had over 40 options in all its versions."),
        ({"only_if": only_if("later", "is", "a")}, "“why”: it can be asked only by the answer to an earlier question."),
        ({"only_if": only_if("nps", "le", "nine")}, "“why”: compare the answer to “nps” with one of 0, 1,"),
        ({"only_if": only_if("nps", "is")}, "“why”: the answers to “nps” are 0, 1,"),
        ({"only_if": only_if("said", "is", "x")}, "“why”: “said” is answered in own words"),
        ({"only_if": only_if("fcr", "ge", 1)}, "“why”: “fcr” is no number scale."),
        ({"only_if": only_if("fcr", "is", "maybe")}, "“why”: the answers to “fcr” are first, later,"),
    ],
)
def test_a_choice_or_a_condition_that_cannot_be_asked_says_what_to_do(fields: Any, said: str) -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, questions=[NPS, ("said", "line"), ("fcr", "fcr/5"), WHY])
    with activate(tenant.pk):
        Question.objects.filter(survey=survey, key="why").update(**fields)
    (problem,) = refused(survey)
    assert problem.startswith(said)


def test_an_admin_may_let_a_survey_be_longer_and_the_version_says_why() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, questions=[NPS])
    with activate(tenant.pk):
        for number in range(5):
            Question.objects.create(survey=survey, key=f"q{number}", metric="line", position=number + 1)
    assert "let an admin write down why" in refused(survey)[0]
    with activate(tenant.pk):
        Survey.objects.filter(pk=survey.pk).update(long_because="Yearly study, agreed with the panel")
        version = publish(survey)
        assert version.long_because == "Yearly study, agreed with the panel"
        entry = AuditEntry.objects.filter(action="published").latest("id")
        assert entry.changes["long_because"] == "Yearly study, agreed with the panel"
