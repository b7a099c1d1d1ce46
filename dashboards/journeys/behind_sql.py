"""How the passages behind a number are looked for: over columns of `Passage` and of `d`, its version of the design.

They repeat what journeys.paths.counting adds up, of one key at a time; tests hold the two against each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from dashboards.journeys import after_sql
from dashboards.journeys import behind as names
from dashboards.journeys.behind import Behind, Key, key_of
from dashboards.journeys.names import Names
from journeys.models import JourneyVersion
from journeys.paths import designs, measures
from journeys.paths.conformance import follows
from journeys.paths.counting import WENT_ON
from journeys.versions import Design


@dataclass(frozen=True)
class Condition:
    """`held`: whether a passage may be one of them, `times` how often it holds what is counted; one of 0 is none.

    `part` is what siblings of the number are counted under, such as another variant: they add up to a total that is
    shown too; `wholes` are numbers with lists of their own that hold this one's: who is on theirs alone could be told
    by holding the two side by side. `given` are the statement's parameters; `designed`: it reads `d`; `after`: it reads
    `after`, what customers did after their first passage that was over in the period.
    """

    held: str
    times: str = "1"
    part: str = ""
    wholes: tuple[str, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    designed: bool = False
    after: bool = False


_FIRST, _LAST = "channel_ids[1]", "touchpoint_ids[cardinality(touchpoint_ids)]"
_DONE = "coalesce(touchpoint_ids && d.ends, false)"
_STEPS = "SELECT count(*) FROM unnest(touchpoint_ids, touchpoint_ids[2:]) AS s (x, y) WHERE y IS NOT NULL AND"
_AT = "array_position(touchpoint_ids, %(a)s::bigint)"
_TEXT = "(',' || array_to_string(touchpoint_ids, ',,') || ',')"
_SCORES = "SELECT count(*) FROM unnest(score_touchpoint_ids) AS s (x) WHERE"
_OVER_CHANNELS = "SELECT count(*) FROM unnest(channel_ids) AS s (x) WHERE"
_FORCED = "EXISTS (SELECT FROM jsonb_array_elements(failures) f WHERE (f ->> 2)::int = i)"
_DESIGNED = "coalesce(d.follows ? (t || '>' || t2), false)"
_OF_KIND = {
    "": "TRUE",
    "forced": _FORCED,
    "designed": _DESIGNED,
    "unplanned": f"NOT {_DESIGNED}",
    "other": f"NOT {_DESIGNED} AND NOT {_FORCED}",
}
_CHANGES = """SELECT count(*) FROM unnest({column}, {column}[2:], touchpoint_ids, touchpoint_ids[2:])
    WITH ORDINALITY AS s (x, y, t, t2, i) WHERE x <> y AND x <> 0 AND y <> 0 AND {ends} AND {kind}"""
_SCORED_TWICE = " AND t <> t2 AND t = ANY(score_touchpoint_ids) AND t2 = ANY(score_touchpoint_ids)"
_THERE_AND_BACK = """SELECT count(*) FROM (
    SELECT x, y, lag(x) OVER (ORDER BY i) AS before FROM unnest(unit_ids, unit_ids[2:]) WITH ORDINALITY AS s (x, y, i)
    WHERE x <> y) runs WHERE before = y AND x = %(b)s AND x <> 0 AND y <> 0"""
_ONWARD = """EXISTS (SELECT FROM unnest(touchpoint_ids) WITH ORDINALITY AS s (id, at)
    JOIN unnest(touchpoint_ids) WITH ORDINALITY AS t (id, at) ON t.at > s.at
    WHERE s.id = ANY(d.mine) AND t.id = ANY(d.later))"""
# Of more than eight channels journeys.paths does not tell which they were.
_FEW = "(SELECT count(DISTINCT x) FROM unnest(channel_ids) x) <= 8"
_DIGITAL_FIRST = f"ended AND {_FIRST} = ANY(%(digital)s) AND {_FEW}"
_CROSSED = f"{_DIGITAL_FIRST} AND NOT channel_ids <@ (%(digital)s::bigint[] || 0::bigint)"
_STAYED = f"{_DIGITAL_FIRST} AND channel_ids <@ %(digital)s::bigint[]"
_BEGAN = f"({_CROSSED} OR {_STAYED})"
_SOURCE, _SOURCE_OVER, _ENTRY_OVER = "source = %(text)s", "ended AND source = %(text)s", f"ended AND {_FIRST} = %(a)s"
_VARIANT = "ended AND variant = %(digest)s"
_VISITED = "touchpoint_ids @> ARRAY[%(a)s]::bigint[]"
_ENTRY = f"{_FIRST} = %(a)s"
_REACHED = "coalesce(touchpoint_ids && d.mine, false)"
_OVER_PART = "CASE WHEN ended THEN '=' || {} ELSE 'open' END"  # a source may be called open

_AFTER = "first_id IS NOT NULL"
# Each customer who is known has one first passage: who is on no such list is on no longer one by name, but those whose
# passage is still open, who stand with them on the list of all passages.
_NO_PART = "'~all'"
_AFTER_OR_OPEN = f"({_AFTER} OR NOT ended)"
_OF_AFTER = Condition("", part=_NO_PART, wholes=(_AFTER, _AFTER_OR_OPEN), after=True)

_PLAIN: dict[str, Condition] = {
    measures.PASSAGES: Condition("TRUE"),
    measures.VARIANT: Condition(_VARIANT, part=_OVER_PART.format("variant")),
    measures.SOURCE_VARIANT: Condition(
        f"variant = %(digest)s AND {_SOURCE_OVER}",
        part=f"CASE WHEN {_SOURCE_OVER} THEN '=' || variant ELSE 'other' END",
        wholes=(_SOURCE_OVER, _VARIANT),
    ),
    measures.TRUNCATED: Condition("truncated"),
    measures.WENT_ON: Condition(WENT_ON),
    measures.VISITED: Condition(_VISITED),
    measures.LAST: Condition(
        f"ended AND {_LAST} = %(a)s", part=_OVER_PART.format(f"{_LAST}::text"), wholes=(_VISITED,)
    ),
    measures.ENTRY: Condition(_ENTRY, part=f"{_FIRST}::text"),
    names.ENTRY_OVER: Condition(_ENTRY_OVER, part=_OVER_PART.format(f"{_FIRST}::text"), wholes=(_ENTRY,)),
    names.ENTRY_DONE: Condition(f"{_ENTRY_OVER} AND {_DONE}", designed=True, wholes=(_ENTRY_OVER,)),
    names.ENTRY_SCORE: Condition(f"{_ENTRY_OVER} AND scores <> '{{}}'", wholes=(_ENTRY_OVER,)),
    names.ENTRY_ALONE: Condition(f"{_ENTRY_OVER} AND channel_ids <@ ARRAY[%(a)s]::bigint[]", wholes=(_ENTRY_OVER,)),
    names.BEGAN_DIGITAL: Condition(_BEGAN),
    names.CROSSED: Condition(_CROSSED, wholes=(_BEGAN,)),
    names.CROSSED_DONE: Condition(f"{_CROSSED} AND {_DONE}", designed=True, wholes=(_CROSSED,)),
    names.STAYED: Condition(_STAYED, wholes=(_BEGAN,)),
    names.STAYED_DONE: Condition(f"{_STAYED} AND {_DONE}", designed=True, wholes=(_STAYED,)),
    measures.REACHED: Condition(_REACHED, designed=True),
    names.DROPPED: Condition(
        f"ended AND {_REACHED} AND NOT {_ONWARD}", designed=True, wholes=(_REACHED,)
    ),
    measures.SOURCE: Condition(_SOURCE, part="source"),
    measures.SOURCE_OVER: Condition(_SOURCE_OVER, part=_OVER_PART.format("source"), wholes=(_SOURCE,)),
    measures.SOURCE_SCORE: Condition(f"{_SOURCE_OVER} AND scores <> '{{}}'", wholes=(_SOURCE_OVER,)),
    names.SOURCE_DONE: Condition(f"{_SOURCE_OVER} AND {_DONE}", designed=True, wholes=(_SOURCE_OVER,)),
    measures.UNITS: Condition("(SELECT count(DISTINCT u) FROM unnest(unit_ids) u WHERE u > 0) > 1"),
    measures.FITNESS: Condition("ended AND fitness IS NOT NULL"),
    measures.SKIPPED: Condition("ended AND skipped @> ARRAY[%(a)s]::bigint[]"),
    measures.REPEATED: Condition("ended AND repeated @> ARRAY[%(a)s]::bigint[]", wholes=(_VISITED,)),
    measures.UNDESIGNED: Condition("ended AND undesigned @> ARRAY[%(a)s]::bigint[]", wholes=(_VISITED,)),
    measures.TO_HUMAN: Condition("human_after IS NOT NULL"),
    measures.PEAK_END: Condition("ended AND cardinality(scores) >= 3"),
    measures.PLAIN_MEAN: Condition("ended AND cardinality(scores) >= 3"),
    names.AFTER: Condition(_AFTER, part=_NO_PART, wholes=(_AFTER_OR_OPEN,), after=True),
    names.AFTER_RECOMMENDED: replace(_OF_AFTER, held="recommended IS TRUE"),
    names.AFTER_BOUGHT: replace(_OF_AFTER, held="bought IS TRUE"),
}  # fmt: skip
_COUNTED: dict[str, str] = {
    measures.ENCOUNTERS: f"{_OVER_CHANNELS} x = %(a)s",
    names.DIGITAL: f"{_OVER_CHANNELS} x = ANY(%(digital)s)",
    names.KNOWN_CHANNEL: f"{_OVER_CHANNELS} x <> 0",
    measures.FAILURE: "SELECT count(*) FROM jsonb_array_elements(failures) f WHERE left(f ->> 0, 100) = %(text)s",
    measures.CURVE: f"{_SCORES} x = %(a)s",
    names.FELT: f"{_SCORES} x = ANY(%(mine)s)",
    names.WAY: f"{_STEPS} x = ANY(%(mine)s) AND y = ANY(%(next)s)",
    names.WAITED: f"{_STEPS} x <> ALL(%(mine)s) AND y = ANY(%(mine)s)",
    names.WITHIN: f"{_STEPS} x = ANY(%(mine)s) AND y = ANY(%(mine)s)",
}


def condition_of(behind: Behind, *, design: Design, called: Names) -> Condition:
    """`design` is that of today. Raises BadQuery where the key is not one of the measure's."""
    key = key_of(behind)
    given = {
        "a": key.a,
        "b": key.b,
        "step": f",{key.a},,{key.b},",
        "text": key.text,
        "digest": key.digest,
        "digital": [id for id, channel in called.channels.items() if channel.digital],
        **_touchpoints(behind.measure, key, design),
    }
    if behind.measure in _PLAIN:
        of = _PLAIN[behind.measure]
        return replace(of, given=given | after_sql.given() if of.after else given)
    times = f"({_times(behind.measure, key)})"
    return Condition("TRUE", times, "", _wholes(behind.measure, key), given, behind.measure in names.KINDS)


def _wholes(measure: str, key: Key) -> tuple[str, ...]:
    """Of a pair its ends; of one kind the same changes of any kind; of scored ones those scored or not."""
    if measure == measures.EDGE:
        ends = (name for name in ("a", "b") if getattr(key, name) is not None)
        return tuple(f"touchpoint_ids @> ARRAY[%({end})s]::bigint[]" for end in ends)
    if measure == measures.HANDOFF_SCORE:
        return (f"({_times(measures.HANDOFF, key)}) > 0",)
    if measure in names.KINDS and key.kind:
        return (f"({_times(measure, replace(key, kind=''))}) > 0",)
    return ()


def _times(measure: str, key: Key) -> str:
    if measure in _COUNTED:
        return _COUNTED[measure]
    if measure == measures.PING_PONG:
        return _THERE_AND_BACK + (" AND y = %(a)s" if key.a is not None else "")
    if measure == measures.EDGE:
        if key.a is None:
            return "SELECT (touchpoint_ids[1] = %(b)s)::int"
        if key.b is None:
            return f"SELECT (ended AND {_LAST} = %(a)s)::int"
        if key.a == key.b:
            return f"{_STEPS} x = %(a)s AND y = %(b)s"
        # Taking passages apart took three quarters of the time, and cannot be shared between processes: most that meet
        # the first meet it once, and in others two that differ are counted as text.
        return f"""CASE WHEN {_AT} IS NULL THEN 0
            WHEN array_position(touchpoint_ids, %(a)s::bigint, {_AT} + 1) IS NOT NULL
            THEN (length({_TEXT}) - length(replace({_TEXT}, %(step)s, ''))) / length(%(step)s)
            WHEN touchpoint_ids[{_AT} + 1] = %(b)s THEN 1 ELSE 0 END"""
    named = [f"{end} = %({name})s" for end, name in (("x", "a"), ("y", "b")) if getattr(key, name) is not None]
    text = _CHANGES.format(
        column="channel_ids" if measure == measures.SWITCH else "unit_ids",
        ends="%(a)s IN (x, y)" if key.either else " AND ".join(named) or "TRUE",
        kind=f"{_DESIGNED} AND NOT {_FORCED}"
        if measure == measures.SWITCH and key.kind == "designed"
        else _OF_KIND[key.kind],
    )
    return text + (_SCORED_TWICE if measure == measures.HANDOFF_SCORE else "")


def _touchpoints(measure: str, key: Key, design: Design) -> dict[str, list[int]]:
    """Those of the stages that a key names, as the design is today; of a way each belongs to its first stage."""
    first: dict[int, int] = {}
    of: dict[int, list[int]] = {}
    for stage in design.stages:
        for step in stage.steps:
            first.setdefault(step.touchpoint, stage.id)
            of.setdefault(stage.id, []).append(step.touchpoint)
    if measure == names.WAY:
        return {
            name: [id for id, stage in first.items() if stage == wanted]
            for name, wanted in (("mine", key.a), ("next", key.b))
        }
    return {"mine": of.get(key.a or 0, []) if measure in names.OF_STAGE else []}


def designs_json(behind: Behind, journey_ids: list[int]) -> str:
    """`d` for every version of the journeys' designs: the touchpoints of the stage that the key names (`mine`), of
    later ones (`later`) and of those where it may end (`ends`), and what may come right after what (`follows`)."""
    stage = key_of(behind).a if behind.measure in names.OF_STAGE else None
    rows = []
    versions = JourneyVersion.objects.filter(journey_id__in=journey_ids).values_list("id", flat=True)
    for id, design in designs.load(versions).items():
        stages = [(each, [step.touchpoint for step in each.steps]) for each in design.stages]
        at = next((place for place, (each, _met) in enumerate(stages) if each.id == stage), len(stages))
        ends = [
            met
            for place, (_each, met) in enumerate(stages)
            if all(later.optional for later, _met in stages[place + 1 :])
        ]
        pairs = follows(design) if behind.measure in names.KINDS else ()
        rows.append(
            {
                "v": id,
                "mine": [id for _each, met in stages[at : at + 1] for id in met],
                "later": [id for _each, met in stages[at + 1 :] for id in met],
                "ends": [id for met in ends for id in met],
                "follows": {f"{a}>{b}": 1 for a, b in sorted(pairs)},
            }
        )
    return msgspec.json.encode(rows).decode()
