"""The answers behind a score: as many as it was counted from, for those who may see them; few are not told on."""

import re
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cxplatform.pipeline.rebuild import rebuild
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Role
from dashboards.leadership import answers_bounds
from surveys.answer import record_responses
from surveys.models import ScoreRollup
from tests.factories import (
    Path,
    api_of,
    client_of,
    make_channel,
    make_dimension,
    make_journey,
    make_key,
    make_member,
    make_tenant,
    make_touchpoint,
    make_unit,
)
from tests.surveys.worlds import NPS, REASON, count_all, make_survey, submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def path() -> Path:
    """Two touchpoints of a stage: 60 answers of 40 people at the first, none at `beside`."""
    tenant = make_tenant()
    make_dimension(tenant, "size")
    path = make_journey(tenant, stages=["Buy", "Use"])
    beside = make_touchpoint(tenant, "beside")
    with activate(tenant.pk):
        path.stages[0].steps.create(touchpoint=beside, tenant_id=tenant.pk, position=1)
    web = make_channel(tenant, "web")
    shop = make_channel(tenant, "shop")
    answer(
        tenant,
        path.touchpoints[0].slug,
        *(
            {
                "customer": f"c{n % 40}",
                "nps": n % 11,
                "texts": {"reason": f"reason {n}"} if n % 2 else {},
                "channel": (shop if n in (1, 2, 3, 41, 42, 43) else web).slug,
                "properties": {"size": "small" if n % 40 < 10 else "large"},
            }
            for n in range(60)
        ),
    )
    return path


def answer(tenant: Tenant, at: str, *told: dict[str, Any], **of_survey: Any) -> None:
    survey = make_survey(tenant, questions=[NPS, REASON], **of_survey)
    with activate(tenant.pk):
        done = record_responses(
            [
                submission(survey, touchpoint=at, **({"answered_at": timezone.now() - timedelta(hours=number)} | each))
                for number, each in enumerate(told, 1)
            ],
            collected_by="api",
        )
        assert done.accepted == len(told), done
    count_all(tenant)


def seeing(tenant: Tenant) -> Any:
    return client_of(make_member(tenant, Role.VIEWER, sees_identity=True), headers={"accept-language": "en"})


def test_a_score_opens_as_many_answers_as_it_says(path: Path) -> None:
    tenant = path.journey.tenant
    client = seeing(tenant)
    for page in (f"touchpoints/{path.touchpoints[0].slug}/", f"stages/{path.stages[0].pk}/"):
        for asked in ("", "?channel=web", "?segment=size:small", "?period=30d"):
            found = client.get(f"/t/{tenant.slug}/{page}{asked}").content.decode()
            (link, n), *_more = re.findall(r'class="n" href="([^"]*/answers/[^"]*)"[^>]*>(\d+)<', found)
            behind = client.get(link.replace("&amp;", "&"))
            assert (behind.context["found"].closed or behind.context["found"].answers) == (
                "rest" if "channel" in asked else int(n)
            ), link
    whole = client.get(f"/t/{tenant.slug}/touchpoints/{path.touchpoints[0].slug}/answers/")
    assert (whole.context["found"].people, len(whole.context["found"].rows)) == (40, 50)
    newest = whole.context["found"].rows[1]
    assert (newest.customer.external_id, newest.score, newest.side, newest.texts) == ("c1", "1", "bad", ("reason 1",))
    assert "60 answers" in re.sub(r"<[^>]+>", "", whole.content.decode())
    older = client.get(f"/t/{tenant.slug}/touchpoints/{path.touchpoints[0].slug}/answers/?page=2")
    assert [row.customer.external_id for row in older.context["found"].rows] == [f"c{n % 40}" for n in range(50, 60)]


def test_a_list_that_would_tell_on_few_is_closed(path: Path) -> None:
    tenant, client = path.journey.tenant, seeing(path.journey.tenant)

    def closed(address: str) -> str:
        return client.get(f"/t/{tenant.slug}/{address}").context["found"].closed  # type: ignore[no-any-return]

    place = f"touchpoints/{path.touchpoints[0].slug}/answers/"
    assert closed(f"{place}?channel=shop") == "few"  # three people
    assert closed(f"{place}?channel=web") == "rest"
    assert closed(f"{place}?segment=size:small") == ""
    # Beside it three answer: of the stage's 43 who are not on this list they would be the rest.
    answer(tenant, "beside", *({"customer": f"b{n}", "nps": 9} for n in range(3)))
    assert (closed("touchpoints/beside/answers/"), closed(place)) == ("few", "rest")
    assert closed(f"stages/{path.stages[0].pk}/answers/") == ""
    # Nor is a stage that holds the first alone, of whatever journey: of the longer list they would be the rest.
    again = make_journey(tenant, stages=["Alone"])
    with activate(tenant.pk):
        again.stages[0].steps.all().delete()
        again.stages[0].steps.create(touchpoint=path.touchpoints[0], tenant_id=tenant.pk, position=1)
    assert closed(f"stages/{again.stages[0].pk}/answers/") == "rest"
    assert closed(f"stages/{path.stages[0].pk}/answers/") == ""
    with activate(tenant.pk):
        again.stages[0].steps.all().delete()
    assert closed(f"stages/{again.stages[0].pk}/answers/") == "few"


def test_a_list_of_one_group_is_closed_where_it_would_tell_on_few_of_another(path: Path) -> None:
    tenant, client = path.journey.tenant, seeing(path.journey.tenant)
    few = [{"customer": f"h{n}", "nps": 9, "properties": {"size": "huge"}} for n in range(2)]
    answer(tenant, path.touchpoints[0].slug, *few)
    closed = {
        size: client.get(
            f"/t/{tenant.slug}/touchpoints/{path.touchpoints[0].slug}/answers/?segment=size:{size}"
        ).context["found"].closed
        for size in ("small", "large", "huge")
    }  # fmt: skip
    assert closed == {"small": "rest", "large": "", "huge": "few"}


@pytest.mark.parametrize("whole", [False, True])
def test_a_value_called_none_is_not_those_without_one(path: Path, whole: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if whole:
        monkeypatch.setattr(answers_bounds, "load_sides", lambda **_: None)  # the full count
    tenant, client = path.journey.tenant, seeing(path.journey.tenant)
    of_that_name = [{"customer": f"n{n}", "nps": 9, "properties": {"size": "None"}} for n in range(6)]
    answer(tenant, path.touchpoints[0].slug, *of_that_name)

    def told() -> dict[str, Any]:
        place = f"/t/{tenant.slug}/touchpoints/{path.touchpoints[0].slug}/answers/"
        found = {
            size: client.get(f"{place}?segment=size:{size}").context["found"] for size in ("small", "large", "None")
        }
        return {size: each.closed or each.people for size, each in found.items()}

    assert told() == {"small": 10, "large": 30, "None": 6}
    # Two who have no size: with them one group is hidden more, and it is the one called None.
    answer(tenant, path.touchpoints[0].slug, *({"customer": f"w{n}", "nps": 9} for n in range(2)))
    assert told() == {"small": 10, "large": 30, "None": "rest"}
    with activate(tenant.pk):
        rows = ScoreRollup.objects.filter(dimension="size", grain="m", metric=NPS[1], touchpoint_id=0)
        counted: Counter[str] = Counter()
        for row in rows:
            counted[row.value] += sum(row.histogram)
        assert counted == {"small": 20, "large": 40, "None": 6}
    assert rebuild(tenant.pk)["surveys.rollups"] == 0


def test_only_what_the_score_counts_is_listed(path: Path) -> None:
    tenant, at = path.journey.tenant, path.touchpoints[0].slug
    answer(tenant, at, *({"customer": f"c{n}", "nps": 1} for n in range(6)), kind="relationship")
    answer(tenant, at, *({"nps": 1} for _ in range(6)), audience="employee")
    for page in (f"touchpoints/{at}/answers/", f"stages/{path.stages[0].pk}/answers/"):
        assert seeing(tenant).get(f"/t/{tenant.slug}/{page}").context["found"].answers == 60


def test_who_manages_a_unit_reads_who_answered_there_and_nowhere_else(path: Path) -> None:
    tenant, at = path.journey.tenant, path.touchpoints[1].slug
    own, other = make_unit(tenant, "own"), make_unit(tenant, "other")
    answer(
        tenant, at, *({"customer": f"{unit}{n}", "nps": 9, "unit": unit} for unit in ("own", "other") for n in range(7))
    )
    manager = make_member(tenant, Role.UNIT_MANAGER, unit_ids=[own.pk], sees_identity=True)
    client = client_of(manager, headers={"accept-language": "en"})
    address = f"/t/{tenant.slug}/touchpoints/{at}/answers/"
    assert {row.customer.external_id for row in client.get(address).context["found"].rows} == {
        f"own{n}" for n in range(7)
    }
    assert client.get(f"{address}?segment=unit:{other.pk}").status_code == 400


def test_who_answered_is_for_who_sees_identity_and_for_no_other_company(path: Path) -> None:
    tenant = path.journey.tenant
    address = f"/t/{tenant.slug}/touchpoints/{path.touchpoints[0].slug}/answers/"
    unseen = client_of(make_member(tenant, Role.VIEWER), headers={"accept-language": "en"}).get(address)
    assert unseen.context["found"] is None
    assert "reason 1" not in unseen.content.decode()
    other = make_tenant()
    assert seeing(other).get(address).status_code == 404
    assert seeing(other).get(address.replace(tenant.slug, other.slug)).status_code == 404
    for wrong in ("?page=0", "?page=99999", "?segment=x", "?segment=size:%00", "?channel=nowhere"):
        assert seeing(tenant).get(address + wrong).status_code == 400


def test_the_same_answers_are_told_over_rest(path: Path) -> None:
    tenant, place, stage = path.journey.tenant, path.touchpoints[0].slug, str(path.stages[0].pk)
    client = api_of(make_key(tenant, ["read", "customers:read"]))

    def told(**given: Any) -> Any:
        return client.get("/api/v1/scores/answers", given).json()

    whole = told(touchpoint=place)
    newest = whole["results"][1]
    assert datetime.fromisoformat(newest.pop("answered_at")) > timezone.now() - timedelta(hours=3)
    assert newest == {"customer": "c1", "value": 1, "choice": None, "texts": ["reason 1"]}
    assert {name: whole[name] for name in ("metric", "closed", "answers", "customers", "next", "filter")} == {
        "metric": "nps/0-10", "closed": None, "answers": 60, "customers": 40, "next": 2,
        "filter": {"touchpoint": place},
    }  # fmt: skip
    older = told(touchpoint=place, page=2)
    assert ([each["customer"] for each in older["results"]], older["next"]) == (
        [f"c{n % 40}" for n in range(50, 60)],
        None,
    )
    small = told(stage=stage, size="small")
    assert (small["answers"], small["customers"], len(small["results"])) == (20, 10, 20)
    for closed, channel in (("few", "shop"), ("rest", "web")):
        shut = told(touchpoint=place, channel=channel)
        assert [shut[name] for name in ("closed", "answers", "customers", "next", "results")] == [
            closed,
            None,
            None,
            None,
            [],
        ]
    wrong = (
        {},
        {"touchpoint": place, "stage": stage},
        {"touchpoint": "nowhere"},
        {"stage": "0"},
        {"stage": "x"},
        {"touchpoint": place, "journey": path.journey.slug},
        {"touchpoint": place, "page": "0"},
        {"touchpoint": place, "channel": "nowhere"},
        {"touchpoint": place, "colour": "red"},
    )
    fields = ["touchpoint", "touchpoint", "touchpoint", "stage", "stage", "journey", "page", "channel", "colour"]
    for given, field in zip(wrong, fields, strict=True):
        refused = client.get("/api/v1/scores/answers", given)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)
    outsider = api_of(make_key(make_tenant(), ["read", "customers:read"]))
    for given, field in (({"touchpoint": place}, "touchpoint"), ({"stage": stage}, "stage")):
        assert outsider.get("/api/v1/scores/answers", given).json()["errors"][0]["field"] == field
    unseen = api_of(make_key(tenant, ["read"])).get("/api/v1/scores/answers", {"touchpoint": place})
    assert unseen.status_code == 403
