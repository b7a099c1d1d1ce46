"""Experiments: declared first, drawn by a lot that stays, carried by answers, judged honestly, and made use of."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cxplatform.tenancy.context import activate
from dashboards.experiments import lot, run
from dashboards.models import Experiment, Improvement, JourneyChange
from journeys.erasing import erase
from journeys.models import Customer, Dimension
from surveys.answer import record_responses
from surveys.doors.variants import carried
from surveys.models import Response, SurveyLink
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import api_of, client_of, make_key, make_member, make_tenant, make_touchpoint
from tests.results.answered import answer
from tests.surveys.worlds import NPS, count_all, make_survey, submission

pytestmark = pytest.mark.django_db
DECLARED = {
    "name": "Kassa kahdessa vaiheessa",
    "variants": "Yksi sivu\nKaksi sivua",
    "metric": "nps/0-10",
    "least": "15",
    "question": "Onko kaksi sivua helpompi?",
}


@pytest.fixture
def world() -> Any:
    tenant = make_tenant(name="Rengasala", language="en")
    shop = make_touchpoint(tenant, "shop", name="Shop")
    lead = client_of(make_member(tenant, "cx_lead"), headers={"accept-language": "en"})
    base = f"/t/{tenant.slug}/experiments/"
    return SimpleNamespace(
        tenant=tenant,
        shop=shop,
        declare=lambda **fields: lead.post(f"{base}new/", DECLARED | {"touchpoint": shop.pk} | fields),
        get=lambda rest="": lead.get(base + rest),
        do=lambda slug, verb, **more: lead.post(f"{base}{slug}/do/", {"do": verb} | more, follow=True),
        lead=lead,
        base=base,
    )


def the(world: Any) -> Experiment:
    with activate(world.tenant.pk):
        return Experiment.objects.get()  # type: ignore[no-any-return]


def test_from_a_question_to_a_change_in_use(world: Any) -> None:
    assert world.declare().status_code == 302
    slug = the(world).slug
    assert slug == "kassa-kahdessa-vaiheessa"
    count(world.tenant, nps(100, 60, 40), at=world.shop)
    assert "not started" in world.get(f"{slug}/").content.decode()
    world.do(slug, "start")
    running = the(world)
    assert (running.state, running.planned) == ("running", 816)
    refused = world.lead.post(f"{world.base}{slug}/change/", DECLARED | {"touchpoint": world.shop.pk, "least": "1"})
    assert refused.status_code == 302 and the(world).least == 15  # what was declared is not moved
    for key, scores in (("a", (100, 60, 40)), ("b", (110, 55, 35))):
        answer(world.tenant, running, key, nps(*scores))
    page = world.get(f"{slug}/")
    assert page.context["found"].verdict == "not_yet" and "It cannot be told yet." in page.content.decode()
    assert "Stop the experiment first." in world.do(slug, "use", variant="b").content.decode()
    answer(world.tenant, running, "b", nps(350, 30, 20))
    answer(world.tenant, running, "a", nps(200, 110, 90))
    said = world.get(f"{slug}/").content.decode()
    assert "“Kaksi sivua” is clearly better than “Yksi sivu”: +39.2" in said
    world.do(slug, "stop")
    assert [row["n"] for row in the(world).result] == [600, 600]
    with activate(world.tenant.pk):
        Response.objects.all().delete()  # kept no longer than the company says: what was found stands
    assert "clearly better" in world.get(f"{slug}/").content.decode()
    with activate(world.tenant.pk):
        assert not Dimension.objects.in_use().exists()
    world.do(slug, "use", variant="b")
    assert "noted already" in world.do(slug, "use", variant="a").content.decode()
    world.do(slug, "improve")
    with activate(world.tenant.pk):
        assert JourneyChange.objects.get().what == "Kassa kahdessa vaiheessa: Kaksi sivua"
        made = Improvement.objects.get()
        assert (made.kind, made.touchpoint_id) == ("innovation", world.shop.pk)
        assert "clearly better" in made.finding["sentence"]
    world.do(slug, "archive")
    assert world.get(f"{slug}/").status_code == 404


def test_a_lot_stays_is_kept_with_the_customer_and_comes_along_with_their_answers(world: Any) -> None:
    world.declare()
    slug = the(world).slug
    api = api_of(make_key(world.tenant))
    address = f"/api/v1/experiments/{slug}/assign"
    before = api.post(address, {"customer": "A1"}, content_type="application/json").json()
    assert before["variant"] == "a" and before["running"] is False  # not started: what there is
    world.do(slug, "start")
    with activate(world.tenant.pk):
        drawn = {f"A{n}": lot.drawn(the(world), f"A{n}") for n in range(400)}
    assert 150 < list(drawn.values()).count("b") < 250
    for _twice in range(2):
        told = api.post(address, {"customer": "A7"}, content_type="application/json")
        assert told.json() == {
            "experiment": slug, "variant": drawn["A7"], "property": f"experiment-{slug}", "running": True,
        }  # fmt: skip
    survey = make_survey(world.tenant, questions=[NPS], touchpoint=world.shop)
    with activate(world.tenant.pk):
        said = [submission(survey, customer=who, nps=9) for who in ("A7", "A8")]  # nobody drew for A8
        assert not record_responses(said, collected_by="api").rejected
        link = SurveyLink.objects.create(
            tenant=world.tenant, survey_id=survey.pk, code="koe", touchpoint_id=world.shop.pk
        )
    asked = Client().get(f"/s/{link.code}?variant={slug}:b").content.decode()
    assert f'href="?lang=sv&amp;variant={slug}%3Ab"' in asked  # another language is no other variant
    Client().post(f"/s/{link.code}?variant={slug}:b", {"t": "x" * 22, "v": "1", "q": "nps", "a": "3", "sure": "1"})
    Client().post(f"/s/{link.code}?variant={slug}:z", {"t": "y" * 22, "v": "1", "q": "nps", "a": "3", "sure": "1"})
    with activate(world.tenant.pk):
        assert [r.dimensions for r in Response.objects.order_by("id")] == [
            {f"experiment-{slug}": drawn["A7"]}, {}, {f"experiment-{slug}": "b"}, {},
        ]  # fmt: skip
        assert carried("x\x00:b") == carried(f"{slug}:") == carried("none:b") == {}
        customer = Customer.objects.get(external_id="A7")
        erase(customer)
        assert not Customer.objects.filter(external_id="A7").exists()
    count_all(world.tenant)
    shown = api.get(f"/api/v1/experiments/{slug}").json()
    assert [one["n"] for one in shown["variants"]] == [0, 0]  # so few are nobody's business
    assert api.get("/api/v1/experiments").json()["experiments"][0]["started"] == timezone.localdate().isoformat()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("variants", "only one"), ("variants", "a\nb\nc\nd\ne"), ("variants", "Same\nsame"),
        ("metric", "moon/0-1"), ("least", "0"), ("least", "201"), ("least", "soon"), ("touchpoint", "0"),
    ],
)  # fmt: skip
def test_a_faulty_declaration_is_refused_at_its_field(world: Any, field: str, value: str) -> None:
    told = world.declare(**{field: value})
    assert (told.status_code, list(told.context["form"].errors)) == (400, [field])


def test_nonsense_and_others_experiments_are_refused(world: Any) -> None:
    world.declare()
    slug, outsider = the(world).slug, make_tenant()
    theirs = api_of(make_key(outsider))
    assert theirs.get(f"/api/v1/experiments/{slug}").status_code == 404
    assert theirs.post(f"/api/v1/experiments/{slug}/assign", {}, content_type="application/json").status_code == 404
    own = api_of(make_key(world.tenant))
    for sent in ({}, {"customer": "A", "visitor": "B"}, {"customer": "x" * 201}, {"customer": "\x00"}, {"who": "A"}):
        told = own.post(f"/api/v1/experiments/{slug}/assign", sent, content_type="application/json")
        assert told.status_code == 400 and told.json()["errors"]
    other = client_of(make_member(outsider, "cx_lead"))
    assert other.post(f"/t/{outsider.slug}/experiments/{slug}/do/", {"do": "start"}).status_code == 404
    assert "Choose what to do." in world.do(slug, "explode").content.decode()
    assert "does not run" in world.do(slug, "stop").content.decode()


def test_a_difference_that_nobody_can_find_is_not_started(world: Any) -> None:
    world.declare(least="0.01", variants="A\nB\nC\nD")
    count(world.tenant, nps(200, 0, 200), at=world.shop)
    assert "Look for a greater one." in world.do(the(world).slug, "start").content.decode()
    assert the(world).state == "draft"


def test_a_customer_with_two_numbers_stays_with_the_variant_met_first(world: Any) -> None:
    world.declare()
    world.do(the(world).slug, "start")
    with activate(world.tenant.pk):
        running = the(world)
        first, second = (next(f"A{n}" for n in range(99) if lot.drawn(running, f"A{n}") == key) for key in "ab")
        for number in (first, second):
            lot.assign(running, customer=number)
        stays = Customer.objects.get(external_id=first)
        Customer.objects.filter(external_id=second).update(merged_into_id=stays.id)
        assert [lot.assign(running, customer=number) for number in (second, first, second)] == ["a"] * 3


def test_a_small_variant_cannot_be_had_by_subtraction(world: Any) -> None:
    world.declare(variants="A\nB\nC")
    world.do(the(world).slug, "start")
    for key, scores in (("a", (60, 30, 20)), ("b", (40, 10, 5)), ("c", (1, 1, 1))):
        answer(world.tenant, the(world), key, nps(*scores))
    found = world.get(f"{the(world).slug}/").context["found"].variants
    assert [one.score is None for one in found] == [False, True, True]
    assert [one.against and one.against.difference for one in found] == [None] * 3


def test_customers_are_counted_and_not_how_often_they_answer(world: Any) -> None:
    """Forty customers a side who answer five times each are forty, by what they said first."""
    world.declare()
    world.do(the(world).slug, "start")
    with activate(world.tenant.pk):
        made = Customer.objects.bulk_create(Customer(external_id=f"A{n}") for n in range(80))
    forty = {"a": [one.id for one in made[:40]], "b": [one.id for one in made[40:]]}
    for key, scores in (("a", (20, 10, 10)), ("b", (26, 8, 6))):
        answer(world.tenant, the(world), key, nps(*scores), customers=forty[key])
    for key, scores in (("a", (40, 40, 80)), ("b", (150, 10, 0))):  # as answers these would tell a difference
        answer(world.tenant, the(world), key, nps(*scores), customers=forty[key])
    answer(world.tenant, the(world), "a", nps(1, 0, 0), customers=forty["b"][:1])  # stays with what they met first
    page = world.get(f"{the(world).slug}/")
    found = page.context["found"]
    assert [(one.n, one.answers, one.score.value) for one in found.variants] == [(40, 200, 25.0), (40, 201, 50.0)]
    assert found.verdict == "not_yet" and "200 answers" in page.content.decode()


def test_what_was_started_meanwhile_is_not_declared_anew(world: Any) -> None:
    world.declare()
    with activate(world.tenant.pk):
        seen = the(world)
        run.start(the(world), today=days_ago(0, world.tenant))
        with pytest.raises(run.NotNow):
            run.redeclare(seen, {"least": 1.0})
        assert (the(world).state, the(world).least) == ("running", 15)


def test_declared_started_and_stopped_over_rest(world: Any) -> None:
    api, json = api_of(make_key(world.tenant)), "application/json"
    owner = make_member(world.tenant, "cx_lead").user.email
    told = {"name": "Two steps", "touchpoint": "shop", "variants": ["One page", "Two pages"], "metric": "nps/0-10",
            "least": 15, "owner": owner, "question": "Is it easier?"}  # fmt: skip
    for wrong, field in (({"variants": ["One"]}, "variants"), ({"variants": ["A", "a "]}, "variants"),
                         ({"least": 0}, "least"), ({"least": "15"}, "least"), ({"metric": "ces/1-7", "least": 200},
                         "least"), ({"metric": "nps/3"}, "metric"), ({"touchpoint": "gone"}, "touchpoint"),
                         ({"owner": "nobody@example.org"}, "owner"), ({"state": "running"}, "state")):  # fmt: skip
        refused = api.post("/api/v1/experiments", told | wrong, content_type=json)
        assert (refused.status_code, field in refused.content.decode()) == (400, True), (wrong, refused.content)
    made = api.post("/api/v1/experiments", told, content_type=json)
    assert made.status_code == 201, made.content
    shown = made.json()
    assert (shown["slug"], shown["state"], shown["planned"], shown["owner"]) == ("two-steps", "draft", 0, owner)
    assert [variant["key"] for variant in shown["variants"]] == ["a", "b"]
    address = "/api/v1/experiments/two-steps"
    assert api.post(address, {"state": "stopped"}, content_type=json).status_code == 409
    assert api.post(address, {"state": "draft"}, content_type=json).status_code == 400
    assert api.patch(address, {"metric": "ces/1-7", "least": 150}, content_type=json).status_code == 400
    assert api.patch(address, {"least": 0.01}, content_type=json).json()["least"] == 0.01
    refused = api.post(address, {"state": "running"}, content_type=json)
    assert refused.status_code == 409 and "So small a difference" in refused.json()["detail"]
    assert api.patch(address, {"least": 20}, content_type=json).status_code == 200
    running = api.post(address, {"state": "running"}, content_type=json).json()
    assert (running["state"], running["planned"] > 0, running["started"]) == (
        "running",
        True,
        str(days_ago(0, world.tenant)),
    )
    assert api.patch(address, {"least": 5}, content_type=json).status_code == 409
    assert api.post(address, {"state": "running"}, content_type=json).status_code == 409
    assert api.delete(address).status_code == 409
    outsider = api_of(make_key(make_tenant()))
    assert {outsider.post(address, {"state": "stopped"}, content_type=json).status_code,
            outsider.patch(address, {"least": 5}, content_type=json).status_code,
            outsider.delete(address).status_code} == {404}  # fmt: skip
    answer(world.tenant, the(world), "a", nps(10, 5, 5))
    stopped = api.post(address, {"state": "stopped"}, content_type=json).json()
    assert (stopped["state"], stopped["verdict"], stopped["variants"][0]["n"]) == ("stopped", "not_yet", 20)
    assert len(the(world).result) == 2
    assert api.delete(address).status_code == 204
    assert api.get(address).status_code == 404
