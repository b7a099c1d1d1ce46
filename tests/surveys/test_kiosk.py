"""The kiosk's doors: one page, answers that come late and twice, a PIN that only staff know."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry
from surveys.doors.pins import holds, pin_hash
from surveys.doors.visitors import _address
from surveys.models import Question, Response, SurveyLink
from surveys.questionnaire.publish import publish
from tests.factories import client_of, make_member, make_tenant, make_touchpoint
from tests.surveys.worlds import NPS, REASON, count_all, make_link, make_survey, totals

pytestmark = pytest.mark.django_db

FACES = ("faces", "faces/4")
PIN_HASH = pin_hash("2468")  # slow on purpose, so made once


@pytest.fixture
def link() -> SurveyLink:
    tenant = make_tenant(name="Rengasala Oy", language="fi")
    survey = make_survey(tenant, questions=[FACES, REASON, ("fcr", "fcr/5")])
    return make_link(tenant, survey, pin_hash=PIN_HASH, touchpoint_id=make_touchpoint(tenant).pk)


def answer(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {"token": f"{number:022d}", "version": 1, "language": "fi", "answers": {"faces": "good"}} | fields


def send(link: SurveyLink, *answers: Any, body: bytes | None = None) -> Any:
    text = json.dumps({"answers": answers}) if body is None else body
    return Client().post(f"/k/{link.code}/answers", text, content_type="application/json")


def stored(link: SurveyLink) -> list[Response]:
    with activate(link.tenant_id):
        return list(Response.objects.order_by("answered_at"))


def test_the_page_is_whole_and_small(link: SurveyLink) -> None:
    page = Client().get(f"/k/{link.code}")
    text = page.content.decode()
    assert page.status_code == 200
    assert not page.cookies
    assert len(page.content) < 32 * 1024
    for part in ("Miten asiointi sujui?", "Hur var besöket?", "How was your visit?", "Saitko asiasi hoidettua?"):
        assert part in text
    assert "Haluatko kertoa lisää?" not in text  # nobody writes at a kiosk
    assert "2468" not in text
    assert "src=" not in text


def test_what_waited_counts_once_when_and_where_it_was_given(link: SurveyLink) -> None:
    three = [
        answer(1, age=2 * 86_400),
        answer(2, answers={"faces": "very_good", "fcr": "first"}, language="sv", age=60),
        answer(3, answers={"faces": "very_bad"}),
    ]
    for _ in range(2):
        assert send(link, *three).json()["settled"] == [one["token"] for one in three]
    first, second, third = stored(link)
    assert timedelta(days=2) <= timezone.now() - first.answered_at < timedelta(days=2, minutes=5)
    assert second.answers == {"faces": "very_good", "fcr": "first"}
    assert {r.collected_by for r in (first, second, third)} == {"kiosk"}
    assert {r.touchpoint_id for r in (first, second, third)} == {link.touchpoint_id}
    assert second.language == "sv"
    count_all(link.tenant)
    assert totals(link.tenant)["faces/4"] == [1, 0, 1, 1]


def test_an_answer_keeps_the_version_it_saw(link: SurveyLink) -> None:
    with activate(link.tenant_id):
        Question.objects.filter(key="faces").update(key="visit")
        survey = Question.objects.get(key="visit").survey
        publish(survey)
    assert send(link, answer(1)).json()["errors"] == {}
    assert [response.answers for response in stored(link)] == [{"faces": "good"}]


def test_a_bad_one_is_settled_with_its_reason_and_stops_no_other(link: SurveyLink) -> None:
    told = send(link, answer(1, answers={"faces": "great"}), answer(2), answer(3, answers={"nps": "9"})).json()
    assert len(told["settled"]) == 3
    assert set(told["errors"]) == {answer(1)["token"], answer(3)["token"]}
    assert len(stored(link)) == 1


def test_what_was_answered_before_the_closing_is_taken(link: SurveyLink) -> None:
    SurveyLink.objects.update(closed_at=timezone.now() - timedelta(hours=1))
    told = send(link, answer(1, age=2 * 3600), answer(2, age=60)).json()
    assert list(told["errors"]) == [answer(2)["token"]]
    assert len(stored(link)) == 1
    assert Client().get(f"/k/{link.code}").status_code == 410


@pytest.mark.parametrize(("days", "taken"), [(89, 1), (91, 0)])
def test_a_closed_link_takes_what_waited_for_90_days(link: SurveyLink, days: int, taken: int) -> None:
    SurveyLink.objects.update(closed_at=timezone.now() - timedelta(days=days))
    told = send(link, answer(age=10**9)).json()
    assert (len(told["settled"]), len(told["errors"]), len(stored(link))) == (1, 1 - taken, taken)


def test_every_answer_of_a_batch_counts_to_the_limit(link: SurveyLink, settings: Any) -> None:
    settings.ANSWERS_PER_MINUTE = 3
    told = [send(link, *(answer(10 * batch + n) for n in range(4))).status_code for batch in range(3)]
    assert told[0] == 200  # what waited longer than the limit is wide still gets through
    assert 429 in told


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::9", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "nonsense", False),
    ],
)
def test_an_ipv6_connection_is_one_address(rf: Any, first: str, second: str, same: bool) -> None:
    one, other = (_address(rf.get("/", REMOTE_ADDR=sender)) for sender in (first, second))
    assert (one == other) is same


BAD = [
    (b"{", 400),
    (b"\xff", 400),
    (b"[" * 60_000, 400),
    (b" " * 300_000, 413),
    (json.dumps({"answers": [answer(n) for n in range(101)]}).encode(), 413),
    (json.dumps({"answers": [answer(token="short")]}).encode(), 400),
    (json.dumps({"answers": [answer(more=1)]}).encode(), 400),
    (json.dumps({"answers": [answer(age=-5), answer(2, age=10**14)]}).encode(), 200),
    (json.dumps({"answers": [answer(age=2**62)]}).encode(), 200),
    (json.dumps({"answers": [answer(version=10**12)]}).encode(), 200),
    (json.dumps({"answers": []}).encode(), 200),
]


def test_bad_posts_get_a_reason(link: SurveyLink) -> None:
    for body, status in BAD:
        told = send(link, body=body)
        assert (told.status_code, bool(told.json())) == (status, True), body[:80]


def test_test_links_count_nowhere(link: SurveyLink) -> None:
    SurveyLink.objects.update(is_test=True)
    send(link, answer())
    count_all(link.tenant)
    assert totals(link.tenant) == {}


def test_there_is_no_kiosk_without_a_pin_or_a_question_to_tap() -> None:
    tenant = make_tenant(language="en")
    plain = make_link(tenant, make_survey(tenant, questions=[NPS]))
    written = make_link(tenant, make_survey(tenant, questions=[REASON]), pin_hash=pin_hash("1234"))
    for code, says in (
        (plain.code, "There is no such kiosk"),
        (written.code, "no question to tap"),
        ("nosuch", "no such"),
    ):
        page = Client().get(f"/k/{code}", headers={"accept-language": "en"})
        assert page.status_code == 404
        assert says in page.content.decode()
    assert Client().post("/k/nosuch/answers", "{}", content_type="application/json").status_code == 404


def test_a_pin_is_set_kept_and_taken_away_in_the_editor(link: SurveyLink) -> None:
    client = client_of(make_member(link.tenant))
    path = f"/t/{link.tenant.slug}/edit/surveys/surveylink/{link.pk}/change/"

    def save(**fields: str) -> Any:
        return client.post(path, {"label": "Till", "survey": str(link.survey_id)} | fields)

    assert save(pin="13579").status_code == 302
    link.refresh_from_db()
    assert holds("13579", link.pin_hash)
    assert not holds("2468", link.pin_hash)
    kept = link.pin_hash
    save()
    link.refresh_from_db()
    assert link.pin_hash == kept
    assert save(pin="12").status_code == 200
    assert save(pin="abcd").status_code == 200
    assert f"/k/{link.code}" in client.get(path).content.decode()
    save(without_kiosk="on")
    link.refresh_from_db()
    assert link.pin_hash == ""
    with activate(link.tenant_id):
        assert not any("pin_hash" in entry.changes for entry in AuditEntry.objects.all())


def test_the_worker_serves_what_lies_below_it() -> None:
    worker = Client().get("/k/worker.js")
    assert worker["Content-Type"] == "text/javascript; charset=utf-8"
    assert worker["Cache-Control"] == "no-cache"
