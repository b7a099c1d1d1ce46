"""From events to traces: one statement reads the events of the subjects in their order into `path_trace`.

Order is (time, sequence with none first, source id, source): a total order that does not depend on arrival. Each
trace is one look-up in event_by_correlation (tenant, correlation, time) or event_by_customer (tenant, customer_id,
time), cut at the longest a passage may be, so its cost does not grow with what is stored. Under row-level security
an index serves only conditions that are leakproof all through: bounds are made before, in statements of their own.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from journeys.paths.tracing import LONGEST, OWN_EVENTS, Reading, Tracing

ORDER = 'time, sequence NULLS FIRST, source_id COLLATE "C", source COLLATE "C"'

# Events that are steps, or that say something of the way from the first step on: a failure, a machine, a human.
MATTERS = f"""
    NOT {" AND NOT ".join(f"starts_with(type, '{prefix}')" for prefix in OWN_EVENTS)} AND type <> ALL(%(ignored)s)
    AND (touchpoint_id IS NOT NULL OR touchpoint_text <> '' OR type = ANY(%(telling)s))
"""

_PLACED = "touchpoint_id IS NOT NULL OR touchpoint_text <> ''"
IS_STEP = f"({_PLACED} OR %(places)s::jsonb ? type)"
_OF_TYPE = "((%(places)s::jsonb -> type) ->> {place})::bigint"

# The innermost reads at most one more than is kept; the middle numbers them; the outer folds them into arrays.
_TRACES = """
INSERT INTO path_trace
SELECT {id}, s.subject, t.customer_id, t.started_at,
    CASE WHEN NOT t.truncated THEN t.last_at ELSE {last} END, t.truncated,
    t.touchpoint_ids, t.channel_ids, t.unit_ids, t.seconds, {failures}, {human}, coalesce(t.source, ''),
    {said}, {holds}, {era}, {kind}
FROM {segments}
CROSS JOIN LATERAL (
    SELECT (array_agg(id ORDER BY n) FILTER (WHERE is_step))[1] AS id,
        (array_agg(customer_id ORDER BY n) FILTER (WHERE is_step AND customer_id IS NOT NULL))[1] AS customer_id,
        min(time) FILTER (WHERE is_step) AS started_at, max(time) FILTER (WHERE is_step) AS last_at,
        bool_or(n > {longest}) AS truncated,
        array_agg(touchpoint ORDER BY n) FILTER (WHERE is_step AND n <= {longest}) AS touchpoint_ids,
        array_agg(channel ORDER BY n) FILTER (WHERE is_step AND n <= {longest}) AS channel_ids,
        array_agg(unit ORDER BY n) FILTER (WHERE is_step AND n <= {longest}) AS unit_ids,
        array_agg(after ORDER BY n) FILTER (WHERE is_step AND n <= {longest}) AS seconds,
        (array_agg(source_said ORDER BY n) FILTER (WHERE is_step))[1] AS source{folded}
    FROM (
        SELECT *, row_number() OVER w AS n, trunc(date_part('epoch', time - first_value(time) OVER w))::bigint AS after,
            count(*) FILTER (WHERE is_step) OVER w AS place
        FROM (
            SELECT id, type, time, sequence, source_id, source, customer_id,
                {is_step} AS is_step,
                CASE WHEN {placed} THEN coalesce(touchpoint_id, 0) ELSE {typed_0} END AS touchpoint,
                CASE WHEN channel_id IS NOT NULL THEN channel_id WHEN {placed} OR channel_text <> '' THEN 0
                     ELSE coalesce({typed_1}, 0) END AS channel,
                CASE WHEN unit_id IS NOT NULL THEN unit_id WHEN {placed} OR unit_text <> '' THEN 0
                     ELSE coalesce({typed_2}, 0) END AS unit,
                left(coalesce(nullif(properties ->> 'utm_source', ''), properties ->> 'source'), 100) AS source_said
                {read}
            FROM journeys_event
            WHERE tenant_id = (SELECT %(tenant)s::bigint) AND {of_subject} AND {matters}
            ORDER BY {order} LIMIT {longest} + 1
        ) e
        WINDOW w AS (ORDER BY {order} ROWS UNBOUNDED PRECEDING)
    ) e
) t
WHERE t.touchpoint_ids IS NOT NULL
"""

_CASES = {
    "id": "t.id",
    "segments": "unnest(%(subjects)s::text[]) AS s(subject)",
    "of_subject": "correlation = s.subject AND correlation <> ''",
    "last": f"""(
        SELECT time FROM journeys_event
        WHERE tenant_id = (SELECT %(tenant)s::bigint)
            AND correlation = s.subject AND correlation <> '' AND {MATTERS} AND {IS_STEP}
        ORDER BY time DESC LIMIT 1)""",
}
# What was said before the first step is no part of the way; asked only where something is said beside steps.
_FROM_FIRST_STEP = f"""unnest(%(subjects)s::text[]) AS s(subject)
CROSS JOIN LATERAL (
    SELECT time FROM journeys_event
    WHERE tenant_id = (SELECT %(tenant)s::bigint)
        AND correlation = s.subject AND correlation <> '' AND {MATTERS} AND {IS_STEP}
    ORDER BY time LIMIT 1
) first"""
_CUSTOMERS = {
    # The same event may begin a passage of its case as well: by customer the id is made of it and the gap.
    "id": "md5(t.id::text || ' ' || %(gap)s)::uuid",
    "segments": "path_segment AS s",
    "of_subject": "customer_id = s.customer_id AND time BETWEEN s.since AND s.heard",
    "last": "s.until",
}


def parameters(reading: Reading) -> dict[str, Any]:
    """What every statement over events needs to know of types."""
    types = reading.types
    return {
        "tenant": reading.tenant_id,
        "ignored": list(types.ignored),
        "telling": types.telling,
        "places": msgspec.json.encode(types.places or {}).decode(),
    }


def trace(cursor: Any, *, reading: Reading, tracing: Tracing, subjects: Sequence[str] = ()) -> None:
    """Fill `path_trace` with the traces of these correlations, by customer with those of `path_segment`."""
    parts = _Parts(parameters(reading) | {"subjects": list(subjects), "gap": str(tracing.gap_hours)})
    said = parts.dimensions(reading.dimensions)
    holds = parts.conditions(tracing.conditions)
    failures = parts.failures(reading.types.failures)
    human = parts.human(reading.types.bots, reading.types.humans)
    parts.values["eras"] = tracing.eras
    era = "width_bucket(t.started_at, %(eras)s::timestamptz[])" if tracing.eras else "0"
    kind = "array_to_string(t.touchpoint_ids, ',')"
    if tracing.eras or tracing.conditions:
        kind += f" || ' ' || {era} || ({holds})::text"
    cursor.execute(
        _TRACES.format(
            **_place(tracing, beside_steps=bool(reading.types.beside_steps)),
            said=said,
            holds=holds,
            failures=failures,
            human=human,
            era=era,
            kind=f"md5({kind})::uuid",
            read="".join(f", {column}" for column in parts.read),
            folded="".join(f", {column}" for column in parts.folded),
            placed=_PLACED,
            is_step=IS_STEP,
            typed_0=_OF_TYPE.format(place=0),
            typed_1=_OF_TYPE.format(place=1),
            typed_2=_OF_TYPE.format(place=2),
            matters=MATTERS,
            order=ORDER,
            longest=LONGEST,
        ),
        parts.values,
    )


def _place(tracing: Tracing, *, beside_steps: bool) -> dict[str, str]:
    if not tracing.by_case:
        return _CUSTOMERS
    if not beside_steps:
        return _CASES
    since = {"of_subject": f"{_CASES['of_subject']} AND time >= first.time", "segments": _FROM_FIRST_STEP}
    return _CASES | since


class _Parts:
    """Columns that only some tenants need: each is read by the innermost select and folded by the outer one."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.read: list[str] = []
        self.folded: list[str] = []

    def dimensions(self, slugs: Sequence[str]) -> str:
        """Each dimension's first value that an event says."""
        pairs = []
        for number, slug in enumerate(slugs):
            self.values[f"dimension_{number}"] = slug
            value = f"properties -> %(dimension_{number})s"
            self.read.append(
                f"CASE WHEN jsonb_typeof({value}) IN ('string', 'number', 'boolean')"
                f" THEN nullif(left({value.replace('->', '->>')}, 200), '') END AS said_{number}"
            )
            self.folded.append(
                f"(array_agg(said_{number} ORDER BY n) FILTER (WHERE said_{number} IS NOT NULL AND n <= {LONGEST}))[1]"
                f" AS said_{number}"
            )
            pairs.append(f"%(dimension_{number})s, t.said_{number}")
        return f"jsonb_strip_nulls(jsonb_build_object({', '.join(pairs)}))" if pairs else "'{}'::jsonb"

    def conditions(self, conditions: Mapping[int, tuple[str, str]]) -> str:
        """The journeys whose condition some event fulfils."""
        held = []
        for journey_id, (name, value) in conditions.items():
            self.values |= {f"name_{journey_id}": name, f"value_{journey_id}": value}
            self.read.append(f"coalesce(properties ->> %(name_{journey_id})s = %(value_{journey_id})s, false)"
                             f" AS holds_{journey_id}")  # fmt: skip
            self.folded.append(f"bool_or(holds_{journey_id} AND n <= {LONGEST}) AS holds_{journey_id}")
            held.append(f"CASE WHEN t.holds_{journey_id} THEN {journey_id} END")
        return f"array_remove(ARRAY[{', '.join(held)}]::bigint[], NULL)" if held else "'{}'::bigint[]"

    def failures(self, types: Sequence[str]) -> str:
        """Failure events as [type, seconds, steps until then]."""
        if not types:
            return "'[]'::jsonb"
        self.values["failures"] = list(types)
        self.folded.append(
            "jsonb_agg(jsonb_build_array(type, after, place) ORDER BY n)"
            f" FILTER (WHERE type = ANY(%(failures)s) AND place > 0 AND n <= {LONGEST}) AS failures"
        )
        return "coalesce(t.failures, '[]')"

    def human(self, bots: Sequence[str], humans: Sequence[str]) -> str:
        """Seconds from the first machine to the first human after it."""
        if not bots or not humans:
            return "NULL::bigint"
        self.values |= {"bots": list(bots), "humans": list(humans)}
        of_humans, of_bots = (f"FILTER (WHERE type = ANY(%({who})s) AND place > 0 AND n <= {LONGEST})"
                              for who in ("humans", "bots"))  # fmt: skip
        self.folded += [
            f"array_agg(after ORDER BY n) {of_humans} AS human_at",
            f"array_agg(n ORDER BY n) {of_humans} AS human_n",
            f"min(n) {of_bots} AS bot_n",
            f"min(after) {of_bots} AS bot_at",
        ]
        return "(SELECT min(at) - t.bot_at FROM unnest(t.human_at, t.human_n) AS h(at, n) WHERE h.n > t.bot_n)"
