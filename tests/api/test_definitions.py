"""Definitions over REST: made, read, changed, archived, and refused with the field to mend."""

from typing import Any

import pytest
from django.test import Client

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry
from journeys.models import Journey, Stage, Step
from surveys.models import Question, SurveyVersion
from tests.factories import api_of, make_channel, make_journey, make_key, make_member, make_tenant, make_touchpoint

pytestmark = pytest.mark.django_db

KINDS = {
    "channels": {"name": "Shop", "slug": "shop", "digital": False},
    "units": {"name": "Turku", "slug": "turku", "partner": True},
    "dimensions": {"name": "Segment", "slug": "segment"},
    "personas": {"name": "Busy parent", "slug": "busy", "goals": "Get it done"},
    "processes": {"name": "Billing", "slug": "billing", "system": "ERP", "review_on": "2027-01-31"},
    "touchpoints": {"name": "Till", "slug": "till"},
    "journeys": {"name": "Tyres", "slug": "tyres"},
    "surveys": {"name": "After", "slug": "after"},
    "calendars": {"name": "Hours", "slug": "hours", "hours": {"mon": [["08:00", "16:00"]]}},
    "promises": {"name": "Reply", "slug": "reply", "wording": "We reply within a day."},
}


@pytest.fixture
def tenant():
    return make_tenant()


@pytest.fixture
def api(tenant) -> Client:
    return api_of(make_key(tenant))


def post(api: Client, path: str, data: Any) -> Any:
    return api.post(f"/api/v1/{path}", data, content_type="application/json")


def patch(api: Client, path: str, data: Any) -> Any:
    return api.patch(f"/api/v1/{path}", data, content_type="application/json")


def get(api: Client, path: str) -> Any:
    return api.get(f"/api/v1/{path}")


def fields_of(answer: Any) -> list[str]:
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    return [error["field"] for error in answer.json()["errors"]]


@pytest.mark.parametrize("kind", KINDS)
class TestEveryKind:
    def test_is_made_read_changed_and_archived(self, api, tenant, kind):
        made = post(api, kind, KINDS[kind])
        assert made.status_code == 201
        slug = KINDS[kind]["slug"]
        assert made.json().items() >= (KINDS[kind] | {"archived": False}).items()
        assert get(api, f"{kind}/{slug}").json() == made.json()
        assert [row["slug"] for row in get(api, kind).json()["results"]] == [slug]
        changed = patch(api, f"{kind}/{slug}", {"name": "New name"})
        assert (changed.status_code, changed.json()["name"]) == (200, "New name")
        assert api.delete(f"/api/v1/{kind}/{slug}").status_code == 204
        assert api.delete(f"/api/v1/{kind}/{slug}").status_code == 204
        assert get(api, kind).json()["results"] == []
        assert [row["slug"] for row in get(api, f"{kind}?archived=1").json()["results"]] == [slug]
        assert get(api, f"{kind}/{slug}").json()["archived"] is True
        assert patch(api, f"{kind}/{slug}", {"archived": False}).json()["archived"] is False
        with activate(tenant.pk):
            actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
        assert actions == ["created", "changed", "archived", "restored"]

    def test_what_was_read_can_be_sent_back(self, api, tenant, kind):
        made = post(api, kind, KINDS[kind]).json()
        again = patch(api, f"{kind}/{made['slug']}", made).json()
        assert again | {"updated_at": made["updated_at"]} == made
        with activate(tenant.pk):
            assert AuditEntry.objects.count() == 1

    def test_does_not_exist_for_an_outsider(self, api, kind):
        post(api, kind, KINDS[kind])
        outsider = api_of(make_key(make_tenant()))
        slug = KINDS[kind]["slug"]
        assert get(outsider, kind).json() == {"next": None, "results": []}
        assert get(outsider, f"{kind}/{slug}").status_code == 404
        assert patch(outsider, f"{kind}/{slug}", {"name": "Mine"}).status_code == 404
        assert outsider.delete(f"/api/v1/{kind}/{slug}").status_code == 404
        assert post(outsider, kind, KINDS[kind]).status_code == 201
        assert get(api, f"{kind}/{slug}").json()["name"] == KINDS[kind]["name"]

    def test_says_which_field_is_wrong(self, api, kind):
        good = KINDS[kind]
        assert fields_of(post(api, kind, good | {"colour": "red"})) == ["colour"]
        assert fields_of(post(api, kind, good | {"name": 7})) == ["name"]
        assert fields_of(post(api, kind, good | {"name": ""})) == ["name"]
        assert fields_of(post(api, kind, good | {"name": None})) == ["name"]
        assert fields_of(post(api, kind, good | {"name": "a\x00b"})) == ["name"]
        assert fields_of(post(api, kind, good | {"slug": "Not a slug"})) == ["slug"]
        assert fields_of(post(api, kind, good | {"archived": "no"})) == ["archived"]
        assert set(fields_of(post(api, kind, {"description": 1}))) >= {"name", "slug", "description"}
        assert fields_of(post(api, kind, [good])) == ["body"]
        assert get(api, kind).json()["results"] == []

    def test_keeps_identifiers_apart_and_unchanged(self, api, kind):
        post(api, kind, KINDS[kind])
        slug = KINDS[kind]["slug"]
        again = post(api, kind, KINDS[kind])
        assert fields_of(again) == ["slug"]
        api.delete(f"/api/v1/{kind}/{slug}")
        assert "archived" in post(api, kind, KINDS[kind]).json()["errors"][0]["message"]
        assert fields_of(patch(api, f"{kind}/{slug}", {"slug": "other"})) == ["slug"]

    def test_lists_in_a_fixed_number_of_queries(self, api, kind, django_assert_num_queries, tenant):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        def queries() -> int:
            with CaptureQueriesContext(
                connection,
            ) as found:
                assert get(api, kind).status_code == 200
            return len(found)

        post(api, kind, KINDS[kind])
        get(api, kind)  # notes when the key was used
        one = queries()
        for number in range(3):
            post(api, kind, KINDS[kind] | {"slug": f"more-{number}"})
        assert queries() == one


class TestPages:
    def test_follow_each_other_to_the_end(self, api):
        for number in range(5):
            post(api, "units", {"name": f"Unit {number}", "slug": f"u-{number}"})
        seen, address = [], "/api/v1/units?page_size=2&q=unit"
        while address:
            page = api.get(address).json()
            seen.append([row["slug"] for row in page["results"]])
            address = page["next"]
        assert seen == [["u-0", "u-1"], ["u-2", "u-3"], ["u-4"]]

    def test_q_finds_parts_of_names_and_identifiers(self, api):
        post(api, "units", {"name": "Turku harbour", "slug": "t-1"})
        post(api, "units", {"name": "Oulu", "slug": "o-1"})
        assert [row["slug"] for row in get(api, "units?q=HARB").json()["results"]] == ["t-1"]
        assert [row["slug"] for row in get(api, "units?q=o-").json()["results"]] == ["o-1"]

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("page_size=0", "page_size"),
            ("page_size=501", "page_size"),
            ("page_size=ten", "page_size"),
            ("page_size=٣", "page_size"),
            ("cursor=%F0%9F%A6%8A", "cursor"),
            ("cursor=YQ", "cursor"),
            ("cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "cursor"),
            ("archived=yes", "archived"),
            ("archvied=1", "archvied"),
            ("q=%00", "q"),
        ],
    )
    def test_a_wrong_parameter_is_named(self, api, query, field):
        assert fields_of(get(api, f"units?{query}")) == [field]


class TestReferences:
    def test_are_given_by_identifier(self, api, tenant):
        make_channel(tenant, "web")
        member = make_member(tenant)
        sent = {"name": "Shop page", "slug": "page", "channel": "web", "unit": None, "owner": member.user.email}
        assert post(api, "touchpoints", sent).json().items() >= sent.items()

    @pytest.mark.parametrize(
        ("field", "value"), [("channel", "none-such"), ("channel", ""), ("channel", 7), ("owner", "who@example.org")]
    )
    def test_to_nothing_are_refused(self, api, field, value):
        assert fields_of(post(api, "touchpoints", {"name": "P", "slug": "p", field: value})) == [field]

    def test_to_another_companys_are_refused(self, api):
        other = make_tenant()
        make_channel(other, "theirs")
        member = make_member(other)
        sent = {"name": "P", "slug": "p", "channel": "theirs", "owner": member.user.email}
        assert fields_of(post(api, "touchpoints", sent)) == ["channel", "owner"]


class TestJourneys:
    def test_stages_and_steps_are_replaced_as_a_list_and_keep_what_stays(self, api, tenant):
        for slug in ("a", "b", "c"):
            make_touchpoint(tenant, slug)
        stages = [{"name": "Choose", "touchpoints": ["a", "b"]}, {"name": "Buy", "touchpoints": ["c"]}]
        made = post(api, "journeys", {"name": "Tyres", "slug": "tyres", "stages": stages}).json()
        assert [(stage["name"], stage["touchpoints"]) for stage in made["stages"]] == [
            ("Choose", ["a", "b"]),
            ("Buy", ["c"]),
        ]
        choose, buy = made["stages"]
        stages = [{"name": "New"}, {"id": buy["id"], "name": "Pay"}, choose | {"touchpoints": ["b", "a"]}]
        changed = patch(api, "journeys/tyres", {"stages": stages}).json()["stages"]
        assert [(stage["name"], stage["touchpoints"]) for stage in changed] == [
            ("New", []),
            ("Pay", ["c"]),
            ("Choose", ["b", "a"]),
        ]
        assert (changed[1]["id"], changed[2]["id"]) == (buy["id"], choose["id"])
        patch(api, "journeys/tyres", {"stages": [changed[1] | {"touchpoints": []}]})
        with activate(tenant.pk):
            assert list(Stage.objects.in_use().values_list("name", flat=True)) == ["Pay"]
            assert Stage.objects.count() == 3
            assert Step.objects.filter(stage__archived_at=None).count() == 0

    @pytest.mark.parametrize(
        ("stages", "field"),
        [
            ([{"touchpoints": []}], "stages[0].name"),
            ([{"name": "A", "touchpoints": ["none-such"]}], "stages[0].touchpoints[0]"),
            ([{"name": "A"}, {"name": "B", "id": 987654}], "stages[1].id"),
            ([{"name": "A", "colour": 1}], "stages[0].colour"),
            ("A", "stages.body"),
        ],
    )
    def test_a_wrong_stage_is_named_and_changes_nothing(self, api, tenant, stages, field):
        before = make_journey(tenant, "tyres")
        assert fields_of(patch(api, "journeys/tyres", {"name": "New", "stages": stages})) == [field]
        with activate(tenant.pk):
            assert Journey.objects.get().name == before.journey.name
            assert Stage.objects.in_use().count() == 3

    def test_a_touchpoint_stands_once_in_a_stage(self, api, tenant):
        make_touchpoint(tenant, "a")
        answer = post(api, "journeys", {"name": "T", "slug": "t", "stages": [{"name": "A", "touchpoints": ["a", "a"]}]})
        assert fields_of(answer) == ["stages"]
        with activate(tenant.pk):
            assert not Journey.objects.exists()

    def test_another_companys_stage_cannot_be_taken(self, api):
        theirs = make_journey(make_tenant())
        stages = [{"id": theirs.stages[0].pk, "name": "Mine"}]
        assert fields_of(post(api, "journeys", {"name": "T", "slug": "t", "stages": stages})) == ["stages[0].id"]


class TestSurveys:
    def test_a_draft_is_edited_and_published(self, api, tenant):
        questions = [
            {"key": "nps", "metric": "nps/0-10", "required": True},
            {"key": "why", "metric": "comment", "wording": {"en": "Why?"}},
        ]
        made = post(api, "surveys", {"name": "After", "slug": "after", "questions": questions}).json()
        assert made["published_version"] is None
        plain = {"options": [], "only_if": None}
        assert made["questions"] == [
            {**plain, "key": "nps", "metric": "nps/0-10", "wording": {}, "required": True},
            {**plain, "key": "why", "metric": "comment", "wording": {"en": "Why?"}, "required": False},
        ]
        assert post(api, "surveys/after/publish", None).json()["published_version"] == 1
        assert post(api, "surveys/after/publish", None).json()["published_version"] == 1
        patch(api, "surveys/after", {"questions": [{"key": "why", "metric": "comment"}]})
        assert post(api, "surveys/after/publish", None).json()["published_version"] == 2
        with activate(tenant.pk):
            assert list(Question.objects.values_list("key", flat=True)) == ["why"]
            assert SurveyVersion.objects.count() == 2

    def test_options_and_a_condition_go_in_and_out(self, api, tenant):
        asked = {"question": "nps", "is": "le", "values": ["6"]}
        options = [{"key": "price", "text": {"fi": "Hinta"}}, {"key": "queue", "text": {"fi": "Jono", "en": "Queue"}}]
        questions = [
            {"key": "nps", "metric": "nps/0-10"},
            {"key": "why", "metric": "choices", "options": options, "only_if": asked},
        ]
        made = post(api, "surveys", {"name": "After", "slug": "after", "questions": questions}).json()
        assert (made["questions"][1]["options"], made["questions"][1]["only_if"]) == (options, asked)
        assert post(api, "surveys/after/publish", None).json()["published_version"] == 1
        sent = {"submission_id": "s", "survey": "after", "answers": {"nps": 3, "why": ["price", "queue"]}}
        assert post(api, "responses", sent).json()["accepted"] == 1
        patch(api, "surveys/after", {"questions": questions[1:]})
        assert fields_of(post(api, "surveys/after/publish", None)) == ["questions"]
        patch(api, "surveys/after", {"questions": [{**questions[1], "only_if": None}]})
        assert post(api, "surveys/after/publish", None).json()["published_version"] == 2

    def test_a_draft_without_questions_is_not_published(self, api):
        post(api, "surveys", {"name": "After", "slug": "after"})
        assert fields_of(post(api, "surveys/after/publish", None)) == ["questions"]
        outsider = api_of(make_key(make_tenant()))
        assert post(outsider, "surveys/after/publish", None).status_code == 404

    @pytest.mark.parametrize(
        ("questions", "field"),
        [
            ([{"key": "a", "metric": "nps/0-11"}], "questions[0].metric"),
            ([{"key": "a b", "metric": "comment"}], "questions[0].key"),
            ([{"metric": "comment"}], "questions[0].key"),
            ([{"key": "a", "metric": "comment"}, {"key": "a", "metric": "comment"}], "questions"),
            ([{"key": "a", "metric": "comment", "wording": {"de": "Warum?"}}], "questions[0].wording.de"),
            ([{"key": f"k{n}", "metric": "comment"} for n in range(21)], "questions.body"),
            ([{"key": "a", "metric": "choice", "options": [{"key": "x"}]}], "questions[0].options[0].text"),
            (
                [{"key": "a", "metric": "choice", "options": [{"key": "a,b", "text": {}}]}],
                "questions[0].options[0].key",
            ),
            (
                [{"key": "a", "metric": "comment", "only_if": {"question": "b", "values": []}}],
                "questions[0].only_if.is",
            ),
        ],
    )
    def test_a_wrong_question_is_named(self, api, questions, field):
        post(api, "surveys", {"name": "After", "slug": "after"})
        assert fields_of(patch(api, "surveys/after", {"questions": questions})) == [field]
