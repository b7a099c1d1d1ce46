"""The public results page: what was chosen and no more, nobody's words without leave, no small groups."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.history import in_words
from cxplatform.tenancy.models import AuditEntry
from dashboards.models import PublicQuote, ResultsPage
from surveys.answer import record_responses
from surveys.doors import visitors
from surveys.doors.own import Own, token_of
from surveys.models import Deed, Response
from tests.dashboards.worlds import count, nps
from tests.factories import client_of, make_member, make_tenant, make_touchpoint
from tests.promises.worlds import make_promise
from tests.surveys.worlds import NPS, REASON, count_all, make_survey, submission

pytestmark = pytest.mark.django_db
CONSENT = ("publish", "publish_consent")
FIELDS = {"shown": "on", "parts": ["promises", "scores", "said", "done"], "measures": ["nps", "ces"], "days": "90"}


@pytest.fixture
def world() -> Any:
    tenant = make_tenant(name="Rengasala", language="fi")
    desk = make_touchpoint(tenant, "desk", name="Tiski")
    survey = make_survey(tenant, questions=[NPS, REASON, CONSENT], touchpoint=desk)
    make_promise(tenant, "reply")
    lead = client_of(make_member(tenant, "cx_lead"), headers={"accept-language": "en"})
    return SimpleNamespace(
        tenant=tenant,
        desk=desk,
        survey=survey,
        read=lambda lang="en": Client().get(f"/r/{tenant.slug}/?lang={lang}"),
        get=lambda rest="": lead.get(f"/t/{tenant.slug}/results/{rest}"),
        post=lambda rest="", **data: lead.post(f"/t/{tenant.slug}/results/{rest}", data),
    )


def say(world: Any, who: str, text: str, *, leave: str | None) -> None:
    given = {"publish": leave} if leave else {}
    said = submission(world.survey, customer=who, texts={"reason": text}, **{"nps": 9} | given)
    with activate(world.tenant.pk):
        assert not record_responses([said], collected_by="api").rejected
    count_all(world.tenant)


def test_from_nothing_to_a_page_for_everybody_and_back(world: Any) -> None:
    say(world, "c-1", "Call me on 040 123 4567, it was quick", leave="yes")
    say(world, "c-2", "Keep this to yourselves please", leave="no")
    say(world, "c-3", "Nobody asked me about publishing", leave=None)
    with activate(world.tenant.pk):
        today = timezone.localdate()
        for said, on, published in (("Jono", 0, True), ("Vasta huomenna", -1, True), ("Kesken", 3, False)):
            Deed.objects.create(said={"fi": said}, did={"fi": f"{said} korjattu"}, published=published,
                                done_on=today - timedelta(days=on), touchpoint=world.desk)  # fmt: skip
    assert world.read().status_code == 404  # nothing is shown before somebody says so
    offered = world.get().context["words"].rows
    assert [words.text for _name, _ticked, words in offered] == ["Call me on •••, it was quick"]
    assert world.post(**FIELDS | {"quotes": [offered[0][0]]}).status_code == 302

    page = world.read()
    text = page.content.decode()
    assert "Call me on •••, it was quick" in text and "Keep this" not in text and "Nobody asked" not in text
    assert "Jono korjattu" in text and "Vasta huomenna" not in text and "Kesken" not in text
    assert "Too few answers in the last 90 days" in text  # three answers are a small group
    assert page["X-Robots-Tag"] == "noindex" and "max-age=60" in page["Cache-Control"] and not page.cookies
    count(world.tenant, nps(60, 20, 20), at=world.desk)
    cache.clear()  # figures are counted once a minute
    shown = world.read().content.decode()
    assert "<b>42</b>" in shown and "103 answers" in shown and "Ease" not in shown
    assert "Sanoitte" in world.read("fi").content.decode() and 'lang="sv"' in world.read("sv").content.decode()

    with activate(world.tenant.pk):  # the customer takes the leave back
        Response.objects.filter(texts__reason__startswith="Call").update(answers={"nps": 9, "publish": "no"})
    assert "it was quick" not in world.read().content.decode()
    world.post(**FIELDS | {"parts": ["done"], "listed": "on"})
    only = world.read()
    assert "X-Robots-Tag" not in only and "What customers think" not in only.content.decode()
    with activate(world.tenant.pk):
        entries = AuditEntry.objects.filter(model__startswith="dashboards.").order_by("id")
        assert [(e.model.split(".")[1], e.action) for e in entries] == [
            ("resultspage", "added"), ("publicquote", "chosen"), ("resultspage", "changed"),
        ]  # fmt: skip
        # Where and when it was said, and no ids: not the words, which the history would keep when they are erased.
        with translation.override("fi"):
            _page, quote, _changed = in_words(entries)
        day = Response.objects.get(texts__reason__startswith="Call").answered_at.astimezone(world.tenant.zone)
        assert quote.of == f"Julkinen lainaus: {world.desk.name}, {day.day}.{day.month}.{day.year}"
        assert not re.search(r"[0-9a-f]{8}-|reason", str(quote.changes))
        Response.objects.filter(texts__reason__startswith="Call").delete()
        with translation.override("sv"):
            assert in_words(entries)[1].label == "ett svar som inte finns kvar"


@pytest.mark.parametrize(
    ("field", "value"),
    [("parts", []), ("parts", ["secrets"]), ("measures", ["nps; drop"]), ("days", "3"), ("title_fi", "x" * 201)],
)
def test_faulty_settings_are_refused_at_their_field(world: Any, field: str, value: Any) -> None:
    answer = world.post(**FIELDS | {field: value})
    assert (answer.status_code, list(answer.context["own"].errors)) == (400, [field])
    assert world.post("preview/", **FIELDS | {field: value}).status_code == 400


def test_words_of_another_company_cannot_be_chosen_and_a_preview_shows_nobody_anything(world: Any) -> None:
    other = make_tenant()
    survey = make_survey(other, questions=[NPS, REASON, CONSENT])
    say(SimpleNamespace(tenant=other, survey=survey), "c-9", "Theirs and theirs alone", leave="yes")
    with activate(other.pk):
        theirs = Response.objects.get()
    assert world.post(**FIELDS | {"quotes": [f"{theirs.id}/reason"]}).status_code == 400
    page = world.post("preview/", **FIELDS | {"title_en": "<b>Fine</b>"})
    assert "&lt;b&gt;Fine&lt;/b&gt;" in page.content.decode() and world.read().status_code == 404
    with activate(world.tenant.pk):
        assert not ResultsPage.objects.exists() and not PublicQuote.objects.exists()
    assert Client().get("/r/nobody/").status_code == 404


def test_the_page_asks_as_many_queries_whatever_is_stored(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    world.post(**FIELDS)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            world.read()
        return len(queries)

    few = asked()
    again = asked()
    assert again < few  # whoever comes within the minute reads what was counted
    cache.clear()
    for number in range(6):
        place = make_touchpoint(world.tenant)
        count(world.tenant, nps(9, 3, 3), at=place)
        with activate(world.tenant.pk):
            Deed.objects.create(did={"fi": f"{number}"}, done_on=timezone.localdate(), published=True, touchpoint=place)
    assert asked() <= few + 1 and few <= 16  # the names of the deeds' places
    monkeypatch.setattr(visitors, "READS_PER_MINUTE", 5)
    cache.clear()
    statuses = [world.read().status_code for _ in range(11)]
    assert statuses[0] == 200 and 429 in statuses  # of five a minute, though one ends in between


def test_an_address_of_the_company_and_a_customers_link_do_not_meet(world: Any) -> None:
    assert Client().get("/r/%00/").status_code == 404
    slug = world.tenant.slug
    assert Client().get(f"/r/{slug}?lang=sv").headers["location"] == f"/r/{slug}/?lang=sv"  # typed without its end
    assert Client().post(f"/r/{slug}").status_code == 404
    token = token_of(Own(world.tenant.pk, response_id=uuid4()))
    assert [Client().get(f"/r/{token}{end}").status_code for end in ("", "/")] == [404, 404]
