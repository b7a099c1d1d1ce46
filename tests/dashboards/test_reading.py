"""A group of customers is read with as few others as it takes to know that nobody small is told on."""

import random
from datetime import date
from math import isqrt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplatform.stats import anonymity
from cxplatform.tenancy.context import activate
from dashboards.load import EVERYBODY, Slice
from dashboards.periods import Period
from dashboards.query import Query, Segment
from dashboards.reading import NOW, SEGMENT, Read, Reading
from dashboards.structure import load_structure
from surveys.models import ScoreRollup
from tests.dashboards.worlds import NPS
from tests.factories import make_dimension, make_tenant, make_touchpoint

VALUES = tuple("abcdefghi")
WINDOWS = {NOW: Period(date(2026, 3, 1), date(2026, 4, 1)), "previous": Period(date(2026, 2, 1), date(2026, 3, 1))}


def test_what_some_siblings_settle_all_of_them_say_too() -> None:
    chance, settled = random.Random(5), {True: 0, False: 0, None: 0}
    for _ in range(4000):
        sizes = {key: chance.choice((0, 0, 1, 3, 4, 5, 5, 6, 9)) for key in VALUES[: chance.randrange(1, 9)]}
        known = {key: n for key, n in sizes.items() if chance.random() < 0.5 or key == "a"}
        told = anonymity.settled(known, "a", minimum=5)
        settled[told] += 1
        assert told in (None, "a" in anonymity.visible(sizes, minimum=5))
    assert min(settled.values()) > 400


@pytest.mark.django_db
def test_every_group_is_shown_or_hidden_as_if_all_were_read_at_every_place_and_in_every_channel() -> None:
    tenant, chance = make_tenant(), random.Random(11)
    make_dimension(tenant, "segment")
    with activate(tenant.pk):
        places = [make_touchpoint(tenant) for _ in range(25)]
        rows: dict[tuple[str, int, date, int], int] = {}
        for start in (date(2026, 2, 1), date(2026, 3, 1)):
            for place in places:
                for value in VALUES:
                    for channel in (0, 1):
                        n = chance.choice((0, 0, 0, 1, 2, 5, 6, 9))
                        for at in (0, place.pk):
                            for of in ("", value):
                                rows[of, at, start, channel] = rows.get((of, at, start, channel), 0) + n
                # Some have no value at all: a group too, and mostly a small one.
                rows["", place.pk, start, 0] += chance.choice((0, 0, 1, 2, 7))
        ScoreRollup.objects.bulk_create(
            ScoreRollup(
                metric=NPS, dimension="segment" if value else "", value=value, grain="m", touchpoint_id=at, start=start,
                channel_id=channel, audience="customer", wave="", histogram=[n, *[0] * 10],
            )
            for (value, at, start, channel), n in rows.items() if n
        )  # fmt: skip
        structure, told = load_structure(), {"shown": 0, "hidden": 0}
        known = tuple(structure.places.values())
        for value, beside in zip(VALUES, (*VALUES[1:], ""), strict=True):
            query = Query(
                period=WINDOWS[NOW],
                segment=Segment("segment", value),
                compare=Segment("segment", beside) if beside else None,
            )
            reading = Reading(query, structure, 5, VALUES)
            parts = (EVERYBODY, *(("segment", each) for each in VALUES))
            for by in ((), ("touchpoint_id",), ("touchpoint_id", "channel_id")):
                for asked_of in (known,) if "touchpoint_id" in by else (None, known):
                    with CaptureQueriesContext(connection) as captured:
                        read = reading.counts(metrics=[NPS], windows=WINDOWS, places=asked_of, by=by)
                    assert len(captured) <= 2
                    assert len(read.first) == len({value, beside} - {""}) + isqrt(
                        len(VALUES) - len({value, beside} - {""})
                    )
                    sliced = Slice(
                        parts=parts, touchpoints=None if asked_of is None else tuple(place.id for place in known)
                    )
                    whole = Read(reading, reading.divided(metrics=[NPS], windows=WINDOWS, of=sliced, by=(*by, "value")))
                    reads = [(read, whole)]
                    if "channel_id" in by:
                        reads.append((read.without_channel(), whole.without_channel()))
                    for one, all_read in reads:
                        for key in {key[2:-1] for key in all_read.counted.histograms}:
                            for window in (*WINDOWS, *([SEGMENT] if beside else [])):
                                found, expected = one.get(NPS, window, *key), all_read.get(NPS, window, *key)
                                assert (found is None) == (expected is None), (value, by, window, key)
                                assert found is None or expected is None or list(found) == list(expected)
                                told["hidden" if found is None else "shown"] += 1
        assert min(told.values()) > 500
