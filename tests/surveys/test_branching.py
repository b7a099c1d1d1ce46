"""A question asked only if an earlier answer says so: on the page, in the widget, over REST, and while it is edited."""

import pytest

from cxplatform.tenancy.context import activate
from surveys.models import Question
from surveys.questionnaire import flow, published
from surveys.questionnaire.publish import publish
from surveys.questionnaire.questions import OnlyIf
from tests.factories import make_tenant
from tests.surveys.test_page import Respondent, responses
from tests.surveys.test_question_kinds import HOW, record
from tests.surveys.test_widget import document, make_widget, send
from tests.surveys.worlds import NPS, count_all, make_link, make_survey, only_if, submission, totals

pytestmark = pytest.mark.django_db

FCR = {"key": "fcr", "metric": "fcr/5", "only_if": only_if("nps", "le", 6)}
LEFT = {"key": "left", "metric": "line", "only_if": only_if("fcr", "is", "partly", "no")}
BRANCHED = [NPS, FCR, LEFT, ("felt", "emotion/7")]


@pytest.mark.parametrize(
    ("condition", "answer", "asked"),
    [
        (OnlyIf("q", "is", ("no", "partly")), "partly", True),
        (OnlyIf("q", "is", ("no", "partly")), "yes", False),
        (OnlyIf("q", "not", ("no",)), "yes", True),
        (OnlyIf("q", "not", ("no",)), "no", False),
        (OnlyIf("q", "not", ("no",)), None, False),
        (OnlyIf("q", "le", ("6",)), 6, True),
        (OnlyIf("q", "le", ("6",)), 7, False),
        (OnlyIf("q", "ge", ("9",)), 10, True),
        (OnlyIf("q", "ge", ("9",)), 8, False),
        (OnlyIf("q", "is", ("9",)), 9, True),
        (OnlyIf("q", "is", ("price",)), ["staff", "price"], True),
        (OnlyIf("q", "not", ("price",)), ["staff", "price"], False),
        (OnlyIf("q", "is", ("price",)), [], False),
    ],
)
def test_a_condition_holds_for_the_answers_it_names(condition: OnlyIf, answer: object, asked: bool) -> None:
    assert condition.holds(answer) is asked


def test_progress_counts_what_may_still_be_asked() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, questions=BRANCHED)
    with activate(tenant.pk):
        newest = published.newest(survey.pk)
    assert newest is not None
    assert flow.progress(newest, 0, {}) == (1, 4)
    assert flow.progress(newest, 1, {"nps": 3}) == (2, 4)
    assert flow.progress(newest, 3, {"nps": 3, "fcr": "first"}) == (3, 3)
    assert flow.progress(newest, 3, {"nps": 9}) == (2, 2)
    # Whoever went back and answered otherwise is not asked what hung on the first answer.
    assert flow.following(newest, 0, {"nps": 9, "fcr": "no"}) == 3
    assert flow.before(newest, 3, {"nps": 9, "fcr": "no"}) == 0


def test_the_page_asks_by_what_was_answered() -> None:
    tenant = make_tenant()
    link = make_link(tenant, make_survey(tenant, questions=BRANCHED))
    happy = Respondent(link.code).press(a="9")
    assert happy.form["q"] == "felt"
    assert "Question 2 of 2" in happy.html
    assert happy.press(back="1").form["q"] == "nps"
    sad = Respondent(link.code).press(a="2").press(a="no")
    assert sad.form["q"] == "left"
    sad.write(left="The invoice").press(a="unsure")
    assert sad.heading == "Thank you!"
    skipped = Respondent(link.code).press(skip="1")
    assert skipped.form["q"] == "felt"  # not answered means not asked
    assert [(r.answers, r.texts) for r in responses(tenant)] == [
        ({"nps": 9}, {}),
        ({"nps": 2, "fcr": "no", "felt": "unsure"}, {"left": "The invoice"}),
    ]


def test_several_choices_on_the_page_are_boxes_that_stay_chosen() -> None:
    tenant = make_tenant()
    then = {"key": "then", "metric": "line", "only_if": only_if("how", "is", "staff")}
    link = make_link(tenant, make_survey(tenant, questions=[HOW, then]))
    visit = Respondent(link.code)
    visit.press()
    assert (visit.status, visit.form["q"]) == (422, "how")
    assert "Choose at least one option." in visit.html
    visit.press(a=["price", "staff"])  # type: ignore[arg-type]
    assert visit.form["q"] == "then"
    visit.press(back="1")
    assert visit.html.count(" checked") == 2
    visit.press(a=["place"])  # type: ignore[arg-type]
    assert visit.heading == "Thank you!"
    assert [r.answers for r in responses(tenant)] == [{"how": ["place"]}]


def test_the_widget_is_told_when_to_ask() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, questions=[*BRANCHED[:3], HOW])
    widget = make_widget(tenant, survey)
    first, fcr, left, how = document(widget)["languages"]["fi"]["questions"]
    assert "if" not in first
    assert fcr["if"] == ["nps", "le", ["6"]]
    assert left["if"] == ["fcr", "is", ["partly", "no"]]
    assert (left["line"], how["multiple"]) == (True, True)
    assert send(widget, q="how", answers={"how": ["price", "staff"]}).status_code == 200
    assert [r.answers for r in responses(tenant)] == [{"how": ["price", "staff"]}]


def test_an_answer_to_a_question_that_was_not_asked_is_taken_over_rest() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, questions=BRANCHED)
    assert record(tenant, [submission(survey, nps=10, fcr="no", left="All of it")]).accepted == 1
    assert "answers.fcr" in record(tenant, [submission(survey, nps=10, fcr="maybe")]).rejected[0].errors


def test_who_began_with_the_first_version_finishes_it_whichever_the_door() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, questions=BRANCHED)
    widget, visit = make_widget(tenant, survey), Respondent(make_link(tenant, survey).code)
    visit.press(a="2")
    assert send(widget, answers={"nps": "2"}).status_code == 200
    with activate(tenant.pk):
        Question.objects.filter(survey=survey, key__in=["fcr", "left"]).delete()
        Question.objects.create(survey=survey, key="ces", metric="ces/1-7", position=9)
        assert publish(survey).number == 2
    assert visit.press(a="no").form["q"] == "left"
    assert send(widget, q="fcr", answers={"fcr": "no"}).status_code == 200
    assert send(widget, token="n" * 22, version=2, q="ces", answers={"ces": "7"}).status_code == 200
    assert record(tenant, [submission(survey, version=1, nps=2, fcr="no")]).accepted == 1
    assert "answers.fcr" in record(tenant, [submission(survey, nps=2, fcr="no")]).rejected[0].errors
    assert sorted(r.version_id for r in responses(tenant)) == sorted(
        [v.pk for v in versions(survey) for _ in range(3 if v.number == 1 else 1)]
    )
    count_all(tenant)
    assert totals(tenant)["fcr/5"] == [0, 0, 0, 3, 0]


def versions(survey):  # type: ignore[no-untyped-def]
    with activate(survey.tenant_id):
        return list(survey.versions.all())
