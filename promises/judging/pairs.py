"""The SQL that finds instances among stored events: which event opens each, which closes it, what lies between.

Order is (time, sequence with none first, source id, source): a total order that does not depend on arrival.
Texts are compared byte by byte, so that every database orders alike. Every query here goes through
event_by_correlation (tenant, correlation, time) or event_by_customer (tenant, customer_id, time).

LATERAL ... LIMIT 1 keeps it at one index look-up per subject whatever the planner believes of the table. Under
row-level security an index serves only conditions that are leakproof all through: COALESCE and casts from text are
not (CASE is), and would read the whole tenant instead.
"""

from promises.judging.measure import Measure

ORDER = 'time, sequence NULLS FIRST, source_id COLLATE "C", source COLLATE "C"'
BACKWARDS = 'time DESC, sequence DESC NULLS LAST, source_id COLLATE "C" DESC, source COLLATE "C" DESC'
_OF_CASE = "tenant_id = %(tenant)s AND correlation = s.subject AND correlation <> ''"


def pairs(measure: Measure) -> str:
    """Rows (subject, opened_by, closed_by) of the parameters tenant, subjects, events, opening, closing, closed, own
    and, of answers, tested, survey and touchpoint."""
    counts = _answered(measure)
    if measure.single:
        subject, known = ("id", "") if measure.by_event else ("customer_id", "AND customer_id IS NOT NULL")
        return _SINGLE.format(subject=subject, known=known, counts=counts)
    if not measure.opening_type:
        return _LAST_OF_CASE.format(counts=counts)
    if measure.by_case:
        return _CASE.format(closing=_REPEATED if measure.any_type else _FIRST_CLOSING)
    return _TURNS


def between(measure: Measure) -> str:
    """A join that gives times, types and offers of a solution of what marks each instance, in order; "" if nothing."""
    if not measure.marks:
        return ""
    if measure.single:
        mine = "e.id = p.opened_by"
    elif not measure.by_case:
        mine = f"e.customer_id = o.customer_id AND {_SINCE} AND (c.time IS NULL OR e.time <= c.time)"
    else:
        since = f"AND {_SINCE}" if measure.opening_type else ""
        mine = f"e.correlation = p.subject AND e.correlation <> '' {since}"
    return _MARKS.format(mine=mine)


def _answered(measure: Measure) -> str:
    """Of answers those to the question that is tested, of this survey, at this touchpoint."""
    answers = measure.answers
    if answers is None:
        return ""
    survey = "AND properties ->> 'survey' = %(survey)s" if answers.survey else ""
    touchpoint = "AND touchpoint_id = %(touchpoint)s" if answers.touchpoint_id else ""
    return f"AND jsonb_exists_all(properties, %(tested)s::text[]) {survey} {touchpoint}"


_SINGLE = """
SELECT {subject}::text, id, id FROM journeys_event
WHERE tenant_id = %(tenant)s AND id = ANY(%(events)s::uuid[]) AND type = %(opening)s {known} {counts}
"""

_LAST_OF_CASE = f"""
SELECT s.subject, o.id, c.id FROM unnest(%(subjects)s::text[]) AS s(subject)
CROSS JOIN LATERAL (
    SELECT id FROM journeys_event WHERE {_OF_CASE} AND type = %(closing)s {{counts}} ORDER BY {ORDER} LIMIT 1) o
CROSS JOIN LATERAL (
    SELECT id FROM journeys_event WHERE {_OF_CASE} AND type = %(closing)s {{counts}} ORDER BY {BACKWARDS} LIMIT 1) c
"""

_CASE = f"""
SELECT s.subject, o.id, c.id FROM unnest(%(subjects)s::text[]) AS s(subject)
CROSS JOIN LATERAL (
    SELECT id, time, sequence FROM journeys_event
    WHERE {_OF_CASE} AND type = %(opening)s
    ORDER BY {ORDER} LIMIT 1) o
LEFT JOIN LATERAL ({{closing}}) c ON true
"""

# "At or after" goes by the time and, where both have one, the sequence: a source id says nothing about which
# of two events of the same minute came first.
_SINCE = """e.time >= o.time
    AND (e.time, coalesce(e.sequence, o.sequence, 0)) >= (o.time, coalesce(o.sequence, e.sequence, 0))"""
_FIRST_CLOSING = f"""
    SELECT id FROM journeys_event e WHERE {_OF_CASE} AND {_SINCE} AND type = %(closing)s ORDER BY {ORDER} LIMIT 1
"""
_REPEATED = f"""
    SELECT id FROM journeys_event e WHERE {_OF_CASE} AND {_SINCE} AND NOT starts_with(type, %(own)s)
        AND jsonb_exists(properties, %(closed)s)
    ORDER BY {BACKWARDS} LIMIT 1
"""

_TURNS = f"""
SELECT subject, id, next FROM (
    SELECT subject, type, id, lead(id) OVER (PARTITION BY subject ORDER BY {ORDER}) AS next FROM (
        SELECT s.subject::text, e.*, lag(type) OVER (PARTITION BY s.subject ORDER BY {ORDER}) AS before
        FROM unnest(%(subjects)s::uuid[]) AS s(subject)
        CROSS JOIN LATERAL (
            SELECT id, type, time, sequence, source_id, source FROM journeys_event
            WHERE tenant_id = %(tenant)s AND customer_id = s.subject AND type IN (%(opening)s, %(closing)s)
            OFFSET 0) e
    ) seen
    WHERE (type = %(opening)s AND before IS DISTINCT FROM type) OR (type = %(closing)s AND before = %(opening)s)
) turns WHERE type = %(opening)s
"""

_MARKS = f"""
LEFT JOIN LATERAL (
    SELECT array_agg(time ORDER BY {ORDER}) AS times, array_agg(type::text ORDER BY {ORDER}) AS types,
        array_agg(properties ->> %(solution)s::text ORDER BY {ORDER}) AS offers
    FROM journeys_event e WHERE e.tenant_id = %(tenant)s AND {{mine}} AND e.type = ANY(%(marks)s)
) m ON true
"""
