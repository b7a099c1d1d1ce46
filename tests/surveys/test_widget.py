"""The widget: one small script, answers from its own pages only."""

import contextlib
import gzip
import json
import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from surveys.models import Invitation, Question, Response, Widget
from surveys.questionnaire.publish import publish
from tests.factories import make_channel, make_customer, make_tenant, make_touchpoint
from tests.surveys.test_identity import signed
from tests.surveys.worlds import CES, NPS, REASON, count_all, make_survey, totals

pytestmark = pytest.mark.django_db

PAGE = "https://www.example.fi"
TOKEN = "t" * 22


def make_widget(tenant: Tenant, survey: Any, **fields: Any) -> Widget:
    return Widget.objects.create(
        **{"tenant": tenant, "survey_id": survey.pk, "name": "Shop", "origins": [f"{PAGE}/"]} | fields
    )


def script(widget: Widget, **headers: str) -> Any:
    return Client().get(f"/w/{widget.key}.js", headers=headers)


def document(widget: Widget) -> Any:
    text = script(widget).content.decode()
    return json.loads(text[text.rindex("})(") + 3 : text.rindex(");")])


def send(widget: Widget | str, sent: Any = None, *, origin: str = PAGE, **fields: Any) -> Any:
    key = widget if isinstance(widget, str) else widget.key
    answer = {"token": TOKEN, "version": 1, "q": "nps", "language": "fi", "answers": {"nps": "9"}} | fields
    return Client().post(
        f"/w/{key}/answers",
        json.dumps(answer) if sent is None else sent,
        content_type="application/json",
        headers={"origin": origin} if origin else {},
    )


def responses(tenant: Tenant) -> list[Response]:
    with activate(tenant.pk):
        return list(Response.objects.all())


def test_the_script_holds_its_survey_in_every_language_and_is_small() -> None:
    tenant = make_tenant(name="Rengasala", language="fi")
    survey = make_survey(
        tenant,
        questions=[NPS, ("fcr", "fcr/5"), ("expected", "expected/3"), ("felt", "emotion/7"), REASON],
        privacy_notice="Rekisterinpitäjä on Rengasala Oy. " * 20,
    )
    widget = make_widget(tenant, survey, settings={"delay_seconds": 0, "again_days": "soon"})
    answer = script(widget, **{"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) <= 12 * 1024
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert not answer.cookies
    assert gzip.decompress(answer.content) == script(widget).content
    found = document(widget)
    assert (found["delay"], found["againDays"], found["origins"], found["version"]) == (0, 30, [PAGE], 1)
    assert [q["key"] for q in found["languages"]["sv"]["questions"]] == ["nps", "fcr", "expected", "felt", "reason"]
    nps = found["languages"]["fi"]["questions"][0]
    assert nps["options"][6:8] == [["6", "6", "detractor"], ["7", "7", "passive"]]
    reason = found["languages"]["en"]["questions"][4]["fields"]
    assert reason["promoter"] == [["reason", "Good to hear! What did we do best?"]]
    assert reason["detractor"][1] == ["reason_wish", "What would put it right?"]


def test_the_script_is_kept_until_it_changes() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    widget = make_widget(tenant, survey)
    tag = script(widget)["ETag"]
    assert script(widget, **{"if-none-match": tag}).status_code == 304
    with activate(tenant.pk):
        Question.objects.create(survey=survey, key="ces", metric="ces/1-7", position=1)
        publish(survey)
    assert script(widget, **{"if-none-match": tag}).status_code == 200


def test_a_text_cannot_leave_the_script() -> None:
    tenant = make_tenant(name="</script><script>alert(1)//\u2028")
    widget = make_widget(tenant, make_survey(tenant, questions=[CES]))
    text = script(widget).content.decode()
    assert "</script" not in text
    assert "\u2028" not in text
    assert document(widget)["languages"]["en"]["questions"][0]["title"].startswith("</script><script>alert(1)//\u2028")


def test_answers_join_one_submission_and_are_counted() -> None:
    tenant = make_tenant()
    place, web = make_touchpoint(tenant), make_channel(tenant)
    survey = make_survey(tenant, questions=[NPS, CES, REASON])
    widget = make_widget(tenant, survey, touchpoint_id=place.pk, channel_id=web.pk)
    for _ in range(2):
        assert send(widget).json() == {"taken": True}
    assert send(widget, q="ces", answers={"ces": "7"}).status_code == 200
    answer = send(widget, q="reason", answers={}, texts={"reason": "Nopea"})
    assert answer.status_code == 200
    assert (answer["Access-Control-Allow-Origin"], answer["Vary"]) == (PAGE, "Origin, Accept-Language")
    (response,) = responses(tenant)
    assert (response.answers, response.texts) == ({"nps": 9, "ces": 7}, {"reason": "Nopea"})
    assert (response.touchpoint_id, response.channel_id, response.collected_by, response.language) == (
        place.pk, web.pk, "widget", "fi",
    )  # fmt: skip
    count_all(tenant)
    assert totals(tenant) == {"nps/0-10": [0] * 9 + [1, 0], "ces/1-7": [0] * 6 + [1]}


@pytest.mark.parametrize(
    "origin", ["", "null", "https://evil.example", "http://www.example.fi", f"{PAGE}.evil.example"]
)
def test_other_pages_may_neither_send_nor_ask(origin: str) -> None:
    tenant = make_tenant()
    widget = make_widget(tenant, make_survey(tenant))
    answer = send(widget, origin=origin)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer
    preflight = Client().options(f"/w/{widget.key}/answers", headers={"origin": origin} if origin else {})
    assert preflight.status_code == 403
    assert responses(tenant) == []


def test_its_own_page_may_ask_first() -> None:
    tenant = make_tenant()
    widget = make_widget(tenant, make_survey(tenant))
    preflight = Client().options(f"/w/{widget.key}/answers", headers={"origin": PAGE})
    assert (preflight.status_code, preflight.content) == (204, b"")
    assert preflight["Access-Control-Allow-Origin"] == PAGE
    assert preflight["Access-Control-Allow-Headers"] == "Content-Type"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"answers": {"nps": "11"}}, 422),
        ({"answers": {"ces": "1"}}, 422),
        ({"answers": {}}, 422),
        ({"texts": {"nps": "nine"}}, 422),
        ({"token": "short"}, 400),
        ({"token": None}, 400),
        ({"more": 1}, 400),
        ({"version": 10**12}, 200),
        ({"age": 10**14}, 200),
        ({"language": "x" * 11}, 422),
        ({"sent": b"{"}, 400),
        ({"sent": b"\xff"}, 400),
        ({"sent": b"[" * 60_000}, 400),
        ({"sent": b" " * 70_000}, 413),
    ],
)
def test_a_bad_answer_is_refused_with_a_reason(fields: dict[str, Any], status: int) -> None:
    tenant = make_tenant()
    answer = send(make_widget(tenant, make_survey(tenant)), **fields)
    assert answer.status_code == status
    assert len(responses(tenant)) == (status == 200)
    assert status == 200 or answer.json()


def test_unknown_and_closed_widgets_say_so_in_the_console() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    closed = make_widget(tenant, survey, closed_at=timezone.now())
    assert "has closed" in script(closed).content.decode()
    assert send(closed).status_code == 410
    unknown = Client().get("/w/nosuchkey.js")
    assert (unknown.status_code, unknown["Content-Type"]) == (404, "text/javascript; charset=utf-8")
    assert send("nosuchkey").status_code == 404
    assert Client().get("/w/a%00b.js").status_code == 404


def test_a_widget_of_another_companys_survey_shows_and_takes_nothing() -> None:
    ours, theirs = make_tenant(), make_tenant()
    widget = make_widget(theirs, make_survey(ours))
    assert re.match("console.info", script(widget).content.decode())
    assert send(widget).status_code == 410
    assert responses(ours) == responses(theirs) == []


def ask(widget: Widget, **fields: Any) -> Any:
    return Client().post(
        f"/w/{widget.key}/ask", json.dumps(fields), content_type="application/json", headers={"origin": PAGE}
    )


@pytest.mark.parametrize(("sent", "kept"), [("sv", "sv"), ("\x00", ""), ("x" * 99, ""), ("", "")])
def test_an_ask_keeps_a_language_we_speak_and_no_other(sent: str, kept: str) -> None:
    tenant = make_tenant()
    answer = ask(make_widget(tenant, make_survey(tenant)), language=sent)
    assert answer.status_code == 200
    with activate(tenant.pk):
        assert [asked.language for asked in Invitation.objects.all()] == [kept]


def test_one_ask_is_one_answer_of_its_customer_whatever_the_browser_calls_it() -> None:
    tenant = make_tenant()
    widget = make_widget(tenant, make_survey(tenant, questions=[NPS, CES]))
    customer = make_customer(tenant, "C-1")
    id_ = ask(widget, identity=signed(widget, sub="C-1", exp=int(time.time()) + 60)).json()["ask"]
    for number in range(3):
        assert send(widget, token=f"{number:022d}", ask=id_).status_code == 200
    assert send(widget, token="x" * 22, ask=id_, answers={"nps": "9", "ces": "7"}).status_code == 200
    assert [(r.customer_id, r.answers) for r in responses(tenant)] == [(customer.id, {"nps": 9, "ces": 7})]


def test_one_identity_token_is_one_answer_of_its_customer() -> None:
    tenant = make_tenant()
    widget = make_widget(tenant, make_survey(tenant))
    customer = make_customer(tenant, "C-1")
    token = signed(widget, sub="C-1", exp=int(time.time()) + 60)
    for number in range(3):
        assert send(widget, token=f"{number:022d}", identity=token).status_code == 200
    assert [r.customer_id for r in responses(tenant)] == [customer.id]
    assert send(widget, identity=signed(widget, sub="C-1", exp=int(time.time()) + 61)).status_code == 200
    assert len(responses(tenant)) == 2


def test_who_becomes_known_halfway_goes_on_with_the_same_answer() -> None:
    tenant = make_tenant()
    widget = make_widget(tenant, make_survey(tenant, questions=[NPS, CES]))
    send(widget)
    known = signed(widget, sub="C-1", exp=int(time.time()) + 60)
    assert send(widget, answers={"nps": "9", "ces": "7"}, identity=known).status_code == 200
    assert [r.answers for r in responses(tenant)] == [{"nps": 9, "ces": 7}]


@pytest.mark.parametrize(("days", "status"), [(29, 200), (31, 410)])
def test_an_ask_is_answered_in_its_time_or_never(days: int, status: int) -> None:
    tenant = make_tenant()
    widget = make_widget(tenant, make_survey(tenant))
    id_ = ask(widget).json()["ask"]
    with activate(tenant.pk):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(days=days))
    assert send(widget, ask=id_).status_code == status
    assert len(responses(tenant)) == (status == 200)


def test_a_visitor_does_not_wait_for_a_long_decision_and_may_be_asked_next_time() -> None:
    tenant = make_tenant(language="en")
    widget = make_widget(tenant, make_survey(tenant))
    identity = signed(widget, sub="C-1", exp=int(time.time()) + 600)

    with contextlib.closing(connection.copy()) as other:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended('surveys.contact', %s))", [tenant.pk])
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '5s'")  # a request that waits fails here
        told = ask(widget, identity=identity, language="en").json()
    assert (told["ask"], told["reason"]) == (None, "busy")
    assert told["why"].startswith("Other asks were being decided just then.")
    assert "rest" not in told
    with activate(tenant.pk):
        assert Invitation.objects.values_list("state", "reason").get() == ("skipped", "busy")
    assert ask(widget, identity=identity, language="en").json()["ask"]


def test_one_address_is_held_back(settings: Any) -> None:
    settings.ANSWERS_PER_MINUTE = 2
    tenant = make_tenant()
    widget = make_widget(tenant, make_survey(tenant))
    assert 429 in [send(widget).status_code for _ in range(5)]
