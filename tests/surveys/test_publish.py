"""Publishing a draft, and the catalogue that drafts are made of."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from cxplatform.stats.metrics import METRICS
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry
from surveys.models import Question, Survey
from surveys.questionnaire import published
from surveys.questionnaire.publish import publish
from surveys.questionnaire.questions import COMMENT, QUESTION_TYPES, choices
from surveys.questionnaire.wordings import LANGUAGES
from tests.factories import make_tenant
from tests.surveys.worlds import CES, NPS, make_survey

pytestmark = pytest.mark.django_db


def test_each_publication_is_the_next_version_and_is_audited() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, questions=[NPS])
    with activate(tenant.pk):
        first = survey.versions.get()
        assert publish(survey) == first  # nothing was edited
        Question.objects.create(
            survey=survey,
            key="ces",
            metric="ces/1-7",
            position=1,
            wording={"fi": " Helppoa? ", "sv": " "},
            required=True,
        )
        second = publish(survey)
        assert (first.number, second.number) == (1, 2)
        assert second.questions[1] == {
            "key": "ces", "metric": "ces/1-7", "wording": {"fi": "Helppoa?"}, "required": True,
        }  # fmt: skip
        assert first.questions == survey.versions.get(number=1).questions
        entries = AuditEntry.objects.filter(action="published", object_id=str(survey.pk))
        assert [entry.changes["version"] for entry in entries.order_by("id")] == [1, 2]
        assert [q.key for q in published.newest(survey.pk).questions] == ["nps", "ces"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("questions", "said"),
    [
        ([], "Add at least one question"),
        ([(f"q{i}", "comment") for i in range(6)], "Keep at most 5 questions: this survey has 6."),
        ([(f"q{i}", "comment") for i in range(21)], "Keep at most 20 questions: this survey has 21."),
        ([("a", "nps/0-10"), ("b", "nps/0-10")], "“b” asks the same thing as an earlier question."),
        ([("a", "love/0-99")], "“a”: there is no question type “love/0-99”."),
        ([("kept", "promise_kept/4")], "“kept”: write your own wording"),
        ([("why", "comment"), ("why_wish", "comment")], "“why_wish” is kept for the wish"),
    ],
)
def test_a_draft_that_cannot_be_asked_is_refused_with_what_to_do(questions: list[tuple[str, str]], said: str) -> None:
    tenant = make_tenant()
    with activate(tenant.pk):
        survey = Survey.objects.create(slug="draft", name="Draft")
        for position, (key, metric) in enumerate(questions):
            Question.objects.create(survey=survey, key=key, metric=metric, position=position)
        with translation.override("en"), pytest.raises(ValidationError) as refused:
            publish(survey)
        assert said in refused.value.message_dict["questions"][0]
        assert not survey.versions.exists()
        assert published.newest(survey.pk) is None


def test_an_outsiders_survey_is_neither_published_nor_read() -> None:
    ours, theirs = make_tenant(), make_tenant()
    survey = make_survey(ours, "ours", questions=[CES])
    with activate(theirs.pk):
        with pytest.raises(Survey.DoesNotExist):
            publish(survey)
        assert published.newest(survey.pk) is None
        assert published.shelf(slugs=["ours"], numbers=[1]) == published.Shelf({}, {}, frozenset())


def test_the_catalogue_asks_every_answered_metric_and_words_it_whole() -> None:
    scales = {kind.metric for kind in QUESTION_TYPES.values() if kind.scale}
    assert scales == {m.name for m in METRICS.values() if m.answered}
    assert COMMENT in QUESTION_TYPES
    for kind in QUESTION_TYPES.values():
        texts = [
            kind.wording,
            *([kind.relationship] if kind.relationship else []),
            *(kind.ends or ()),
            *kind.options.values(),
        ]
        assert all(set(LANGUAGES) <= set(text) for text in texts), kind.metric
        scale = kind.scale
        assert kind.choose or set(kind.options) == (set(scale.choices) if scale else set()), kind.metric
        assert bool(kind.ends) == bool(scale and not scale.choices), kind.metric
    assert {"nps/1-10", "csat/1-10", "ces/1-5"} == {m for m, _ in choices(imported=True)} - {m for m, _ in choices()}
