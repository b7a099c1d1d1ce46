"""Paths in templates: shares, fitness and feelings in words, and counts that open the customers behind them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from cxplatform.stats import anonymity
from cxplatform.tenancy import numbers
from dashboards import words
from dashboards.journeys import words as journey_words
from dashboards.journeys.asked import NO_JOURNEY
from dashboards.journeys.behind import AFTER, FELT, Behind
from dashboards.journeys.curve import Dot
from dashboards.journeys.journeys_asked import EVERY_JOURNEY
from dashboards.journeys.names import Named, Names
from dashboards.reading import NOW
from dashboards.shares import Share
from dashboards.structure import StageOf
from journeys.models import Journey
from journeys.paths import measures
from journeys.versions import Design

NO_NAMES, NO_DESIGN = Names({}, {}, {}), Design(())

register = template.Library()
register.filter("fitness", journey_words.fitness)
register.filter("fitness_interval", journey_words.fitness_interval)
register.filter("feeling", journey_words.feeling)
register.filter("feeling_interval", journey_words.feeling_interval)


@register.filter
def share_interval(of: Share) -> str:
    """low…high of a share in per cent."""
    if of.low is None or of.high is None:
        return ""
    return f"{numbers.number(of.low)}…{numbers.number(of.high)}"


@register.filter
def moved(verdict: str) -> str:
    """A verdict on a change, in words."""
    return {
        "better": _("better"),
        "worse": _("worse"),
        "no_clear_change": _("no clear change"),
        "not_enough": _("too few to compare"),
    }[verdict]


@register.filter
def verdict_sign(verdict: str) -> str:
    return words.SIGNS[verdict]


@register.simple_tag(takes_context=True)
def behind(
    context: template.Context,
    n: int,
    of: str,
    key: object = "",
    state: str = "",
    *,
    journey: Journey | str = "",
    window: str = NOW,
) -> str:
    """`{% behind 120 "visited" 12 %}`: a count as a link to the passages behind it, where they may be so many people.

    Of the page's journey or of another; `window` "then" is the period compared with.
    """
    address = address_behind(context, n, of, key, state, journey=journey, window=window)
    title = title_behind(context, Behind(of, str(key), state), journey) if address else ""
    return _opened(address, n, title)


def _opened(address: str, n: int, title: str) -> str:
    link = _tag(address, n, title)
    return format_html("{}{}</a>", link, numbers.count(n)) if link else numbers.count(n)


def _tag(address: str, n: int, title: str) -> str:
    """The beginning of a link around a count; who hears it read out is told what it counts."""
    if not address:
        return ""
    return format_html('<a class="n" href="{}" aria-label="{}: {}">', address, numbers.count(n), title)


@register.simple_tag(takes_context=True)
def opening_tag(context: template.Context, n: int, of: str, key: object) -> str:
    """The beginning of a link around a count that a picture writes; "" where it is not opened."""
    address = address_behind(context, n, of, key)
    return _tag(address, n, title_behind(context, Behind(of, str(key)))) if address else ""


def address_behind(
    context: template.Context,
    n: int,
    of: str,
    key: object = "",
    state: str = "",
    *,
    journey: Journey | str = "",
    window: str = NOW,
) -> str:
    """Of the list, "" where it is not opened: of so few, and for who sees some units only."""
    asked, query = context.get("asked"), context["query"]
    few = not anonymity.enough(n, minimum=context["tenant"].anonymity_minimum)
    if few or query.own_units:  # a passage is of no single unit
        return ""
    if window != NOW:
        query = replace(query, period=(asked or context["page"]).then, named="")
    slug = journey.slug if isinstance(journey, Journey) else journey or (asked.slug if asked else NO_JOURNEY)
    return _list(slug, query.parameters() | Behind(of, str(key), state).parameters())


def _list(slug: str, given: Mapping[str, str]) -> str:
    return f"{reverse('passages', args=[slug])}?{urlencode(given)}"


def title_behind(context: template.Context, behind: Behind, journey: Journey | str = "") -> str:
    """What a count counts, for who hears it read out."""
    asked = context.get("asked")
    title = journey_words.title_of(behind, asked.names if asked else NO_NAMES, asked.design if asked else NO_DESIGN)
    name = journey.name if isinstance(journey, Journey) else ""
    return " · ".join(filter(None, (title, journey_words.state_of(behind.state), name)))


@register.simple_tag(takes_context=True)
def show_behind(context: template.Context, n: int, of: str, key: object = "") -> str:
    """What opens a count that stands within a sentence."""
    address = address_behind(context, n, of, key)
    if not address:
        return ""
    title = title_behind(context, Behind(of, str(key)))
    return format_html('<a href="{}" aria-label="{}: {}">{}</a>', address, _("Show them"), title, _("Show them"))


@register.simple_tag(takes_context=True)
def part_behind(context: template.Context, of: Share, done: str, everybody: str) -> str:
    """A share in per cent with the two counts that it is made of."""
    return format_html(
        "{} ({} / {})", words.value(of.value, "percent"), behind(context, of.n, done), behind(context, of.of, everybody)
    )


@register.simple_tag(takes_context=True)
def felt_tag(context: template.Context, dot: Dot) -> str:
    """As `opening_tag`, of how many felt at a stage: what was answered there, or the passages scored on their way."""
    n = dot.mean.n if dot.mean else 0
    if not context["page"].answered:
        return opening_tag(context, n, FELT, f"stage {dot.id}")
    return _tag(f"{reverse('stage', args=[dot.id])}{context['address']}", n, _answers_at(dot.stage)) if n else ""


@register.simple_tag(takes_context=True)
def answers_at(context: template.Context, n: int, slug: str, name: str) -> str:
    """How many answered at a touchpoint, as a link to what they answered."""
    address = f"{reverse('touchpoint', args=[slug])}{context['address']}" if slug else ""
    return _opened(address, n, _answers_at(name))


def _answers_at(name: str) -> str:
    return _("answers at %(what)s") % {"what": name}


@register.simple_tag(takes_context=True)
def arrivals_behind(context: template.Context, n: int, channel: Named | None, first: date, last: date) -> str:
    """Arrivals of all journeys over a channel, None = all, as a link to them."""
    asked = Behind(measures.ENTRY, str(channel.id)) if channel else Behind()
    address = _list(EVERY_JOURNEY, {"from": first.isoformat(), "to": last.isoformat(), **asked.parameters()})
    title = _("Began over %(what)s") % {"what": channel.name} if channel else _("All passages")
    few = not anonymity.enough(n, minimum=context["tenant"].anonymity_minimum)
    return _opened("" if few else address, n, title)


@register.simple_tag(takes_context=True)
def after_behind(context: template.Context, of: Share, measure: str) -> str:
    """How many of how many customers did something after the journey: each of the two a link to them."""
    page = context["page"]
    return format_html(
        "{} / {}",
        *(
            _opened(
                address and _list(page.asked.slug, page.afterwards.days | Behind(name).parameters()),
                n,
                title_behind(context, Behind(name)),
            )
            for n, name in ((of.n, measure), (of.of, AFTER))
            for address in (address_behind(context, n, name),)
        ),
    )


@register.simple_tag(takes_context=True)
def people_of(context: template.Context, stage: StageOf, of: str, touchpoint: int | None = None) -> str:
    """The address of those whom a count of this stage, or of a touchpoint in it, stands for."""
    asked = context["asked"]
    slug = next(journey.slug for journey in asked.structure.journeys if journey.id == stage.journey_id)
    behind = Behind(of, str(touchpoint or f"stage {stage.id}"))
    return _list(slug, replace(asked.query, journey="", channel="").parameters() | behind.parameters())


@register.filter
def with_interval(share: Share) -> str:
    """A share in per cent with its interval beside it; a dash of nothing."""
    if share.value is None:
        return mark_safe('<span class="muted">–</span>')
    value, interval = words.value(share.value, "percent"), share_interval(share)
    return format_html('{} <span class="muted nowrap">{}</span>', value, interval)


@register.filter
def share_short(value: float | None) -> str:
    """Per cent of a rare thing: with a decimal under ten."""
    return words.value(value, "percent", decimals=0 if value is None or value >= 10 else 1)


@register.filter
def across(value: float) -> str:
    """A feeling from -1 to 1 as per cent of a bar's width, for SVG."""
    return f"{50 + 48 * value:.1f}"


@register.filter
def svg(value: float) -> str:
    """A number as SVG reads it, whatever the page's language."""
    return f"{value:g}"


@register.simple_tag(takes_context=True)
def own_address(context: template.Context, **changes: str) -> str:
    """The tab's address with some of its own parameters changed; "" takes one away."""
    given = context["query"].parameters() | context["own"] | changes
    return f"?{urlencode({name: value for name, value in given.items() if value})}"


@register.simple_tag(takes_context=True)
def rank_link(context: template.Context, rank: str) -> str:
    """What units are put in order by, as a link; the one in force is said as that."""
    label = {
        "wait": _("waiting in all"),
        "median": _("median wait"),
        "times": _("how many come in"),
        "unplanned": _("share of unplanned ones"),
    }[rank]
    if context["page"].chosen.rank == rank:
        return format_html('<strong aria-current="true">{}</strong>', label)
    return format_html('<a href="{}">{}</a>', own_address(context, rank=rank), label)
