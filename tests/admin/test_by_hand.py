"""One sitting at the editor in a real browser, under its content security policy, by keyboard where it matters."""

import re

import pytest

from cxplatform.tenancy.context import activate
from journeys.layout import layout_of
from journeys.models import Journey, Touchpoint, UnmappedText
from promises.models import Promise
from surveys.models import Survey
from tests.factories import client_of, make_channel, make_journey, make_touchpoint

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(browse, live_server, editor):
    """The editor, opened by somebody who is signed in."""
    page = browse(viewport={"width": 1400, "height": 950}, locale="en-GB")
    session = client_of(editor).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/t/{editor.tenant.slug}/edit/")
    return page


def test_a_journey_a_published_survey_and_a_promise(page, editor):
    make_channel(editor.tenant, "shop", name="Shop")
    make_touchpoint(editor.tenant, "till", name="Till")

    page.get_by_role("link", name="Journeys").first.click()
    page.wait_for_url("**/journeys/journey/")
    page.get_by_role("link", name="Add", exact=False).last.click()
    page.wait_for_url("**/journeys/journey/add/")
    page.get_by_label("Name", exact=False).first.fill("Tyre change")
    for stage, touchpoints in {"Buy": ["Quote", "Till"], "Choose": ["Advice"]}.items():
        page.get_by_role("button", name="Add a stage").click()
        column = page.locator("[data-stage]").last
        column.get_by_label("Name of the stage").fill(stage)
        for touchpoint in touchpoints:
            column.get_by_placeholder("Add a touchpoint").fill(touchpoint)
            column.get_by_placeholder("Add a touchpoint").press("Enter")
    page.locator("[data-stage]").first.get_by_label("Channel of the new touchpoint").first.select_option("Shop")
    # By keyboard: "Choose" before "Buy", the till before the quote.
    page.locator("[data-stage]").last.locator("[data-grip]").first.press("ArrowLeft")
    page.locator("[data-step]", has_text="Till").locator("[data-grip]").press("ArrowUp")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile(r"/journeys/journey/\d+/change/$"))
    # Buttons in the long words of another language stand in two rows: none is cut off under the navigation.
    buttons = page.locator("#submit-row :is(button, a)")
    buttons.first.evaluate("each => { each.textContent = 'Tallenna ja jatka '.repeat(8) }")
    assert buttons.count() > 3
    assert min(each.bounding_box()["x"] for each in buttons.all()) >= page.locator("#main").bounding_box()["x"]
    assert page.locator("[data-stage]").count() == 2  # the board again, to go on with

    page.goto(re.sub(r"/edit/.*", "/edit/surveys/survey/add/", page.url))
    page.get_by_label("Name", exact=False).first.fill("After the change")
    page.get_by_text("Add another Question").click()
    page.locator("#id_questions-0-metric").select_option("nps/0-10")
    page.get_by_text("Based on this contact, how likely are you").wait_for()
    page.get_by_text("Add another Question").click()
    page.locator("#id_questions-1-metric").select_option("ces/1-7")
    page.locator(".form-group", has=page.locator("#id_questions-1-metric")).get_by_label("Move up").click()
    page.get_by_role("button", name="Save and publish").click()
    page.get_by_text("Version 1 is what customers see now.").wait_for()

    page.goto(re.sub(r"/edit/.*", "/edit/promises/promise/add/", page.url))
    page.get_by_label("Working name").fill("Reply in a day")
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("What matters to the customer here?").fill("An answer.")
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("**/promises/reply-in-a-day/edit/most/")

    with activate(editor.tenant_id):
        names = dict(Touchpoint.objects.values_list("pk", "name"))
        assert [
            (s.name, [names[step.touchpoint] for step in s.steps]) for s in layout_of(Journey.objects.get()).stages
        ] == [
            ("Choose", ["Advice"]),
            ("Buy", ["Till", "Quote"]),
        ]
        assert Touchpoint.objects.get(slug="quote").channel.name == "Shop"
        survey = Survey.objects.get(slug="after-the-change")
        assert [question["key"] for question in survey.versions.get().questions] == ["ces", "nps"]
        assert Promise.objects.get(slug="reply-in-a-day").matters == "An answer."


def test_every_page_fits_a_phone_and_obeys_the_policy(browse, live_server, editor):
    """A script or style that the policy stops is an error in the console, which fails the test."""
    from cxplatform.tenancy.admin import site

    make_journey(editor.tenant, stages=["One", "Two", "Three", "Four", "Five", "Six"])
    page = browse(viewport={"width": 360, "height": 800})
    session = client_of(editor).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    start = f"{live_server.url}/t/{editor.tenant.slug}/edit/"
    page.goto(start)
    for model in site._registry:
        for last in ("", "add/") if model is not UnmappedText else ("",):
            address = f"{model._meta.app_label}/{model._meta.model_name}/{last}"
            page.goto(start + address)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
