"""The pages on which it is said who is asked and when: no fault that axe finds, in light and dark, wide and narrow."""

from typing import Any

import pytest
from django.utils import timezone

from cxplatform.tenancy.context import activate
from surveys.models import ContactRule, SurveyRound
from tests.admin.test_survey_by_hand import opened
from tests.browser import readable
from tests.factories import make_dimension
from tests.surveys.asking_worlds import make_trigger
from tests.surveys.worlds import make_survey

pytestmark = pytest.mark.django_db(transaction=True)


def world(editor: Any) -> list[str]:
    """One of each thing, and the addresses of its pages below the editor."""
    tenant = editor.tenant
    make_dimension(tenant, "segment")
    survey = make_survey(tenant, "kysely")
    trigger = make_trigger(tenant, survey)
    with activate(tenant.pk):
        rule = ContactRule.objects.create(kind="")
        rounds = [
            SurveyRound.objects.create(
                survey=survey, name=f"Kierros {state}", slug=state, state=state, scheduled_at=timezone.now()
            )
            for state in ("draft", "approved")
        ]
    found = [("surveytrigger", trigger), ("contactrule", rule), *(("surveyround", one) for one in rounds)]
    return [
        *(f"surveys/{name}/{one.pk}/change/" for name, one in found),
        *(f"surveys/{name}/add/" for name in dict(found)),
        "dashboards/population/add/",
    ]


def test_triggers_rules_and_rounds_are_accessible_and_fit(browse: Any, live_server: Any, editor: Any) -> None:
    page = opened(browse, live_server, editor, viewport={"width": 1400, "height": 950})
    for address in world(editor):
        page.goto(f"{live_server.url}/t/{editor.tenant.slug}/edit/{address}")
        page.locator("#content, main").first.wait_for()
        readable(page, address, looks=(("light", 1400), ("dark", 360)))


def test_the_date_and_time_of_a_round_are_asked_in_finnish(browse: Any, live_server: Any, editor: Any) -> None:
    page = opened(browse, live_server, editor)
    page.goto(f"{live_server.url}/t/{editor.tenant.slug}/edit/surveys/surveyround/add/")
    fields = [page.locator(f"#id_scheduled_at_{n}").get_attribute("placeholder") for n in (0, 1)]
    assert fields == ["Päivä", "Aika"]
