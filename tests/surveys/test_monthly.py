"""History told as monthly counts: counted with the answers, replaced by difference, never lost by a rebuild."""

from datetime import UTC, date, datetime

import pytest

from cxplatform.pipeline.rebuild import rebuild
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from surveys.answer import record_responses
from surveys.models import MonthlyCount
from surveys.monthly import Told, take_in
from tests.factories import make_tenant, make_touchpoint
from tests.surveys.worlds import count_all, counted, make_survey, submission

pytestmark = pytest.mark.django_db

MAY = date(2025, 5, 1)


def nps(*values: int) -> tuple[int, ...]:
    return tuple(values.count(value) for value in range(11))


def told(tenant: Tenant, *rows: Told) -> int:
    with activate(tenant.pk):
        return take_in(rows)


def test_a_month_stands_in_its_middle_and_in_its_month_at_the_touchpoint_and_in_the_total() -> None:
    tenant = make_tenant()
    shop = make_touchpoint(tenant)
    assert told(tenant, Told("nps/0-10", shop.pk, 7, MAY, nps(9, 9, 3))) == 1
    key = ("nps/0-10", "", "")
    assert counted(tenant) == {
        (*key, grain, place, start, 7, "customer", ""): list(nps(9, 9, 3))
        for grain, start in (("d", date(2025, 5, 15)), ("m", MAY))
        for place in (0, shop.pk)
    }


def test_the_same_counts_again_change_nothing_and_others_replace_them() -> None:
    tenant = make_tenant()
    shop = make_touchpoint(tenant)
    first = [Told("nps/0-10", shop.pk, 0, MAY, nps(9, 3)), Told("fcr/5", shop.pk, 0, MAY, (3, 0, 0, 1, 0))]
    assert told(tenant, *first) == 2
    before = counted(tenant)
    assert told(tenant, *first) == 0
    assert counted(tenant) == before
    assert told(tenant, first[1], Told("nps/0-10", shop.pk, 0, MAY, nps(9, 9, 10))) == 1
    other = make_tenant()
    told(other, Told("nps/0-10", shop.pk, 0, MAY, nps(9, 9, 10)), first[1])
    assert counted(tenant) == counted(other)
    assert told(tenant, Told("nps/0-10", shop.pk, 0, MAY, nps()), Told("fcr/5", shop.pk, 0, MAY, (0,) * 5)) == 2
    assert counted(tenant) == {}
    with activate(tenant.pk):
        assert not MonthlyCount.objects.exists()


def test_a_rebuild_finds_the_same_from_months_and_answers_together() -> None:
    tenant = make_tenant()
    shop = make_touchpoint(tenant)
    survey = make_survey(tenant)
    with activate(tenant.pk):
        record_responses([submission(survey, nps=9, touchpoint=shop.slug)], collected_by="api")
    count_all(tenant)
    told(tenant, Told("nps/0-10", shop.pk, 0, MAY, nps(9, 3)), Told("nps/3", shop.pk, 0, date(2025, 4, 1), (1, 2, 3)))
    before = counted(tenant)
    assert rebuild(tenant.pk)["surveys.rollups"] == 0
    assert counted(tenant) == before
    assert {key[0] for key in before} == {"nps/0-10", "nps/3"}


def test_a_month_that_answers_of_our_own_share_is_corrected_without_touching_them() -> None:
    tenant = make_tenant()
    shop = make_touchpoint(tenant)
    survey = make_survey(tenant)
    mine = submission(survey, nps=0, touchpoint=shop.slug, answered_at=datetime(2025, 5, 15, 9, tzinfo=UTC))
    with activate(tenant.pk):
        record_responses([mine], collected_by="api")
    count_all(tenant)
    before = counted(tenant)
    told(tenant, Told("nps/0-10", shop.pk, 0, MAY, nps(9)))
    assert {tuple(row) for row in counted(tenant).values()} == {nps(0, 9)}
    told(tenant, Told("nps/0-10", shop.pk, 0, MAY, nps()))
    assert counted(tenant) == before
