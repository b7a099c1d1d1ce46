"""Calendar periods by table, over changes of the clock, and rules by periods that cannot be judged."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from promises.judging.periods import periods
from promises.models import Promise, Rule
from tests.factories import make_tenant
from tests.promises.test_periods import CONTACT, OPEN, STOCK
from tests.promises.worlds import at


@pytest.mark.parametrize(
    ("zone", "moment", "period", "expected"),
    [
        ("Europe/Helsinki", "2026-03-29T12:00Z", "day", [23, 24]),
        ("Europe/Helsinki", "2026-10-25T12:00Z", "day", [25, 24]),
        ("Europe/Helsinki", "2026-10-25T21:59Z", "week", [169, 168]),
        ("Europe/Helsinki", "2026-10-25T22:00Z", "week", [168, 168]),
        ("Europe/Helsinki", "2026-10-31T21:59:59Z", "month", [745, 720]),
        ("Europe/Helsinki", "2026-12-31T23:00Z", "quarter", [2159, 2184]),
        ("Africa/Cairo", "2026-04-24T12:00Z", "day", [23, 24]),  # the clock jumps over midnight
        ("America/Havana", "2026-11-01T12:00Z", "day", [25, 24]),  # midnight comes twice
        ("Pacific/Apia", "2011-12-30T09:00Z", "day", [24, 24]),  # the 30th was skipped
        ("Asia/Kathmandu", "2026-02-28T18:15Z", "month", [744, 720]),
    ],
)
def test_how_long_periods_are(zone: str, moment: str, period: str, expected: list[int]) -> None:
    found = periods(at(moment), zone=zone, period=period)
    first, second = next(found), next(found)
    assert first[0] <= at(moment) < first[1] == second[0]
    assert [(end - start) / timedelta(hours=1) for start, end in (first, second)] == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"match": "event"}, "match"),
        ({"period": ""}, "period"),
        ({"closing_type": ""}, "closing_type"),
        ({"opening_type": ""}, "opening_type"),
        ({"minimum_count": None}, "minimum_count"),
        ({"minimum_count": 1001}, "minimum_count"),
        ({"ending_type": "contact"}, "ending_type"),
        ({"ending_type": "promise.broken"}, "ending_type"),
        (OPEN | {"share": None}, "share"),
        (OPEN | {"share": 0}, "share"),
        (OPEN | {"operator": ""}, "operator"),
        (STOCK | {"opening_type": "begin"}, "opening_type"),
    ],
)
def test_what_could_not_be_judged_is_refused_at_its_field(changes: dict[str, Any], field: str) -> None:
    tenant: Tenant = make_tenant()
    base = {} if "kind" in changes else CONTACT
    with activate(tenant.pk):
        promise = Promise.objects.create(slug="p", name="p", wording="w")
        with pytest.raises(ValidationError) as refused:
            Rule(promise=promise, **{**base, **changes}).clean()
    assert list(refused.value.message_dict) == [field]
