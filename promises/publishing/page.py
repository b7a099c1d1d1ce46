"""The public promise page: what the company chose to show, and what may be shown of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from cxplatform.tenancy import audit
from cxplatform.tenancy.models import Tenant
from promises import compliance
from promises.models import Promise, PromisePage, Rule
from promises.publishing.lag import wording_in


@dataclass(frozen=True)
class Rate:
    """How a promise was kept, in shares 0..1, of `n` that fell due on `first` to `last`.

    `of` tells what was measured where the promise has several measures, `left_out` the share of all cases that were
    excluded where that is so many as to be flagged.
    """

    of: str
    rate: float
    low: float
    high: float
    n: int
    first: date
    last: date
    left_out: float | None = None

    @property
    def percent(self) -> float:
        return round(100 * self.rate, 2)


@dataclass(frozen=True)
class Shown:
    """One promise as everybody reads it, in `language`; `few`: how it is kept is chosen, but too few are counted."""

    wording: str
    language: str
    rates: tuple[Rate, ...]
    few: bool


@dataclass(frozen=True)
class PublicPage:
    """`title` and `introduction` are empty where the company wrote none."""

    title: str
    introduction: str
    promises: tuple[Shown, ...]


def page_of_company() -> PromisePage:
    """The active company's page; a new one, not stored and not shown, where it has none."""
    return PromisePage.objects.first() or PromisePage()


def eligible() -> Any:
    """Promises that may stand on the page: made in public, for customers to hear, by name."""
    public = {"lifecycle": Promise.Lifecycle.PUBLIC, "visibility": Promise.Visibility.PUBLIC}
    return Promise.objects.in_use().filter(**public).order_by("name", "pk")


def load(
    *, page: PromisePage, promises: Sequence[Promise], tenant: Tenant, language: str, now: datetime | None = None
) -> PublicPage:
    """The page in a language, of those `promises` that are `published`; three queries where rates are shown.

    A rate stands there where it is chosen and as many were judged as the organisation's smallest group, and as the
    promise's pilot had to show. Every measure of the promise itself is told or none, so that nobody picks the best;
    never those of instructions, nor of versions no longer in force.
    """
    chosen = [promise for promise in promises if promise.published]
    rates = _rates([promise for promise in chosen if promise.rate_published], page, tenant, now or timezone.now())
    return PublicPage(
        title=page.titles.get(language, ""),
        introduction=page.introductions.get(language, ""),
        promises=tuple(
            Shown(
                wording=wording_in(promise, language),
                language=language if promise.wordings.get(language) else tenant.language,
                rates=rates.get(promise.pk, ()),
                few=promise.rate_published and not rates.get(promise.pk),
            )
            for promise in chosen
        ),
    )


def _rates(
    promises: Sequence[Promise], page: PromisePage, tenant: Tenant, now: datetime
) -> dict[int, tuple[Rate, ...]]:
    if not promises:
        return {}
    today = now.astimezone(tenant.zone).date()
    query = compliance.Query(today - timedelta(days=page.days - 1), today + timedelta(days=1))
    board = compliance.board(query=query, tenant=tenant, promise_ids=[promise.pk for promise in promises], now=now)
    least = {promise.pk: max(promise.pilot_cases, tenant.anonymity_minimum) for promise in promises}
    found = {}
    for each in board.promises:
        own = [
            kept
            for kept in (each.main, *each.beside)
            if kept.rule.part == Rule.Part.PROMISE and kept.rule.valid_until is None
        ]
        rates = [_rate(kept, query, tenant, least=least[each.promise.pk], several=len(own) > 1) for kept in own]
        found[each.promise.pk] = tuple(rate for rate in rates if rate) if all(rates) else ()
    return found


def _rate(kept: compliance.Kept, query: compliance.Query, tenant: Tenant, *, least: int, several: bool) -> Rate | None:
    result, since = kept.result, kept.rule.valid_from
    if result is None or result.rate is None or result.low is None or result.high is None or result.judged < least:
        return None
    # A version in force for less than the page's days tells since when it is.
    first = max(query.start, since.astimezone(tenant.zone).date()) if since else query.start
    of = kept.rule.wording if several else ""
    left_out = result.excluded_share if result.excluded_flag else None
    return Rate(of, result.rate, result.low, result.high, result.judged, first, query.last, left_out)


@transaction.atomic
def save(
    *, fields: Mapping[str, Any], published: Iterable[int] | None = None, rates: Iterable[int] | None = None
) -> PromisePage:
    """Store the page's own fields and, where given, which promises stand on it and which of them with their rate.

    Promises that may not stand on it keep what they have.
    """
    page, made = PromisePage.objects.get_or_create()
    before = None if made else audit.state(page)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save()
    audit.record("added" if made else "changed", page, before=before)
    for name, chosen in (("published", published), ("rate_published", rates)):
        if chosen is None:
            continue
        wanted = set(chosen)
        for promise in eligible():
            if getattr(promise, name) != (promise.pk in wanted):
                was = audit.state(promise)
                setattr(promise, name, promise.pk in wanted)
                promise.save(update_fields=[name, "updated_at"])
                audit.record("changed", promise, before=was)
    return page  # type: ignore[no-any-return]
