"""Boxes and short texts on a phone, without script: large enough, accessible, light and dark."""

from collections.abc import Callable
from typing import Any

import pytest

from cxplatform.tenancy.context import activate
from surveys.models import Response
from tests.browser import THUMB, readable
from tests.factories import make_tenant
from tests.surveys.test_question_kinds import HOW
from tests.surveys.worlds import make_link, make_survey, only_if

pytestmark = pytest.mark.django_db(transaction=True)

_SIZES = """[...document.querySelectorAll("button, .some, main form > input:not([type=hidden])")]
    .map(e => e.getBoundingClientRect()).map(r => Math.round(Math.min(r.width, r.height)))"""


def test_several_are_chosen_and_a_line_is_written_on_a_phone(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant = make_tenant(name="Rengasala", language="fi", brand_colour="#f2c200")
    line = {"key": "who", "metric": "line", "only_if": only_if("how", "is", "staff")}
    link = make_link(tenant, make_survey(tenant, questions=[HOW, line]))
    page = browse()
    page.goto(f"{live_server.url}/s/{link.code}")
    page.get_by_label("Hinta").check()
    page.get_by_label("Henkilökunta").check()
    readable(page, looks=THUMB)
    assert min(page.evaluate(_SIZES)) >= 44
    page.get_by_role("button", name="Lähetä").click()
    page.get_by_label("Vastaa lyhyesti").fill("Kassalla")
    readable(page, looks=THUMB)
    assert min(page.evaluate(_SIZES)) >= 44
    page.get_by_role("button", name="Lähetä").click()
    page.get_by_role("heading", name="Kiitos").wait_for()
    with activate(tenant.pk):
        found = Response.objects.get()
    assert (found.answers, found.texts) == ({"how": ["price", "staff"]}, {"who": "Kassalla"})
