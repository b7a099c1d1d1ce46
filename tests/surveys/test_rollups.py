"""Counting answers: exact, once, the same in any order, and equal to a rebuild."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxplatform.pipeline import pulse
from cxplatform.pipeline.consumers import Claim
from cxplatform.pipeline.models import QueueRow
from cxplatform.pipeline.rebuild import rebuild
from cxplatform.stats.score import score
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from surveys import rollups
from surveys.amend import OPEN_FOR, amend
from surveys.answer import record_responses
from surveys.corrections import move_responses, remove_test_answers
from surveys.models import Response, Survey
from surveys.submission import Place, Submission
from tests.factories import make_channel, make_dimension, make_tenant, make_touchpoint, make_unit
from tests.surveys.worlds import CES, NPS, REASON, count_all, counted, make_survey, submission, totals

pytestmark = pytest.mark.django_db

NOON = datetime(2025, 3, 5, 12, tzinfo=UTC)


def take(tenant: Tenant, *submissions: Submission, **door: Any) -> list[Any]:
    with activate(tenant.pk):
        done = record_responses(submissions, **{"collected_by": "api"} | door)
    assert not done.rejected
    return [taken.id for taken in done.taken]


def differences(tenant: Tenant) -> int:
    return rebuild(tenant.pk)["surveys.rollups"]


def test_an_answer_stands_in_every_row_it_belongs_to_and_nowhere_else() -> None:
    tenant = make_tenant()
    make_dimension(tenant, "segment")
    web, espoo = make_channel(tenant, "web"), make_unit(tenant, "espoo")
    chat = make_touchpoint(tenant, "chat", channel=web, unit=espoo)
    survey = make_survey(tenant)
    take(tenant, submission(survey, nps=9, touchpoint="chat", answered_at=NOON, properties={"segment": "fleet"}))
    take(tenant, submission(survey, nps=2, answered_at=NOON, audience="employee"))
    assert count_all(tenant) == 2
    nine, two = [0] * 9 + [1, 0], [0, 0, 1] + [0] * 8
    expected: dict[Any, list[int]] = {}
    for grain, start in (("d", date(2025, 3, 5)), ("m", date(2025, 3, 1))):
        for place in (0, chat.pk):
            for dimension, value in (("", ""), ("segment", "fleet"), ("unit", str(espoo.pk))):
                expected["nps/0-10", dimension, value, grain, place, start, web.pk, "customer", ""] = nine
        expected["nps/0-10", "", "", grain, 0, start, 0, "employee", ""] = two
    assert counted(tenant) == expected


def test_nps_of_what_was_counted_is_exact() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    take(tenant, *(submission(survey, nps=value) for value in [10] * 30 + [9] * 20 + [7] * 15 + [8] * 15 + [0, 6] * 10))
    count_all(tenant)
    found = score("nps/0-10", totals(tenant)["nps/0-10"])
    assert (found.n, found.value) == (100, 30.0)
    assert (round(found.low, 2), round(found.high, 2)) == (14.05, 44.20)


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Europe/Helsinki", datetime(2025, 12, 31, 21, 59, tzinfo=UTC), date(2025, 12, 31)),
        ("Europe/Helsinki", datetime(2025, 12, 31, 22, 0, tzinfo=UTC), date(2026, 1, 1)),
        ("Europe/Helsinki", datetime(2025, 3, 29, 21, 59, tzinfo=UTC), date(2025, 3, 29)),
        ("Europe/Helsinki", datetime(2025, 3, 30, 20, 59, tzinfo=UTC), date(2025, 3, 30)),
        ("Europe/Helsinki", datetime(2025, 3, 30, 21, 0, tzinfo=UTC), date(2025, 3, 31)),
        ("Pacific/Kiritimati", datetime(2025, 5, 1, 10, 0, tzinfo=UTC), date(2025, 5, 2)),
        ("America/St_Johns", datetime(2025, 5, 1, 2, 29, tzinfo=UTC), date(2025, 4, 30)),
    ],
)
def test_a_day_is_the_tenants_day(zone: str, moment: datetime, day: date) -> None:
    tenant = make_tenant(timezone=zone)
    take(tenant, submission(make_survey(tenant), nps=9, answered_at=moment))
    count_all(tenant)
    assert {(key[3], key[5]) for key in counted(tenant)} == {("d", day), ("m", day.replace(day=1))}


def test_a_claim_delivered_again_counts_nothing_more() -> None:
    tenant = make_tenant()
    ids = take(tenant, *(submission(make_survey(tenant), nps=value) for value in range(11)))
    count_all(tenant)
    before = counted(tenant)
    with activate(tenant.pk):
        rollups.consume(Claim(tenant.pk, ids + ids[:3]))
        rollups.consume(Claim(tenant.pk, ids[5:6]))
    assert counted(tenant) == before
    assert differences(tenant) == 0


def test_tenants_are_counted_apart() -> None:
    ours, theirs = make_tenant(), make_tenant()
    ids = take(ours, submission(make_survey(ours), nps=9))
    with activate(theirs.pk):
        rollups.consume(Claim(theirs.pk, ids))
    assert counted(theirs) == {}
    count_all(ours)
    assert (len(counted(ours)), counted(theirs)) == (2, {})


def test_in_a_wave_a_customers_latest_answer_replaces_the_earlier_ones() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, kind="relationship", questions=[NPS, CES])
    other = make_survey(tenant, kind="relationship")
    hours = iter(range(100))

    def says(customer: str, of: Survey = survey, **fields: Any) -> Submission:
        return submission(of, customer=customer, **{"answered_at": NOON + timedelta(hours=next(hours))} | fields)

    take(tenant, says("ann", nps=0, ces=1), says("bob", nps=10))
    count_all(tenant)
    take(tenant, says("ann", nps=9), says("", nps=5), says("", nps=5))
    take(tenant, says("ann", nps=3, answered_at=NOON - timedelta(days=1)))  # late: older than what stands
    take(tenant, says("ann", nps=8, answered_at=NOON + timedelta(days=60)), says("ann", of=other, nps=7))
    count_all(tenant)
    assert totals(tenant) == {"nps/0-10": [0, 0, 0, 0, 0, 2, 0, 1, 1, 1, 1]}
    assert {key[8] for key in counted(tenant)} == {"2025-Q1", "2025-Q2"}
    assert differences(tenant) == 0


def test_of_two_answers_at_the_same_moment_one_stands_and_a_test_never_does() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, kind="relationship")
    later = NOON + timedelta(hours=1)
    ids = take(
        tenant,
        submission(survey, nps=1, customer="ann", answered_at=NOON),
        submission(survey, nps=2, customer="ann", answered_at=NOON),
        submission(survey, nps=3, customer="ann", answered_at=later, test=True),
    )
    with activate(tenant.pk):
        rollups.consume(Claim(tenant.pk, ids[::-1]))
    assert totals(tenant) == {"nps/0-10": [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]}
    assert differences(tenant) == 0


def test_removed_tests_leave_the_counts_and_let_the_earlier_answer_stand_again() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, kind="relationship")
    _, second, alone = take(
        tenant,
        submission(survey, nps=10, customer="ann", answered_at=NOON),
        submission(survey, nps=0, customer="ann", answered_at=NOON + timedelta(hours=1)),
        submission(survey, nps=5, answered_at=NOON + timedelta(days=40)),
    )
    count_all(tenant)
    assert totals(tenant) == {"nps/0-10": [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]}
    with activate(tenant.pk):
        version = pulse.version()
        assert remove_test_answers([second, alone, alone]) == 2
        assert remove_test_answers([second]) == 0
        assert pulse.version() == version + 1
        assert Response.objects.count() == 3
    assert {key[5] for key in counted(tenant)} == {date(2025, 3, 5), date(2025, 3, 1)}
    assert totals(tenant) == {"nps/0-10": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]}
    assert differences(tenant) == 0


def test_answers_of_a_text_mapped_later_are_moved_in_one_step() -> None:
    tenant = make_tenant()
    web = make_channel(tenant, "web")
    chat = make_touchpoint(tenant, "chat", channel=web)
    survey = make_survey(tenant)
    ids = take(tenant, submission(survey, nps=9, touchpoint="Live chat"), submission(survey, nps=9, touchpoint="x"))
    count_all(tenant)
    with activate(tenant.pk):
        assert move_responses(ids[:1], to=Place(chat.pk, web.pk)) == 1
    assert {(key[4], key[6]) for key in counted(tenant)} == {(0, 0), (0, web.pk), (chat.pk, web.pk)}
    assert totals(tenant) == {"nps/0-10": [0] * 9 + [2, 0]}
    assert differences(tenant) == 0


def test_an_outsiders_answers_are_neither_removed_nor_moved() -> None:
    ours, theirs = make_tenant(), make_tenant()
    ids = take(ours, submission(make_survey(ours), nps=9))
    count_all(ours)
    before = counted(ours)
    with activate(theirs.pk):
        assert remove_test_answers(ids) == 0
        assert move_responses(ids, to=Place(1)) == 0
        assert amend(submission_id="anything", answers={"nps": 1}).id is None
    assert counted(ours) == before


def test_later_pages_join_the_first_answer() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, questions=[NPS, CES, REASON])
    (id_,) = take(tenant, submission(survey, "page", nps=9))
    count_all(tenant)
    with activate(tenant.pk):
        assert amend(submission_id="page", answers={"ces": 7}).id == id_
        assert amend(submission_id="page", answers={"nps": 8}, texts={"reason": "  slow  "}).id == id_
        queued = QueueRow.objects.count()
        assert amend(submission_id="page", answers={"nps": 8}).id == id_
        assert QueueRow.objects.count() == queued
        assert amend(submission_id="page", answers={"ces": 8}).errors == {
            "answers.ces": "ces/1-7: 8 is not on the scale; give a whole number from 1 to 7"
        }
        response = Response.objects.get()
        assert (response.answers, response.texts) == ({"nps": 8, "ces": 7}, {"reason": "slow"})
    count_all(tenant)
    assert totals(tenant) == {"nps/0-10": [0] * 8 + [1, 0, 0], "ces/1-7": [0] * 6 + [1]}
    assert differences(tenant) == 0


def test_a_submission_is_open_for_a_day() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    take(tenant, submission(survey, "old", nps=9, answered_at=datetime.now(UTC) - OPEN_FOR))
    with activate(tenant.pk):
        assert amend(submission_id="old", answers={"nps": 0}).late
        assert Response.objects.get().answers == {"nps": 9}


def test_a_rebuild_mends_and_says_how_much() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    take(tenant, *(submission(survey, nps=value, answered_at=NOON) for value in range(11)))
    count_all(tenant)
    right = counted(tenant)
    with activate(tenant.pk):
        from surveys.models import ScoreRollup

        ScoreRollup.objects.filter(grain="m").update(histogram=[7] * 11)
        ScoreRollup.objects.filter(grain="d").delete()
    assert differences(tenant) == 2
    assert counted(tenant) == right
    assert differences(tenant) == 0


def test_a_rebuild_counts_what_still_waits_and_the_queue_adds_nothing() -> None:
    tenant = make_tenant()
    take(tenant, submission(make_survey(tenant), nps=9))
    differences(tenant)
    right = counted(tenant)
    assert (len(right), count_all(tenant)) == (2, 1)
    assert counted(tenant) == right


@pytest.fixture
def companies() -> list[Tenant]:
    """Two alike: answers of the one must not count with the other's."""
    made = [make_tenant(), make_tenant()]
    for tenant in made:
        make_dimension(tenant)
        for kind in ("relationship", "transaction"):
            make_survey(tenant, kind, questions=[NPS, CES], kind=kind)
    return made


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), size=st.integers(1, 40), relationship=st.booleans())
def test_any_order_company_and_repetition_ends_in_the_same_counts(
    companies: list[Tenant], seed: int, size: int, relationship: bool
) -> None:
    random = Random(seed)
    ends = []
    answers = [
        {
            "submission_id": f"s{i}",
            "answers": {"nps": random.randrange(11)} | ({"ces": random.randint(1, 7)} if random.random() < 0.5 else {}),
            "customer": random.choice(["", "ann", "bob"]),
            "answered_at": NOON + timedelta(days=random.randrange(60), seconds=i),
            "properties": {"segment": random.choice(["fleet", "consumer", ""])},
            "test": random.random() < 0.1,
        }
        for i in range(size)
    ]
    with transaction.atomic():  # rolled back, so that the next example finds the two companies empty
        for tenant in companies:
            survey = "relationship" if relationship else "transaction"
            random.shuffle(answers)
            cut = random.randrange(size)
            ids = take(tenant, *(Submission(survey=survey, **a) for a in answers[:cut]))
            if random.random() < 0.5:
                count_all(tenant)
            ids += take(tenant, *(Submission(survey=survey, **a) for a in answers[cut:]))
            random.shuffle(ids)
            with activate(tenant.pk):
                for start in range(0, size, 7):
                    rollups.consume(Claim(tenant.pk, ids[start : start + 9]))
            count_all(tenant)
            ends.append(counted(tenant))
            assert differences(tenant) == 0
        transaction.set_rollback(True)
    assert ends[0] == ends[1]
