"""The OpenAPI description of a journey's paths."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

_NUMBER: dict[str, Any] = {"type": ["number", "null"]}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_SLUG: dict[str, Any] = {"type": ["string", "null"], "description": "Its identifier; null where it has none."}
_YES: dict[str, Any] = {"type": "boolean"}
_TEXT: dict[str, Any] = {"type": "string"}
_DAY: dict[str, Any] = {"type": "string", "format": "date"}
_VERDICT: dict[str, Any] = {"type": "string", "enum": ["better", "worse", "no_clear_change", "not_enough"]}


def _object(properties: dict[str, Any], *, nullable: bool = False) -> dict[str, Any]:
    kind = ["object", "null"] if nullable else "object"
    return {"type": kind, "required": list(properties), "properties": properties}


def _list(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": _object(properties)}


_BEHIND: dict[str, Any] = {"type": "string", "description": "What to ask paths/customers for, as in of=visited&key=12."}
_PLAIN = {"n": _COUNT, "of": _COUNT, "share": _NUMBER, "low": _NUMBER, "high": _NUMBER}
_SHARE = {**_PLAIN, "customers": _BEHIND}
_AFTER = {
    **_PLAIN,
    "customers": _BEHIND
    | {"description": "What to ask paths/customers for, with days of its own: of all customers, so with no segment."},
}
_MEAN = {"n": _COUNT, "mean": _NUMBER, "low": _NUMBER, "high": _NUMBER, "customers": _BEHIND}
_TIMES = {"median_minutes": _NUMBER, "ninety_minutes": _NUMBER}
_VARIANTS = _list({"touchpoints": {"type": "array", "items": _SLUG}, "fitness": _NUMBER, **_SHARE})
_HEAD = {
    "journey": _TEXT,
    "from": _DAY,
    "to": _DAY,
    "segment": {"type": ["string", "null"]},
    "compared_from": _DAY,
    "compared_to": _DAY,
    "hidden": {"type": "boolean", "description": "So few belong to the segment that nothing more is told."},
}
PATHS_ANSWER: dict[str, Any] = {
    "type": "object",
    "required": list(_HEAD),
    "properties": {
        **_HEAD,
        "passages": _object({"n": _COUNT, "open": _COUNT, **_TIMES, "customers": _BEHIND}),
        "went_on": _object({"n": _COUNT, "customers": _BEHIND})
        | {"description": "Passages of cases that went on after a silence that had ended them; each counts as one."},
        "truncated": _object({"n": _COUNT, "customers": _BEHIND})
        | {"description": "Passages of over 500 steps, of which the first 500 are kept."},
        "fitness": _object({**_MEAN, "verdict": _VERDICT}),
        "deviations": _list(
            {"kind": {"type": "string", "enum": ["skipped", "repeated", "undesigned"]}, "touchpoint": _SLUG, **_SHARE}
        ),
        "redesigned": {
            "type": "array",
            "items": _DAY,
            "description": "Days on which another version of the design came into force.",
        },
        "variant_kinds": _COUNT | {"description": "Different ways that passages which are over took."},
        "variants": _VARIANTS | {"description": "The most common ways, of passages that are over."},
        "by_source": _list(
            {
                "source": {"type": ["string", "null"]},
                **_SHARE,
                "told": {"type": "boolean", "description": "Whether enough are over for the rest to be told."},
                "outcome": _object(_SHARE),
                "verdict": _VERDICT | {"description": "Of the outcome beside that of all other sources."},
                "score": _object(_MEAN, nullable=True),
                **_TIMES,
            }
        ),
        "source_variants": _VARIANTS,
        "edges": _list(
            {
                "from": _SLUG,
                "to": _SLUG,
                "begins": _YES,
                "ends": _YES,
                "designed": _YES,
                "times": _COUNT,
                **_TIMES,
                "customers": _BEHIND,
            }
        ),
        "drop_off": _list(
            {
                "stage": {"type": "integer"},
                "name": _TEXT,
                "reached": _object(_SHARE),
                "open": _COUNT,
                "dropped": _object(_SHARE, nullable=True),
            }
        ),
        "ends": _list({"touchpoint": _SLUG, "designed": _YES, **_SHARE}),
        "hand_offs": _list(
            {
                "from": _SLUG,
                "to": _SLUG,
                "designed": _YES,
                "times": _COUNT,
                **_TIMES,
                "customers": _BEHIND,
                "change": _object(_MEAN, nullable=True),
                "verdict": _VERDICT,
            }
        ),
        "units": _list(
            {
                "unit": _SLUG,
                "coming": _COUNT,
                "waited_minutes": {"type": "number", "description": "Before it, of all together."},
                **_TIMES,
                "customers": _BEHIND,
                "unplanned": _object(_SHARE),
                "leaving": _COUNT,
                "sent_back": _COUNT,
            }
        ),
        "several_units": _object(_SHARE),
        "ping_pong": _list({"first": _SLUG, "second": _SLUG, "times": _COUNT, "customers": _BEHIND}),
        "channels": _list({"channel": _SLUG, "arrivals": _object(_SHARE), "encounters": _object(_SHARE)}),
        "entries": _list(
            {
                "channel": _SLUG,
                "told": {"type": "boolean", "description": "Whether enough are over for the rest to be told."},
                "outcome": _object(_SHARE),
                "verdict": _VERDICT | {"description": "Of the outcome beside that of all other channels."},
                "score": _object(_MEAN, nullable=True),
                "alone": _object(_SHARE) | {"description": "Met no other channel."},
            }
        ),
        "continuity": _object(
            {
                "crossed": _object(_SHARE) | {"description": "Of what began digitally what met a channel that is not."},
                "outcome": _object(_SHARE),
                "digital": _object(_SHARE) | {"description": "The outcome of what met digital channels alone."},
                "verdict": _VERDICT,
            },
            nullable=True,
        ),
        "digital": _object(_SHARE),
        "sources": _list({"source": {"type": ["string", "null"]}, **_SHARE}),
        "switches": _list(
            {
                "from": _SLUG,
                "to": _SLUG,
                "kind": {"type": "string", "enum": ["designed", "forced", "other"]},
                "times": _COUNT,
                "customers": _BEHIND,
            }
        ),
        "failures": _list({"type": _TEXT, "times": _COUNT, "customers": _BEHIND}),
        "to_human": _object({"n": _COUNT, **_TIMES, "customers": _BEHIND}),
        "peak_end": _object(_MEAN, nullable=True),
        "plain_mean": _object(_MEAN, nullable=True),
        "qualifying": _object(_SHARE),
        "curve": _list({"touchpoint": _SLUG, "mean": _object(_MEAN, nullable=True)}),
        "afterwards": _object(
            {
                "from": _DAY,
                "to": _DAY,
                "recommended": _object(_AFTER, nullable=True),
                "bought_again": _object(_AFTER, nullable=True),
            },
            nullable=True,
        ),
    },
}
PATHS_PARAMETERS = [
    OpenApiParameter("from", OpenApiTypes.DATE, description="First day passages began. Default: 90 days up to today."),
    OpenApiParameter("to", OpenApiTypes.DATE, description="Last day, counted too. Default: today."),
    OpenApiParameter("segment", str, description="Only one value of a dimension, as in `segment:consumer`."),
    OpenApiParameter(
        "against",
        str,
        enum=["season", "previous"],
        description="What fitness is compared with. Default: the same season last year, else the period before.",
    ),
    OpenApiParameter("source", str, description="Tell the variants of this source too; - of those not known."),
    OpenApiParameter("unit", str, description="Only hand-offs from or to the unit of this identifier."),
]
