"""Where promises are told: places whose words lag, and the public page that shows what was chosen and no more."""

import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry, Tenant
from promises.models import OutcomeRollup, Promise, PromisePage, Publication, Rule
from promises.publishing import page, register
from promises.publishing.lag import Stand, stand
from tests.factories import client_of, make_member, make_tenant
from tests.promises.worlds import make_promise

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def world() -> Any:
    tenant = make_tenant(name="Rengasala", language="fi")
    rule = make_promise(tenant, "reply")
    with activate(tenant.pk):
        Promise.objects.update(wording="Vastaamme vuorokaudessa.", wordings={"sv": "Vi svarar inom ett dygn."})
        rule.promise.refresh_from_db()
    lead = client_of(make_member(tenant, "cx_lead"), headers={"accept-language": "en"})
    return SimpleNamespace(
        tenant=tenant,
        rule=rule,
        promise=rule.promise,
        get=lambda rest: lead.get(f"/t/{tenant.slug}/promises/{rest}"),
        post=lambda rest, **data: lead.post(f"/t/{tenant.slug}/promises/{rest}", data),
    )


# --- Places ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "promise", "expected"),
    [
        ({}, {}, Stand.SAME),
        ({"wording": "Lupaus:  VASTAAMME\nvuorokaudessa! Kysy lisää."}, {}, Stand.SAME),
        ({"wording": "Vastaamme kahdessa päivässä."}, {}, Stand.OTHER_WORDS),
        ({"language": "sv", "wording": "Vi svarar inom ett dygn."}, {}, Stand.SAME),
        ({"language": "sv"}, {}, Stand.OTHER_WORDS),
        ({"language": "", "wording": "Vi svarar inom ett dygn."}, {}, Stand.SAME),
        ({}, {"lifecycle": "retired"}, Stand.OVER),
        ({}, {"archived_at": timezone.now()}, Stand.OVER),
        ({}, {"lifecycle": "pilot"}, Stand.NOT_PUBLIC),
        ({}, {"visibility": "internal"}, Stand.NOT_PUBLIC),
        ({"since": TODAY + timedelta(days=1)}, {"lifecycle": "pilot"}, Stand.COMING),
        ({"until": TODAY - timedelta(days=1)}, {"lifecycle": "retired"}, Stand.ENDED),
        ({"until": TODAY}, {"lifecycle": "retired"}, Stand.OVER),
    ],
)
def test_a_place_tells_what_is_to_be_done_there(
    world: Any, place: dict[str, Any], promise: dict[str, Any], expected: Stand
) -> None:
    for name, value in promise.items():
        setattr(world.promise, name, value)
    told = {"language": "fi", "wording": "Vastaamme vuorokaudessa.", "since": TODAY, "promise": world.promise}
    with activate(world.tenant.pk):
        assert stand(publication=Publication(**told | place), today=TODAY) == expected


def test_new_words_flag_the_places_and_correcting_them_settles_it(world: Any) -> None:
    fields = {"place": "shelf", "where": "Turku, hall", "wording": "Vastaamme vuorokaudessa.", "since": "2026-01-02"}
    assert world.post("reply/places/new/", **fields, language="fi").status_code == 302
    assert "Every place says what is promised" in world.get("reply/places/").content.decode()
    with activate(world.tenant.pk):
        Promise.objects.update(wording="Vastaamme neljässä tunnissa.")
        (row,) = Publication.objects.all()
    for address in ("-/places/", "reply/places/"):
        text = world.get(address).content.decode()
        assert "1 place is not up to date" in text and "Vastaamme neljässä tunnissa." in text
    world.post(f"reply/places/{row.pk}/settle/", same="")
    with activate(world.tenant.pk):
        assert Publication.objects.get().wording == "Vastaamme neljässä tunnissa."
    assert world.post(f"reply/places/{row.pk}/settle/").status_code == 302  # nothing chosen: nothing done
    world.post(f"reply/places/{row.pk}/settle/", down="")
    with activate(world.tenant.pk):
        assert Publication.objects.get().until == timezone.localdate()
    world.post(f"reply/places/{row.pk}/settle/", archive="")
    with activate(world.tenant.pk):
        assert register.places(today=TODAY) == []
        actions = AuditEntry.objects.filter(model="promises.publication").order_by("id")
        assert [entry.action for entry in actions] == ["added", "changed", "changed", "archived"]
    assert world.get(f"reply/places/{row.pk}/").status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"place": "moon"},
        {"where": ""},
        {"url": "javascript:alert(1)"},
        {"language": "xx"},
        {"wording": ""},
        {"since": "soon"},
        {"until": "2025-12-31"},
    ],
)
def test_a_faulty_place_is_refused_at_its_field(world: Any, fields: dict[str, str]) -> None:
    good = {"place": "web", "where": "Front page", "wording": "Vastaamme.", "since": "2026-01-01"}
    answer = world.post("reply/places/new/", **good | fields)
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, list(fields))


def test_places_of_others_do_not_exist(world: Any) -> None:
    theirs = make_promise(make_tenant(), "theirs")
    with activate(theirs.tenant_id):
        row = register.add(promise=theirs.promise, fields={"where": "Theirs", "wording": "Secret."})
    assert "Secret." not in world.get("-/places/").content.decode()
    for address in ("theirs/places/", "theirs/places/new/", f"reply/places/{row.pk}/"):
        assert world.get(address).status_code == 404
    assert world.post(f"reply/places/{row.pk}/settle/", down="").status_code == 404


# --- The public page -------------------------------------------------------------------------------------


def show(world: Any, **promise: Any) -> None:
    with activate(world.tenant.pk):
        PromisePage.objects.create(shown=True)
        Promise.objects.filter(pk=world.promise.pk).update(**{"published": True, "rate_published": True} | promise)


def kept(world: Any, kept: int, broken: int, *, days_ago: int = 1, rule: Rule | None = None) -> None:
    day = timezone.localdate(timezone=world.tenant.zone) - timedelta(days=days_ago)
    with activate(world.tenant.pk):
        OutcomeRollup.objects.create(
            rule_id=(rule or world.rule).pk, dimension="", value="", day=day, channel_id=0, kept=kept, broken=broken
        )


def public(tenant: Tenant, address: str = "", language: str = "en") -> Any:
    return Client(headers={"accept-language": language}).get(f"/p/{tenant.slug}/{address}")


def test_it_tells_the_promise_its_rate_interval_n_and_period_in_the_readers_language(world: Any) -> None:
    show(world)
    kept(world, 45, 5)
    kept(world, 0, 1000, days_ago=90)  # before the days counted
    finnish, swedish, english = (public(world.tenant, language=language) for language in ("fi-FI", "sv", "en"))
    assert "Vastaamme vuorokaudessa." in finnish.content.decode() and "90,0\xa0%:ssa" in finnish.content.decode()
    assert "Vi svarar inom ett dygn." in swedish.content.decode()
    text = english.content.decode()
    # No English wording: the company's own, marked as Finnish.
    assert '<h2 class="promise" lang="fi">Vastaamme vuorokaudessa.</h2>' in text
    assert "90.0%" in text and "50 cases" in text and "78.6%" in text and "95.7%" in text
    assert "Rengasala" in public(world.tenant, "?lang=sv").content.decode()
    assert public(world.tenant, "?lang=sv")["Content-Language"] == "sv"
    assert public(world.tenant, "?lang=xx", language="de")["Content-Language"] == "fi"


def test_it_is_small_asks_nobody_else_and_sets_no_cookie(world: Any) -> None:
    show(world, wording="Lupaus " * 60)
    kept(world, 45, 5)
    make_promises = [make_promise(world.tenant).promise.pk for _ in range(9)]
    with activate(world.tenant.pk):
        Promise.objects.filter(pk__in=make_promises).update(published=True, rate_published=True)
    public(world.tenant)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = public(world.tenant)
    assert len(answer.content) < 15_000
    assert not answer.cookies
    assert not re.findall(r'(?:src|href)="https?://(?!localhost)', answer.content.decode())
    assert "<script" not in answer.content.decode()
    assert answer["Cache-Control"] == "public, max-age=60" and answer["Vary"] == "Accept-Language"
    assert len(queries) == 12, [query["sql"][:120] for query in queries]


@pytest.mark.parametrize(
    ("promise", "counted", "told"),
    [
        ({}, (40, 10), "rate"),
        ({"rate_published": False}, (40, 10), "words"),
        ({}, (29, 0), "few"),
        ({"pilot_cases": 3}, (4, 0), "few"),
        ({"pilot_cases": 3}, (5, 0), "rate"),
        ({}, (0, 0), "few"),
        ({"published": False}, (40, 10), "nothing"),
        ({"lifecycle": "pilot"}, (40, 10), "nothing"),
        ({"lifecycle": "retired"}, (40, 10), "nothing"),
        ({"visibility": "internal"}, (40, 10), "nothing"),
        ({"archived_at": timezone.now()}, (40, 10), "nothing"),
    ],
)
def test_it_shows_what_was_chosen_and_may_be_shown_and_no_more(
    world: Any, promise: dict[str, Any], counted: tuple[int, int], told: str
) -> None:
    show(world, **promise)
    kept(world, *counted)
    text = public(world.tenant).content.decode()
    found = (
        "nothing"
        if "Vastaamme" not in text
        else "rate"
        if "We kept this in" in text
        else "few"
        if "Too few cases yet" in text
        else "words"
    )
    assert found == told
    assert ("%" in re.sub(r"<style.*?</style>", "", text, flags=re.S)) == (told == "rate")


@pytest.mark.parametrize(("excluded", "told"), [(2, False), (10, True)])
def test_a_rate_with_much_left_out_says_so(world: Any, excluded: int, told: bool) -> None:
    show(world)
    kept(world, 48, 2)
    with activate(world.tenant.pk):
        OutcomeRollup.objects.update(excluded=excluded)
    text = public(world.tenant).content.decode()
    assert "We kept this in" in text
    assert ("were left out of the count" in text) == told


def test_the_rate_is_the_promises_own_never_an_instructions(world: Any) -> None:
    show(world)
    with activate(world.tenant.pk):
        Rule.objects.filter(pk=world.rule.pk).update(part="instruction")
    kept(world, 100, 0)
    assert "Too few cases yet" in public(world.tenant).content.decode()


def test_every_measure_of_the_promise_is_told_or_none_and_old_versions_are_not(world: Any) -> None:
    show(world)
    now = timezone.now()
    with activate(world.tenant.pk):
        Rule.objects.filter(pk=world.rule.pk).update(wording="By phone", valid_from=now - timedelta(days=10))
        deadline = {"promise": world.promise, "opening_type": "a", "closing_type": "b", "duration_minutes": 60}
        second = Rule.objects.create(**deadline, wording="By e-mail")
        old = Rule.objects.create(**deadline, wording="Before", valid_until=now - timedelta(days=10))
    kept(world, 45, 5)
    kept(world, 100, 0, rule=old)
    assert "Too few cases yet" in public(world.tenant).content.decode()
    kept(world, 20, 20, rule=second)
    with activate(world.tenant.pk):
        promises = list(page.eligible())
        found = page.load(page=page.page_of_company(), promises=promises, tenant=world.tenant, language="fi", now=now)
    today = now.astimezone(world.tenant.zone).date()
    assert [(rate.of, rate.rate, rate.n, (today - rate.first).days) for rate in found.promises[0].rates] == [
        ("By phone", 0.9, 50, 10),
        ("By e-mail", 0.5, 40, 89),
    ]


def test_without_a_page_that_is_shown_there_is_nothing(world: Any) -> None:
    assert public(world.tenant).status_code == 404
    with activate(world.tenant.pk):
        PromisePage.objects.create(shown=False)
    assert public(world.tenant).status_code == 404
    assert Client().get("/p/no-such-company/").status_code == 404
    show_nothing = make_tenant()
    with activate(show_nothing.pk):
        PromisePage.objects.create(shown=True)
    assert "We make no promise here" in public(show_nothing).content.decode()
    assert Client().post(f"/p/{show_nothing.slug}/").status_code == 405


def test_the_lead_chooses_looks_and_publishes(world: Any) -> None:
    kept(world, 45, 5)
    settings = {
        "days": "60",
        "title_en": "What we promise",
        "introduction_fi": "Näin.",
        "published": world.promise.pk,
        "rates": world.promise.pk,
    }
    preview = world.post("-/public-page/preview/", **settings, lang="en").content.decode()
    assert "What we promise" in preview and "90.0%" in preview and "A preview" in preview
    with activate(world.tenant.pk):
        assert not PromisePage.objects.exists() and not Promise.objects.get().published
    world.post("-/public-page/", **settings)
    assert public(world.tenant).status_code == 404
    world.post("-/public-page/", **settings, shown="on")
    assert "What we promise" in public(world.tenant).content.decode()
    world.post("-/public-page/", **settings | {"rates": []}, shown="on")
    assert "90.0%" not in public(world.tenant).content.decode()
    with activate(world.tenant.pk):
        found = page.page_of_company()
        assert (found.days, found.titles, found.introductions) == (
            60, {"en": "What we promise"}, {"fi": "Näin."},
        )  # fmt: skip
        assert AuditEntry.objects.filter(model="promises.promisepage").count() == 2
        assert AuditEntry.objects.filter(model="promises.promise", action="changed").count() == 3


@pytest.mark.parametrize(
    ("fields", "form"),
    [
        ({"days": "27"}, "own"),
        ({"days": "367"}, "own"),
        ({"title_fi": "x" * 201}, "own"),
        ({"published": "0"}, "choice"),
        ({"rates": "x"}, "choice"),
    ],
)
def test_faulty_settings_are_refused_at_their_field(world: Any, fields: dict[str, str], form: str) -> None:
    for address in ("-/public-page/", "-/public-page/preview/"):
        answer = world.post(address, **{"days": "90"} | fields)
        assert (answer.status_code, list(answer.context[form].errors)) == (400, list(fields))


def test_a_draft_and_anothers_promise_cannot_be_put_on_the_page(world: Any) -> None:
    draft = make_promise(world.tenant, "draft", lifecycle="draft").promise.pk
    theirs = make_promise(make_tenant(), "theirs").promise.pk
    for pk in (draft, theirs):
        assert world.post("-/public-page/", days="90", published=pk).status_code == 400
