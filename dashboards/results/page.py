"""The public results page: what the company chose to show, and what may be shown of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from cxplatform.tenancy import audit
from cxplatform.tenancy.models import Tenant
from dashboards.models import ResultsPage
from dashboards.results import quotes
from dashboards.results.quotes import Words
from dashboards.results.scores import Told, load_scores
from journeys.models import Touchpoint
from promises.models import PromisePage
from promises.publishing import page as promise_page
from promises.publishing.page import Shown
from surveys.models import Deed

Part = ResultsPage.Part
MOST_DEEDS = 12


@dataclass(frozen=True)
class Done:
    """What customers said somewhere and what was done about it, in a language that it was written in."""

    said: str
    did: str
    language: str
    on: date
    place: str


@dataclass(frozen=True)
class Quoted:
    words: Words
    place: str


@dataclass(frozen=True)
class Results:
    """`title` and `introduction` are empty where the company wrote none; a part that is not chosen is None."""

    title: str
    introduction: str
    days: int
    promises: tuple[Shown, ...] | None
    scores: tuple[Told, ...] | None
    said: tuple[Quoted, ...] | None
    done: tuple[Done, ...] | None

    @property
    def empty(self) -> bool:
        return not any((self.promises, self.scores, self.said, self.done))


@dataclass(frozen=True)
class Figures:
    """What is counted for the page: the same to every reader of one language."""

    promises: tuple[Shown, ...] | None
    scores: tuple[Told, ...] | None


def page_of_company() -> ResultsPage:
    """The active company's page; a new one of every part, not stored and not shown, where it has none."""
    return ResultsPage.objects.first() or ResultsPage(parts=list(Part.values), measures=["nps", "ces", "fcr"])


def count(*, page: ResultsPage, tenant: Tenant, language: str, now: datetime) -> Figures:
    """The figures of the page. Groups smaller than the organisation's smallest are nowhere in them."""
    today, chosen = now.astimezone(tenant.zone).date(), set(page.parts)
    return Figures(
        promises=_promises(page, tenant, language, now) if Part.PROMISES in chosen else None,
        scores=tuple(load_scores(page.measures, today=today, days=page.days, minimum=tenant.anonymity_minimum))
        if Part.SCORES in chosen
        else None,
    )


def load(*, page: ResultsPage, tenant: Tenant, language: str, figures: Figures | None = None) -> Results:
    """The page in a language, with `figures` counted a moment ago or else now. Customers' words are read anew each
    time: leave that is taken back holds at once."""
    now = timezone.now()
    figures = figures or count(page=page, tenant=tenant, language=language, now=now)
    today = now.astimezone(tenant.zone).date()
    chosen = set(page.parts)
    told = quotes.chosen() if Part.SAID in chosen else []
    deeds = deeds_until(today) if Part.DONE in chosen else []
    ids = {one.touchpoint_id for one in told} | {deed.touchpoint_id for deed in deeds}
    places = dict(Touchpoint.objects.filter(pk__in=[pk for pk in ids if pk]).values_list("pk", "name"))
    return Results(
        title=page.titles.get(language, ""),
        introduction=page.introductions.get(language, ""),
        days=page.days,
        promises=figures.promises,
        scores=figures.scores,
        said=tuple(Quoted(one, places.get(one.touchpoint_id, "")) for one in told) if Part.SAID in chosen else None,
        done=tuple(done_in(deed, language, tenant.language, places) for deed in deeds) if Part.DONE in chosen else None,
    )


def done_in(deed: Deed, language: str, own: str, places: Mapping[int, str]) -> Done:
    """A deed in the reader's language, else in the company's own, else in whichever it was written in."""
    written = [code for code in (language, own, *deed.did) if deed.did.get(code)]
    used = written[0] if written else own
    return Done(
        said=deed.said.get(used, ""),
        did=deed.did.get(used, ""),
        language=used,
        on=deed.done_on,
        place=places.get(deed.touchpoint_id or 0, ""),
    )


def deeds_until(today: date) -> list[Deed]:
    """What is told of deeds by a day, the newest first."""
    return list(Deed.objects.filter(published=True, done_on__lte=today)[:MOST_DEEDS])


def _promises(page: ResultsPage, tenant: Tenant, language: str, now: datetime) -> tuple[Shown, ...]:
    """Those, and the rates of those, that the public promise page has chosen: what is told is chosen once."""
    chosen = list(promise_page.eligible().filter(published=True))
    days = PromisePage(days=page.days)
    return promise_page.load(page=days, promises=chosen, tenant=tenant, language=language, now=now).promises


@transaction.atomic
def save(*, fields: Mapping[str, Any]) -> ResultsPage:
    """Store the page's own fields."""
    page, made = ResultsPage.objects.get_or_create()
    before = None if made else audit.state(page)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save()
    audit.record("added" if made else "changed", page, before=before)
    return page  # type: ignore[no-any-return]
