"""Free choices and image words: how many chose each option, at a touchpoint and over REST."""

from datetime import date
from typing import Any

import pytest

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from dashboards.load import last_answered, metrics_answered
from journeys.models import Touchpoint
from surveys.answer import record_responses
from surveys.models import Survey
from tests.dashboards.worlds import days_ago
from tests.factories import (
    api_of,
    client_of,
    make_dimension,
    make_journey,
    make_key,
    make_member,
    make_tenant,
    make_unit,
)
from tests.surveys.test_question_kinds import edit
from tests.surveys.worlds import count_all, make_survey, option, submission

pytestmark = pytest.mark.django_db

WHY = {
    "key": "why",
    "metric": "choice",
    "wording": {"fi": "Miksi tulit?", "en": "Why did you come?"},
    "options": [option("price", "Hinta", en="Price"), option("staff", "Väki", en="Staff")],
}
HOW = {"key": "how", "metric": "choices", "options": [option("web", en="Web"), option("shop", en="Shop")]}
WORD = {"key": "reliable", "metric": "image/3", "options": [option("word", "luotettava", en="reliable")]}
RATED = {"key": "warm", "metric": "image/1-7", "options": [option("word", "lämmin", en="warm")]}


def answered(survey: Survey, tenant: Tenant, at: Touchpoint, *answers: dict[str, Any], **fields: Any) -> None:
    """These answers at a touchpoint, counted."""
    with activate(tenant.pk):
        done = record_responses(
            [submission(survey, answers=dict(one), touchpoint=at.slug, **fields) for one in answers],
            collected_by="api",
        )
        assert done.accepted == len(answers), done
    count_all(tenant)


@pytest.fixture(scope="module")
def world(kept):
    tenant = make_tenant()
    path = make_journey(tenant, stages=["Buy", "Use"])
    return tenant, path.touchpoints, client_of(make_member(tenant), headers={"accept-language": "en"})


def chosen(client: Any, tenant: Tenant, at: Touchpoint, question: str = "") -> list[Any]:
    found = client.get(f"/t/{tenant.slug}/touchpoints/{at.slug}/{question}")
    assert found.status_code == 200
    return list(found.context["page"].choices)


def test_each_option_has_its_share_interval_and_n(world) -> None:
    tenant, (here, elsewhere), client = world
    survey = make_survey(tenant, "visit", questions=[WHY, HOW, WORD, RATED])
    answered(survey, tenant, here, *[{"why": "price", "how": ["web", "shop"], "warm": 7}] * 3)
    answered(survey, tenant, here, *[{"why": "staff", "how": ["shop"], "reliable": "partly"}] * 7)
    answered(survey, tenant, elsewhere, *[{"why": "staff"}] * 20)
    found = {one.key: one for one in chosen(client, tenant, here)}
    assert {key: (one.survey, one.kind, one.title, one.n) for key, one in found.items()} == {
        "why": ("visit", "one", "Why did you come?", 10),
        "how": ("visit", "many", found["how"].title, 10),
        "reliable": ("", "image", "Does the word “reliable” describe us?", 7),
        "warm": ("", "image", found["warm"].title, None),
    }
    assert [(o.label, o.count, o.n, round(o.share)) for o in found["why"].options] == [
        ("Price", 3, 10, 30),
        ("Staff", 7, 10, 70),
    ]
    # Wilson (1927) of 3 in 10
    price = found["why"].options[0]
    assert (round(price.low, 2), round(price.high, 2)) == (10.78, 60.32)
    assert [(o.label, o.count, o.n) for o in found["how"].options] == [("Web", 3, 10), ("Shop", 10, 10)]
    assert [(o.label, o.count) for o in found["reliable"].options] == [("Yes", 0), ("Partly", 7), ("No", 0)]
    assert found["reliable"].listed == found["reliable"].options  # of a scale every step is shown
    page = client.get(f"/t/{tenant.slug}/touchpoints/{here.slug}/").content.decode()
    assert "Why did you come?" in page
    assert "11…60" in page
    assert "3 / 10" in page
    assert "Too few answers to show." in page


def test_a_question_of_too_few_says_nothing_of_its_options(world) -> None:
    tenant, (here, _), client = world
    survey = make_survey(tenant, questions=[WHY, HOW])
    answered(survey, tenant, here, *[{"why": "price", "how": ["web"]}] * 4)
    assert [(one.n, one.options) for one in chosen(client, tenant, here)] == [(None, ())] * 2


def test_what_all_the_others_but_a_few_chose_tells_not_on_the_few(world) -> None:
    tenant, (here, there), client = world
    survey = make_survey(tenant, questions=[WHY])
    answered(survey, tenant, here, *[{"why": "staff"}] * 20)
    answered(survey, tenant, there, *[{"why": "price"}] * 4)
    api = api_of(make_key(tenant, ["read"]))
    # 24 less 20 would be the four: of all one is told, of neither of the two.
    assert [one["n"] for one in api.get("/api/v1/scores/choices").json()["questions"]] == [24]
    for place in (here, there):
        assert [one.n for one in chosen(client, tenant, place)] == [None]
        asked = f"/api/v1/scores/choices?touchpoint={place.slug}"
        assert [one["n"] for one in api.get(asked).json()["questions"]] == [None]
    answered(survey, tenant, there, {"why": "price"})
    assert [[one.n for one in chosen(client, tenant, place)] for place in (here, there)] == [[20], [5]]


def test_an_option_that_was_removed_keeps_what_was_chosen_and_one_of_few_is_hidden(world) -> None:
    tenant, (here, _), client = world
    survey = make_survey(tenant, questions=[WHY, HOW])
    answered(survey, tenant, here, *[{"why": "price", "how": ["web"]}] * 6)
    edit(
        survey,
        "why",
        options=[option("queue", en="Queue"), option("staff", "Väki", en="The staff"), option("ad", en="Advert")],
    )
    edit(survey, "how", options=[*HOW["options"], option("phone", en="Phone")])  # type: ignore[misc]
    answered(survey, tenant, here, *[{"why": "queue", "how": ["phone"]}] * 2)
    how, why = sorted(chosen(client, tenant, here), key=lambda one: one.key)
    assert [(o.label, o.count, o.n) for o in why.options] == [
        ("Queue", 2, 8), ("The staff", 0, 8), ("Advert", 0, 8), ("Price", 6, 8),
    ]  # fmt: skip
    assert [o.label for o in why.listed] == ["Queue", "Price"]
    assert [o.label for o in how.listed] == ["Web", "Shop", "Phone"]  # one that nobody chose keeps its row
    page = client.get(f"/t/{tenant.slug}/touchpoints/{here.slug}/").content.decode()
    assert "Chosen by nobody: The staff, Advert" in page
    assert [(o.label, o.count, o.n) for o in how.options] == [("Web", 6, 8), ("Shop", 0, 8), ("Phone", None, None)]


def test_an_image_word_stands_against_its_target(world) -> None:
    tenant, (here, elsewhere), client = world
    survey = make_survey(tenant, "visit", questions=[WORD])
    answered(survey, tenant, here, *[{"reliable": "yes"}] * 8, *[{"reliable": "no"}] * 32)
    answered(survey, tenant, elsewhere, *[{"reliable": "yes"}] * 40)
    assert [one.aimed for one in chosen(client, tenant, here)] == [None]
    lead = client_of(make_member(tenant, "admin"), headers={"accept-language": "en"})
    form = f"/t/{tenant.slug}/edit/dashboards/target/add/"
    assert "reliable" in lead.get(form).content.decode()
    year = days_ago(0, tenant).year
    for name, at, value in (("image/3:reliable", "", 70), ("image/3", elsewhere.pk, 90)):
        sent = {"metric": name, "year": year, "value": value, "touchpoint": at, "stage": ""}
        assert lead.post(form, sent).status_code == 302
    (missed,), (met,) = (chosen(client, tenant, at) for at in (here, elsewhere))
    assert missed.aimed and (missed.aimed.score.value, missed.aimed.target, missed.aimed.verdict) == (20, 70, "worse")
    # Every word's target at the touchpoint goes before the word's own of the company.
    assert met.aimed and (met.aimed.score.value, met.aimed.target) == (100, 90)
    page = client.get(f"/t/{tenant.slug}/touchpoints/{here.slug}/").content.decode()
    assert "target 70%" in page
    assert ": reliable" in lead.get(f"/t/{tenant.slug}/edit/dashboards/target/").content.decode()


def test_a_segment_is_shown_unless_a_small_one_could_be_told_from_it(world) -> None:
    tenant, (here, _), client = world
    make_dimension(tenant, "size")
    survey = make_survey(tenant, questions=[WHY])
    answered(survey, tenant, here, *[{"why": "price"}] * 6, properties={"size": "big"})
    answered(survey, tenant, here, *[{"why": "staff"}] * 7, properties={"size": "small"})
    (big,) = chosen(client, tenant, here, "?segment=size:big")
    assert [(o.key, o.count) for o in big.options] == [("price", 6), ("staff", 0)]
    answered(survey, tenant, here, {"why": "staff"}, properties={"size": "lone"})
    (big,) = chosen(client, tenant, here, "?segment=size:big")
    assert big.n is None


def test_a_unit_manager_sees_what_was_chosen_in_their_own_unit(world) -> None:
    tenant, (here, _), _ = world
    mine, other = make_unit(tenant), make_unit(tenant)
    survey = make_survey(tenant, questions=[WHY])
    answered(survey, tenant, here, *[{"why": "price"}] * 6, unit=mine.slug)
    answered(survey, tenant, here, *[{"why": "staff"}] * 7, unit=other.slug)
    manager = client_of(make_member(tenant, "unit_manager", unit_ids=[mine.pk]))
    (found,) = chosen(manager, tenant, here)
    assert [(o.key, o.count) for o in found.options] == [("price", 6), ("staff", 0)]


def test_recall_counts_in_its_own_survey_and_staff_and_other_companies_nowhere(world) -> None:
    tenant, (here, _), client = world
    recall = make_survey(tenant, "recall", kind=Survey.Kind.RECALL, questions=[WHY])
    staff = make_survey(tenant, "staff", audience="employee", questions=[WHY])
    answered(recall, tenant, here, *[{"why": "price"}] * 6)
    answered(staff, tenant, here, *[{"why": "price"}] * 9)
    assert [(one.survey, one.n) for one in chosen(client, tenant, here)] == [("recall", 6)]
    other = make_member()
    theirs = make_journey(other.tenant, stages=["Buy"]).touchpoints[0]
    assert chosen(client_of(other), other.tenant, theirs) == []


def test_a_touchpoint_that_answers_only_free_choices_is_covered(world, django_assert_num_queries) -> None:
    tenant, (here, elsewhere), _ = world
    survey = make_survey(tenant, questions=[WHY, WORD])
    answered(survey, tenant, here, {"why": "price"})
    answered(survey, tenant, elsewhere, {"reliable": "no"})
    with activate(tenant.pk):
        assert metrics_answered() == [f"choice/40:{survey.pk}.why", "image/3:reliable"]
        with django_assert_num_queries(1):
            last = last_answered([here.pk, elsewhere.pk])
    assert last == dict.fromkeys((here.pk, elsewhere.pk), days_ago(0, tenant))
    assert isinstance(last[here.pk], date)


def test_rest_gives_the_same_numbers(world) -> None:
    tenant, (here, _), _ = world
    survey = make_survey(tenant, "visit", questions=[WHY, WORD])
    answered(survey, tenant, here, *[{"why": "price", "reliable": "yes"}] * 5)
    client = api_of(make_key(tenant, ["read"]))
    found = client.get(f"/api/v1/scores/choices?touchpoint={here.slug}").json()
    assert found["filter"] == {"touchpoint": here.slug}
    image, why = found["questions"]
    assert (image["survey"], image["question"], image["n"]) == (None, "reliable", 5)
    assert why["options"][0] == {
        "option": "price", "label": "Price", "hidden": False, "n": 5, "count": 5,
        "share": 100, "low": 56.551754, "high": 100,
    }  # fmt: skip
    score = client.get("/api/v1/scores?metric=image/3:reliable").json()
    assert (score["metric"], score["total"]["score"]) == ("image/3:reliable", 100)
    wrong = client.get("/api/v1/scores/choices?metric=nps")
    assert wrong.status_code == 400
    assert wrong.json()["errors"][0]["field"] == "metric"
    assert client.get("/api/v1/scores/choices?touchpoint=no").status_code == 400
