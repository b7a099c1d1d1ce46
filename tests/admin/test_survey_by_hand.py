"""A survey with branching and options of its own is written by hand in the editor, and answered on a phone."""

import pytest

from cxplatform.tenancy.context import activate
from surveys.models import Response, Survey, SurveyLink
from tests.browser import readable
from tests.factories import client_of, make_customer, make_dimension
from tests.surveys.test_question_kinds import HOW
from tests.surveys.worlds import NPS, make_link, make_survey, only_if

pytestmark = pytest.mark.django_db(transaction=True)


def opened(browse, live_server, editor, **options):
    page = browse(**{"viewport": {"width": 1400, "height": 950}, "locale": "fi-FI"} | options)
    session = client_of(editor).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return page


def question(page, number, metric):
    page.get_by_text("Lisää: kysymys").click()
    page.locator(f"#id_questions-{number}-metric").select_option(metric)
    return page.locator(".form-group", has=page.locator(f"#id_questions-{number}-metric"))


def test_a_survey_with_branching_is_written_and_answered(browse, live_server, editor):
    page = opened(browse, live_server, editor)
    page.goto(f"{live_server.url}/t/{editor.tenant.slug}/edit/surveys/survey/add/")
    page.get_by_label("Nimi", exact=False).first.fill("Asioinnin jälkeen")
    question(page, 0, "nps/0-10")
    why = question(page, 1, "choice")
    why.get_by_label("Minkä kysymyksen vastaus ratkaisee").select_option("nps")
    why.get_by_label("Vastaukset").select_option("6")
    why.get_by_text("Oma sanamuoto", exact=True).click()
    why.get_by_label("Oma sanamuoto suomeksi").fill("Mikä meni vikaan?")
    why.get_by_label("Vaihtoehto 1, Suomi").fill("Hinta")
    why.get_by_label("Vaihtoehto 1, Englanti").fill("Price")
    why.get_by_label("Vaihtoehto 2, Suomi").fill("Odotus")
    why.get_by_role("button", name="Lisää vaihtoehto").click()
    why.get_by_label("Vaihtoehto 3, Suomi").fill("Palvelu")
    assert why.locator(".words-table tr", has_text="Vaihtoehto 1").get_by_text("puuttuu").count() == 1
    phone = page.locator("[data-screens]")
    phone.get_by_text("≤ 6").wait_for()
    phone.get_by_text("Palvelu").wait_for()
    assert "Mikä meni vikaan?" in phone.inner_text()
    page.get_by_role("button", name="Tallenna ja julkaise").click()
    page.get_by_text("Versio 1", exact=False).first.wait_for()

    with activate(editor.tenant_id):
        survey = Survey.objects.get()
        asked = survey.versions.get().questions[1]
    assert asked["key"] == "mika_meni_vikaan"
    assert asked["only_if"] == {"question": "nps", "is": "le", "values": ["6"]}
    assert [(one["key"], one["bin"]) for one in asked["options"]] == [("hinta", 0), ("odotus", 1), ("palvelu", 2)]
    link = SurveyLink.objects.create(tenant=editor.tenant, survey_id=survey.pk, label="Kuitti")

    customer = browse(java_script_enabled=False)
    for score, then in (("9", None), ("2", "Odotus")):
        customer.goto(f"{live_server.url}/s/{link.code}?lang=fi")
        customer.get_by_role("button", name=score, exact=True).click()
        if then:
            customer.get_by_role("button", name=then).click()
        customer.get_by_role("heading", name="Kiitos").wait_for()
    with activate(editor.tenant_id):
        found = [response.answers for response in Response.objects.order_by("id")]
    assert found == [{"nps": 9}, {"nps": 2, "mika_meni_vikaan": "odotus"}]

    page.reload()
    page.get_by_role("heading", name="Kopioi ja kysy").wait_for()
    assert f"/s/{link.code}" in page.locator(".snippets").inner_text()


def test_a_gap_of_the_profile_is_asked_with_the_values_there_are(browse, live_server, editor):
    make_dimension(editor.tenant, "asiakas-laji", name="Asiakaslaji")
    for number, value in enumerate(("Iso yritys", "low")):
        make_customer(editor.tenant, f"C-{number}", dimensions={"asiakas-laji": value})
    page = opened(browse, live_server, editor)
    page.goto(f"{live_server.url}/t/{editor.tenant.slug}/edit/surveys/survey/add/")
    page.get_by_label("Nimi", exact=False).first.fill("Kuka kävi")
    question(page, 0, "nps/0-10")
    who = question(page, 1, "profile:asiakas-laji")
    assert who.locator("select option:checked").first.inner_text() == "Asiakaslaji"
    who.get_by_text("Oma sanamuoto", exact=True).click()
    who.get_by_label("Vaihtoehto 2, Suomi").fill("Yksityinen")
    who.get_by_role("button", name="Lisää vaihtoehto").click()
    who.get_by_label("Vaihtoehto 3, Suomi").fill("Pieni yritys")
    phone = page.locator("[data-screens]")
    phone.get_by_text("Pieni yritys").wait_for()
    page.get_by_role("button", name="Tallenna ja julkaise").click()
    page.get_by_text("Versio 1", exact=False).first.wait_for()
    with activate(editor.tenant_id):
        asked = Survey.objects.get().versions.get().questions[1]
    assert (asked["key"], asked["metric"]) == ("asiakas_laji", "profile:asiakas-laji")
    assert [(one["key"], one["text"]["fi"]) for one in asked["options"]] == [
        ("Iso yritys", "Iso yritys"),
        ("low", "Yksityinen"),
        ("pieni_yritys", "Pieni yritys"),
    ]


def test_the_editor_of_a_written_survey_is_accessible_and_fits(browse, live_server, editor):
    questions = [NPS, {**HOW, "only_if": only_if("nps", "le", 6)}, ("felt", "emotion/7"), ("reason", "comment")]
    survey = make_survey(editor.tenant, "kysely", questions=questions)
    make_link(editor.tenant, survey, label="Kuitti")
    page = opened(browse, live_server, editor, viewport={"width": 1400, "height": 950}, locale="fi-FI")
    page.goto(f"{live_server.url}/t/{editor.tenant.slug}/edit/surveys/survey/{survey.pk}/change/")
    for own in page.get_by_text("Oma sanamuoto", exact=True).all():
        if own.is_visible():
            own.click()
    page.locator(".words-table").first.wait_for()
    readable(page, looks=(("light", 1400), ("dark", 360)), within=[".survey-editor", ".snippets"])
