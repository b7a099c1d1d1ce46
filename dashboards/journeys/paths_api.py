"""GET /api/v1/journeys/<slug>/paths: what a journey's page shows of how customers really go, for other systems."""

from typing import Any
from urllib.parse import urlencode

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from cxplatform.api import problems
from cxplatform.api.problems import Problem
from cxplatform.api.views import TenantAPIView
from cxplatform.stats.sums import Mean
from cxplatform.tenancy.models import Scope
from dashboards.journeys import behind
from dashboards.journeys.afterwards import Afterwards
from dashboards.journeys.asked import JourneyAsked
from dashboards.journeys.behind import Behind
from dashboards.journeys.channels import ChannelsPage, load_channels
from dashboards.journeys.dropoff import DropOffPage, load_drop_off
from dashboards.journeys.entries import Continuity
from dashboards.journeys.handoffs import HandoffsPage, load_handoffs
from dashboards.journeys.names import Named
from dashboards.journeys.paths import PathsPage, VariantRow, load_paths
from dashboards.journeys.paths_asked import KNOWN, read_query
from dashboards.journeys.paths_load import Tally
from dashboards.journeys.paths_schema import PATHS_ANSWER, PATHS_PARAMETERS
from dashboards.journeys.peak import PeakPage, load_peak
from dashboards.query import BadQuery
from dashboards.shares import Share
from journeys.paths import measures


class Paths(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query = KNOWN

    @extend_schema(
        operation_id="journey_paths",
        summary="How customers really go through a journey",
        parameters=PATHS_PARAMETERS,
        responses={(200, "application/json"): PATHS_ANSWER},
    )
    def get(self, request: Any, slug: str) -> Response:
        """Variants, what follows what, drop-off, hand-offs, channels, fitness, peak and end of passages that began
        in a period.

        A passage is one customer's or one case's way through. Shares are in per cent with their 95 % Wilson
        interval, means with Student's; times are medians in minutes. `designed` says whether the journey's design
        has it. Touchpoint null is what nobody has mapped; `-` as the journey stands for passages that belong to
        none. `by_source` tells of passages that are over how many came to a stage where the design may end. The
        variants of a source and `entries` are counted of all customers: nothing of a segment. Scores of fewer than
        the organisation's minimum are null, and a segment that small is `hidden`. `customers` beside a number is what
        to ask `/journeys/{slug}/paths/customers` for, with the same days and segment, to be told who stands behind
        its `n`.
        """
        asked = read_query(request.query_params, zone=self.tenant.zone)
        given: dict[str, Any] = {"slug": slug, "query": asked, "tenant": self.tenant}
        try:
            paths = load_paths(**given, given=request.query_params)
            handoffs = load_handoffs(**given, given=request.query_params)
        except BadQuery as error:
            raise Problem(
                "Some fields are wrong: see errors.", errors=[{"field": error.parameter, "message": str(error)}]
            ) from None
        if paths is None:
            raise NotFound(problems.NOT_YOURS)
        head = _head(paths.asked)
        if paths.asked.hidden:
            return Response(head)
        return Response(
            head
            | _paths(paths)
            | _drop_off(load_drop_off(**given))
            | _handoffs(handoffs)
            | _channels(load_channels(**given))
            | _peak(load_peak(**given))
        )


def _head(asked: JourneyAsked) -> dict[str, Any]:
    query = asked.query
    return {
        "journey": asked.slug,
        "from": query.period.start.isoformat(),
        "to": query.period.last.isoformat(),
        "segment": str(query.segment) if query.segment else None,
        "compared_from": asked.then.start.isoformat(),
        "compared_to": asked.then.last.isoformat(),
        "hidden": asked.hidden,
    }


def _paths(page: PathsPage) -> dict[str, Any]:
    passages = page.asked.passages
    return {
        "passages": {
            "n": passages.n,
            "open": passages.open,
            **_times(passages),
            "customers": _customers(measures.PASSAGES),
        },
        "went_on": {"n": page.asked.went_on, "customers": _customers(measures.WENT_ON)},
        "truncated": {"n": page.asked.truncated, "customers": _customers(measures.TRUNCATED)},
        "fitness": _mean(page.fitness.mean, measures.FITNESS) | {"verdict": page.fitness.verdict},
        "deviations": [
            {
                "kind": each.kind,
                "touchpoint": _place(each.place),
                **_share(each.share, each.kind, each.place.id),
            }
            for each in page.deviations
        ],
        "redesigned": [day.isoformat() for day in page.redesigned],
        "variant_kinds": page.kinds,
        "variants": [_variant(each, measures.VARIANT, each.digest) for each in page.variants],
        "by_source": [
            {
                "source": row.source or None,
                **_share(row.share, measures.SOURCE, row.source),
                "told": row.told,
                "outcome": _share(row.outcome, behind.SOURCE_DONE, row.source),
                "verdict": row.verdict,
                "score": _mean(row.score, measures.SOURCE_SCORE, row.source) if row.score else None,
                **_times(row.over),
            }
            for row in page.sources.rows
        ],
        "source_variants": [
            _variant(each, measures.SOURCE_VARIANT, f"{each.digest} {page.sources.chosen.source}")
            for each in page.source_variants
            if page.sources.chosen
        ],
        "edges": [
            {
                "from": _place(edge.start),
                "to": _place(edge.end),
                "begins": edge.start is None,
                "ends": edge.end is None,
                "designed": edge.designed,
                "times": edge.tally.n,
                **_times(edge.tally),
                "customers": _customers(measures.EDGE, edge.key),
            }
            for edge in page.edges
        ],
    }


def _variant(of: VariantRow, measure: str, key: str) -> dict[str, Any]:
    return {
        "touchpoints": [_place(step.place) for step in of.chevrons],
        "fitness": _round(of.fitness),
        **_share(of.share, measure, key),
    }


def _drop_off(page: DropOffPage | None) -> dict[str, Any]:
    if page is None:
        return {}
    return {
        "drop_off": [
            {
                "stage": step.stage_id,
                "name": step.name,
                "reached": _share(step.reached, measures.REACHED, step.key),
                "open": step.open,
                "dropped": _share(step.dropped, behind.DROPPED, step.key) if step.dropped else None,
            }
            for step in page.steps
        ],
        "ends": [
            {
                "touchpoint": _place(end.place),
                "designed": end.designed,
                **_share(end.share, measures.LAST, end.place.id),
            }
            for end in page.ends
        ],
    }


def _handoffs(page: HandoffsPage | None) -> dict[str, Any]:
    if page is None:
        return {}
    return {
        "hand_offs": [
            {
                "from": _place(each.start),
                "to": _place(each.end),
                "designed": each.designed,
                "times": each.tally.n,
                **_times(each.tally),
                "customers": _customers(measures.HANDOFF, each.key),
                "change": _mean(each.change, measures.HANDOFF_SCORE, each.key) if each.change else None,
                "verdict": each.verdict,
            }
            for each in page.handoffs
        ],
        "units": [
            {
                "unit": _place(row.unit),
                "coming": row.coming.n,
                "waited_minutes": round(row.waited, 6),
                **_times(row.coming),
                "customers": _customers(measures.HANDOFF, row.into),
                "unplanned": _share(row.unplanned, measures.HANDOFF, f"{row.into} unplanned"),
                "leaving": row.leaving,
                "sent_back": row.sent_back,
            }
            for row in page.units
        ],
        "several_units": _share(page.several, measures.UNITS),
        "ping_pong": [
            {
                "first": _place(each.first),
                "second": _place(each.second),
                "times": each.times,
                "customers": _customers(measures.PING_PONG, each.key),
            }
            for each in page.back
        ],
    }


def _channels(page: ChannelsPage | None) -> dict[str, Any]:
    if page is None:
        return {}
    return {
        "channels": [
            {
                "channel": _place(each.channel),
                "arrivals": _share(each.arrivals, measures.ENTRY, each.channel.id),
                "encounters": _share(each.encounters, measures.ENCOUNTERS, each.channel.id),
            }
            for each in page.channels
        ],
        "entries": [
            {
                "channel": _place(row.channel),
                "told": row.told,
                "outcome": _share(row.outcome, behind.ENTRY_DONE, row.channel.id),
                "verdict": row.verdict,
                "score": _mean(row.score, behind.ENTRY_SCORE, row.channel.id) if row.score else None,
                "alone": _share(row.alone, behind.ENTRY_ALONE, row.channel.id),
            }
            for row in page.entries.rows
        ],
        "continuity": _continuity(page.entries.continuity) if page.entries.continuity else None,
        "digital": _share(page.digital, behind.DIGITAL),
        "sources": [
            {"source": each.source or None, **_share(each.share, measures.SOURCE, each.source)} for each in page.sources
        ],
        "switches": [
            {
                "from": _place(each.start),
                "to": _place(each.end),
                "kind": each.kind,
                "times": each.tally.n,
                "customers": _customers(measures.SWITCH, each.key),
            }
            for each in page.switches
        ],
        "failures": [
            {"type": each.type, "times": each.times, "customers": _customers(measures.FAILURE, each.type)}
            for each in page.failures
        ],
        "to_human": {
            "n": page.to_human.n,
            **_times(page.to_human),
            "customers": _customers(measures.TO_HUMAN),
        },
    }


def _continuity(of: Continuity) -> dict[str, Any]:
    return {
        "crossed": _share(of.crossed, behind.CROSSED),
        "outcome": _share(of.outcome, behind.CROSSED_DONE),
        "digital": _share(of.digital, behind.STAYED_DONE),
        "verdict": of.verdict,
    }


def _peak(page: PeakPage | None) -> dict[str, Any]:
    if page is None:
        return {}
    return {
        "peak_end": _mean(page.peak_end, measures.PEAK_END) if page.peak_end else None,
        "plain_mean": _mean(page.plain, measures.PLAIN_MEAN) if page.plain else None,
        "qualifying": _share(page.qualifying, measures.PEAK_END),
        "curve": [
            {
                "touchpoint": _place(point.place),
                "mean": _mean(point.mean, measures.CURVE, point.place.id) if point.mean else None,
            }
            for point in page.curve
        ],
        "afterwards": _afterwards(page.afterwards) if page.afterwards else None,
    }


def _afterwards(found: Afterwards) -> dict[str, Any]:
    done = {
        "recommended": (found.recommended, behind.AFTER_RECOMMENDED),
        "bought_again": (found.bought, behind.AFTER_BOUGHT),
    }
    return found.days | {
        name: _plain(of) | {"customers": urlencode(Behind(measure).parameters() | found.days)} if of else None
        for name, (of, measure) in done.items()
    }


def _plain(of: Share) -> dict[str, Any]:
    return {"n": of.n, "of": of.of, "share": _round(of.value), "low": _round(of.low), "high": _round(of.high)}


def _place(named: Named | None) -> str | None:
    """Its identifier; null of what is not mapped, and of a beginning or an end."""
    return (named.slug or None) if named else None


def _customers(measure: str, key: object = "") -> str:
    """What to ask `/customers` for, to be told who stands behind a number."""
    return urlencode(Behind(measure, str(key)).parameters())


def _share(of: Share, measure: str, key: object = "") -> dict[str, Any]:
    return _plain(of) | {"customers": _customers(measure, key)}


def _mean(of: Mean, measure: str, key: object = "") -> dict[str, Any]:
    return {
        "n": of.n,
        "mean": _round(of.value),
        "low": _round(of.low),
        "high": _round(of.high),
        "customers": _customers(measure, key),
    }


def _times(of: Tally) -> dict[str, Any]:
    return {"median_minutes": _round(of.median), "ninety_minutes": _round(of.slow)}


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
