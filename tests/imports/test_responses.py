"""Rows of a file come in as answers, several questions of one row at once."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.models import Customer, Event
from surveys.models import Question, Response, ScoreRollup, Survey
from surveys.questionnaire.publish import publish
from tests.factories import make_dimension, make_tenant, make_touchpoint, make_unit
from tests.imports.conftest import Importing

pytestmark = pytest.mark.django_db

MAPPING = """
[response]
submission_id = "form-{id}"
survey = "garden"
answered_at = "{when}"
customer = "{card}"
unit = "{store}"
[response.answers]
recommend = "{nps}"
solved = { value = "{fcr}", map = { "1" = "first", "2" = "later" } }
[response.texts]
reason = "{why}"
[response.dimensions]
visits = { value = "{visits}", bins = [{ to = 3, name = "0-3" }, { name = "4+" }] }
[response.properties]
basket = { value = "{basket}", as = "float" }
[file]
delimiter = ";"
decimal = ","
"""
ROWS = """id;when;card;store;nps;fcr;why;visits;basket
1;2026-03-01 12:00;c-1;espoo;10,0;1;"Good; ""really""\";3;12,50
2;2026-03-01 12:05;;;6;;;4;
3;2026-03-02 12:05;c-1;;;2;;;
"""


def make_garden(tenant: Tenant) -> Survey:
    """The published survey "garden" at the touchpoint "till": recommend (nps/1-10), solved (fcr/5), reason."""
    make_dimension(tenant, "visits")
    till = make_touchpoint(tenant, "till")
    with activate(tenant.pk):
        survey = Survey.objects.create(slug="garden", name="Garden", touchpoint=till)
        for position, (key, metric) in enumerate(
            (("recommend", "nps/1-10"), ("solved", "fcr/5"), ("reason", Question.COMMENT))
        ):
            Question.objects.create(survey=survey, key=key, metric=metric, position=position)
        publish(survey)
    return survey


def test_rows_become_answers_and_are_counted(importing: Importing) -> None:
    tenant = make_tenant(timezone="Europe/Helsinki")
    survey, espoo = make_garden(tenant), make_unit(tenant, "espoo")
    done = importing("import_responses", tenant.slug, MAPPING, ROWS, "--count")
    assert done.numbers == (3, 0, 0)
    with activate(tenant.pk):
        customer = Customer.objects.get(external_id="c-1")
        fields = ("submission_id", "answered_at", "customer_id", "touchpoint_id", "unit_id", "collected_by")
        assert list(
            Response.objects.order_by("submission_id").values_list(*fields, "answers", "texts", "scores", "dimensions")
        ) == [
            ("form-1", datetime(2026, 3, 1, 10, tzinfo=UTC), customer.id, survey.touchpoint_id, espoo.pk, "import",
             {"recommend": 10, "solved": "first"}, {"reason": 'Good; "really"'}, {"nps/1-10": 9, "fcr/5": 0},
             {"visits": "0-3"}),
            ("form-2", datetime(2026, 3, 1, 10, 5, tzinfo=UTC), None, survey.touchpoint_id, None, "import",
             {"recommend": 6}, {}, {"nps/1-10": 5}, {"visits": "4+"}),
            ("form-3", datetime(2026, 3, 2, 10, 5, tzinfo=UTC), customer.id, survey.touchpoint_id, None, "import",
             {"solved": "later"}, {}, {"fcr/5": 1}, {}),
        ]  # fmt: skip
        assert Event.objects.get(time=datetime(2026, 3, 1, 10, tzinfo=UTC)).properties["basket"] == 12.5
        total = ScoreRollup.objects.filter(metric="nps/1-10", grain="m", touchpoint_id=0, dimension="")
        assert [row.histogram for row in total] == [[0, 0, 0, 0, 0, 1, 0, 0, 0, 1]]


def test_answers_sent_again_change_nothing(importing: Importing) -> None:
    tenant = make_tenant()
    make_garden(tenant)
    assert importing("import_responses", tenant.slug, MAPPING, ROWS, "--count").numbers == (3, 0, 0)
    with activate(tenant.pk):
        before = list(ScoreRollup.objects.order_by("pk").values())
    assert "Nothing was done" in importing("import_responses", tenant.slug, MAPPING, ROWS).said
    assert importing("import_responses", tenant.slug, MAPPING, ROWS, "--again", "--count").numbers == (0, 3, 0)
    with activate(tenant.pk):
        assert list(ScoreRollup.objects.order_by("pk").values()) == before


def test_bad_answers_stop_nothing(importing: Importing) -> None:
    tenant = make_tenant()
    make_garden(tenant)
    rows = ROWS + "4;2026-03-01;;;11;;;;\n5;2026-03-01;;;;;;1;\n6;2026-03-01;;;9;;;many;\n7;1999-03-01;;;9;;;1;\n"
    done = importing("import_responses", tenant.slug, MAPPING, rows)
    assert done.numbers == (3, 0, 4)
    reasons = [line.split(";", 1) for line in done.rejected.decode().splitlines()[1:]]
    assert [number for number, _ in reasons] == ["4", "5", "6", "7"]
    for (_, reason), text in zip(
        reasons,
        (
            "answers.recommend: nps/1-10: 11 is not on the scale; give a whole number from 1 to 10",
            "answers: Send at least one answer.",
            "dimensions.visits: 'many' is not a number",
            "answered_at: The time is before the year 2000.",
        ),
        strict=True,
    ):
        assert text in reason


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (('survey = "garden"', 'survey = "gardens"'), "response.survey: there is no survey 'gardens'"),
        (('survey = "garden"', 'survey = "draft"'), "response.survey: the survey 'draft' has no published version"),
        (
            ("recommend =", "recomend ="),
            "response.answers.recomend: is no such question of 'garden'; it asks recommend",
        ),
        (("reason =", "solved ="), "response.texts.solved: is no such question of 'garden'"),
        (("[response.texts]\nreason", "[response.properties]\nreason"), "Cannot declare"),
        (("answered_at", "time"), "response.time: is not known"),
        (('submission_id = "form-{id}"\n', ""), "response.submission_id: is missing"),
        (("visits =", "age ="), "response.dimensions.age: is not a dimension"),
    ],
)
def test_a_mapping_that_does_not_fit_the_survey_names_the_key(
    importing: Importing, change: tuple[str, str], complaint: str
) -> None:
    tenant = make_tenant()
    make_garden(tenant)
    with activate(tenant.pk):
        Survey.objects.create(slug="draft", name="Draft")
    with pytest.raises(CommandError, match=complaint):
        importing("import_responses", tenant.slug, MAPPING.replace(*change), ROWS)


def test_a_mapping_without_answers_is_refused(importing: Importing) -> None:
    tenant = make_tenant()
    make_garden(tenant)
    mapping = MAPPING[: MAPPING.index("[response.answers]")] + '[file]\ndelimiter = ";"'
    with pytest.raises(CommandError, match=r"\[response\.answers\]: is missing"):
        importing("import_responses", tenant.slug, mapping, ROWS)


def test_the_survey_may_come_from_a_column(importing: Importing) -> None:
    tenant = make_tenant()
    make_garden(tenant)
    rows = ROWS.replace(";espoo;", ";garden;").replace("12:05;;;", "12:05;;other;")
    done = importing("import_responses", tenant.slug, MAPPING.replace('"garden"', '"{store}"'), rows)
    assert done.numbers == (1, 0, 2)
    assert "survey: There is no survey of this identifier" in done.rejected.decode()
    assert "survey: is empty" in done.rejected.decode()


def test_another_organisation_sees_nothing_of_the_answers(importing: Importing) -> None:
    ours, theirs = make_tenant(), make_tenant()
    make_garden(ours)
    make_garden(theirs)
    importing("import_responses", ours.slug, MAPPING, ROWS, "--count")
    with activate(theirs.pk):
        assert not Response.objects.exists()
        assert not ScoreRollup.objects.exists()
    assert importing("import_responses", theirs.slug, MAPPING, ROWS).numbers == (3, 0, 0)
