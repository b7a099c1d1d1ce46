"""A list of answers that is opened from a part of them is one that the full count opens too."""

import random
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cxplatform.stats import anonymity
from cxplatform.stats.metrics import metric
from cxplatform.tenancy.context import activate
from dashboards.leadership import answers_behind, answers_bounds
from dashboards.leadership.answers_behind import behind_of, load_answers
from dashboards.leadership.answers_bounds import Read, Sides
from dashboards.query import Query, Segment, named_period
from dashboards.structure import load_structure
from tests.dashboards.test_answers_behind import answer
from tests.factories import make_channel, make_dimension, make_journey, make_tenant, make_touchpoint, make_unit

# The newest last: where, over which channel, of which value, who, whether it is counted.
ANSWERS = st.lists(
    st.tuples(
        st.sampled_from([1, 1, 1, 2, 3]),
        st.sampled_from(["5", "5", "6", "None"]),
        st.sampled_from(["a", "a", "b", "c", "None"]),
        st.integers(0, 40),
        st.sampled_from([True, True, True, False]),
    ),
    max_size=120,
)
GROUPS = st.sampled_from([(), ((1, 2),), ((1, 2), (1, 3)), ((1, 2, 3),)])


@given(
    ANSWERS,
    GROUPS,
    st.sampled_from([{1}, {1, 2}]),
    st.sampled_from(["", "5"]),
    st.sampled_from(["", "a"]),
    st.integers(1, 30),
    st.integers(3, 6),
    st.integers(0, 3),
    st.booleans(),
)
def test_what_the_newest_settle_the_full_count_says_too(
    answers: list[Any], groups: Any, places: Any, channel: str, value: str, newest: int, minimum: int, slack: int,
    known: bool,
) -> None:  # fmt: skip
    asked = [(at, over, of, who) for at, over, of, who, counts in answers if counts]
    highs: Counter[Any] = Counter({(at, "7"): slack for at in places})  # counted elsewhere, and in no list
    highs.update((at, over) for at, over, of, _who in asked if value in ("", of))
    by_value = Counter(of for at, over, of, _who in asked if at in places and channel in ("", over))
    sides = Sides(
        frozenset(places), groups, channel, value, bool(value), highs, {each: n + slack for each, n in by_value.items()}
    )
    read = [
        Read(at, over, of, UUID(int=who), counts)
        for wanted in sides.touchpoints
        for at, over, of, who, counts in [one for one in answers if one[0] == wanted][-newest:]
    ]
    full, people = _full(asked, sides, minimum=minimum)
    told = sides.closed(read, newest=newest, minimum=minimum, people=people if known else None)
    assert told in (None, full)
    if newest == 30 and not slack and len(answers) < newest:
        assert told is not None  # all were read


def _full(asked: list[Any], sides: Sides, *, minimum: int) -> tuple[str, int]:
    """As answers_behind tells it from all of them."""

    def people(by: int, *, within: bool, channel: str, value: str) -> dict[str, int]:
        found: dict[str, set[int]] = defaultdict(set)
        for one in asked:
            if (one[0] in sides.places) == within and channel in ("", one[1]) and value in ("", one[2]):
                found[str(one[by])].add(one[3])
        return {key: len(who) for key, who in found.items()}

    own = {one[3] for one in asked if one[0] in sides.places and sides.channel in ("", one[1])
           and sides.value in ("", one[2])}  # fmt: skip
    if not anonymity.enough(len(own), minimum=minimum):
        return "few", len(own)
    elsewhere = people(0, within=False, channel=sides.channel, value=sides.value)
    divisions = [
        ({str(id): elsewhere.get(str(id), 0) for id in group if id not in sides.places} | {"": len(own)}, "")
        for group in sides.groups
    ]
    if sides.channel:
        divisions.append((people(1, within=True, channel="", value=sides.value), sides.channel))
    if sides.value:
        divisions.append((people(2, within=True, channel=sides.channel, value=""), sides.value))
    rest = any(mine not in anonymity.visible(groups, minimum=minimum) for groups, mine in divisions)
    return "rest" if rest else "", len(own)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_lists_are_closed_as_all_answers_tell(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = make_tenant()
    make_dimension(tenant, "size")
    path = make_journey(tenant, stages=["Buy", "Use"])
    beside = make_touchpoint(tenant, "beside")
    with activate(tenant.pk):
        path.stages[0].steps.create(touchpoint=beside, tenant_id=tenant.pk, position=1)
    channels = [make_channel(tenant, slug).slug for slug in ("web", "shop", "phone")]
    units = [make_unit(tenant, slug) for slug in ("north", "south")]
    chance = random.Random(seed)
    for place, many, hours in ((path.touchpoints[0].slug, 120, 1), ("beside", 25, 10)):
        # In one of the companies three old answers have no size, and nobody else is in a small group.
        size = chance.choices(["s", "l", "None"], [9, 9, seed - 1], k=many)
        size[100:103] = [""] * len(size[100:103])
        answer(
            tenant,
            place,
            *(
                {
                    "customer": f"c{chance.randint(0, 60)}",
                    "nps": chance.randint(0, 10),
                    "channel": chance.choices([*channels, ""], [60, 40, 2, 5])[0],
                    "unit": chance.choice(["north", "south", ""]),
                    "properties": {"size": size[n]} if size[n] else {},
                    "answered_at": timezone.now() - timedelta(hours=n * hours + 1),
                }
                for n in range(many)
            ),
        )
    today = timezone.localdate()
    told: dict[Any, Any] = {}
    asked = list(
        product(
            ([0], [0, 1]),
            ("", *channels),
            (None, *(Segment("size", value) for value in ("s", "l", "None")), Segment("unit", str(units[0].pk))),
            ((), (str(units[0].pk),)),
            ("30d", "today"),
        )
    )
    with activate(tenant.pk):
        structure = load_structure()
        places = [structure.places[path.touchpoints[0].pk], structure.places[beside.pk]]
        for quick in (True, False):
            if quick:
                monkeypatch.setattr(answers_bounds, "NEWEST", 20)
                monkeypatch.setattr(answers_behind, "BLOCK", 80)
            else:
                monkeypatch.undo()
                monkeypatch.setattr(answers_bounds, "load_sides", lambda **_: None)  # the full count
            for one in asked:
                at, channel, segment, own_units, period = one
                days = named_period("30d", today=today)
                query = Query(
                    period=type(days)(today - timedelta(days=1), days.end) if period == "today" else days,
                    channel=channel, segment=segment, own_units=own_units,
                )  # fmt: skip
                found = load_answers(
                    behind_of(structure, [places[each] for each in at]),
                    query=query, of=metric("nps/0-10"), structure=structure, tenant=tenant, page=1,
                )  # fmt: skip
                told.setdefault((str(at), channel, str(segment), own_units, period), []).append(found)
    assert {quick.closed for quick, _full_count in told.values()} == {"", "few", "rest"}
    assert any(quick.many for quick, _full_count in told.values())
    for one, (quick, full) in told.items():
        assert (quick.closed, quick.answers, quick.rows) == (full.closed, full.answers, full.rows), one
        assert quick.people <= full.people if quick.many else quick.people == full.people, one


@pytest.mark.django_db
def test_a_long_list_is_opened_without_counting_all(monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = make_tenant()
    path = make_journey(tenant, stages=["Buy"])
    answer(tenant, path.touchpoints[0].slug, *({"customer": f"c{n % 40}", "nps": n % 11} for n in range(60)))
    monkeypatch.setattr(answers_bounds, "NEWEST", 10)
    monkeypatch.setattr(answers_behind, "BLOCK", 53)
    monkeypatch.setattr(answers_behind, "_closed", None)
    with activate(tenant.pk):
        structure = load_structure()
        found = load_answers(
            behind_of(structure, [structure.places[path.touchpoints[0].pk]]),
            query=Query(period=named_period("30d", today=timezone.localdate())),
            of=metric("nps/0-10"), structure=structure, tenant=tenant, page=1,
        )  # fmt: skip
    assert (found.closed, found.answers, found.people, found.many, len(found.rows)) == ("", 60, 40, True, 50)
