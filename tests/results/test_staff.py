"""Results for staff: own unit first, nobody told apart, thanks by touchpoint."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from cxplatform.ids import uuid7s
from cxplatform.tenancy.context import activate
from surveys.models import Deed, Response, Verbatim
from surveys.models.asking import Audience
from tests.dashboards.worlds import count, nps
from tests.factories import client_of, make_member, make_tenant, make_touchpoint, make_unit
from tests.surveys.worlds import NPS, REASON, make_survey

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Any:
    tenant = make_tenant(name="Rengasala", language="en")
    desk, van = make_touchpoint(tenant, "desk", name="Desk"), make_touchpoint(tenant, "van", name="Van")
    north, south, tiny = (make_unit(tenant, name, name=name.capitalize()) for name in ("north", "south", "tiny"))
    for unit, scores in ((north, (30, 10, 10)), (south, (10, 10, 20)), (tiny, (1, 1, 1))):
        count(tenant, nps(*scores), at=desk, slices={"unit": str(unit.pk)})
    return SimpleNamespace(
        tenant=tenant, desk=desk, van=van, north=north, south=south, tiny=tiny,
        survey=make_survey(tenant, questions=[NPS, REASON]),
        page=lambda role, **fields: client_of(
            make_member(tenant, role, **fields), headers={"accept-language": "en"}
        ).get(f"/t/{tenant.slug}/staff/"),
    )  # fmt: skip


def praise(world: Any, place: Any, *texts: str, test: bool = False, **fields: Any) -> None:
    with activate(world.tenant.pk):
        for text, id_ in zip(texts, uuid7s(len(texts)), strict=True):
            Response.objects.create(
                id=id_, survey=world.survey, version=world.survey.versions.get(), submission_id=str(id_),
                answered_at=timezone.now(), audience=Audience.CUSTOMER, is_test=test,
            )  # fmt: skip
            Verbatim.objects.create(**{
                "response_id": id_, "key": "reason", "survey_id": world.survey.pk, "answered_at": timezone.now(),
                "audience": Audience.CUSTOMER, "touchpoint_id": place.pk, "text": text, "sentiment": 0.8, "value": 100,
            } | fields)  # fmt: skip


def values(of: Any) -> list[tuple[str, Any]]:
    return [(group.name, [(f.metric.name, f.cell.state) for f in group.figures]) for group in of]


def test_an_employee_reads_the_own_unit_and_then_the_company(world: Any) -> None:
    page = world.page("employee", unit_ids=[world.north.pk])
    assert values(page.context["page"].of) == [
        ("North", [("nps/0-10", "measured")]),
        ("", [("nps/0-10", "measured")]),
    ]
    text = page.content.decode()
    assert "n 50" in text and "n 93" in text
    assert "compared with the period before" in text  # as on the leadership page: nothing is known of last year
    assert "Results for staff" in text.split("</nav>")[0]  # it is found without knowing the address
    assert values(world.page("unit_manager", unit_ids=[world.north.pk]).context["page"].of) == [
        ("North", [("nps/0-10", "measured")])  # limited to own units: not even the company's
    ]


def test_a_small_unit_is_hidden_and_so_is_what_would_tell_on_it(world: Any) -> None:
    """Three answered in Tiny: hidden, and with it South, the smaller of the others, as the total is on the page."""
    states = {
        unit.name: values(world.page("employee", unit_ids=[unit.pk]).context["page"].of)[0][1][0][1]
        for unit in (world.north, world.south, world.tiny)
    }
    assert states == {"North": "measured", "South": "few", "Tiny": "few"}
    assert "n 3" not in world.page("employee", unit_ids=[world.tiny.pk]).content.decode()


def test_thanks_are_told_of_places_that_enough_have_thanked_and_of_nothing_else(world: Any) -> None:
    praise(world, world.desk, *(f"Thank you number {n}" for n in range(6)))
    praise(world, world.desk, "This one was a test, really", test=True)
    praise(world, world.desk, "Meant to be angry and was", sentiment=-0.9, value=10)
    praise(world, world.van, *(f"The van was lovely {n}" for n in range(4)))
    with activate(world.tenant.pk):
        Deed.objects.create(said={"en": "Nobody answers"}, did={"en": "Two more answer"}, done_on=timezone.localdate(),
                            published=True, touchpoint=world.desk)  # fmt: skip
        Deed.objects.create(did={"en": "Not told yet"}, done_on=timezone.localdate())
    page = world.page("handler")
    assert [(place.place, place.n, len(place.words)) for place in page.context["page"].thanked] == [("Desk", 6, 3)]
    text = page.content.decode()
    assert "Two more answer" in text and "Not told yet" not in text
    assert "really" not in text and "angry" not in text and "lovely" not in text


def test_another_companys_results_are_not_there(world: Any) -> None:
    outsider = client_of(make_member(make_tenant(), "employee"))
    assert outsider.get(f"/t/{world.tenant.slug}/staff/").status_code == 404


def test_who_manages_an_archived_unit_reads_no_other_units_words(world: Any) -> None:
    praise(world, world.desk, *["Thank you so much"] * 6, unit_id=world.south.pk)
    world.north.archived_at = timezone.now()
    with activate(world.tenant.pk):
        world.north.save()
    page = world.page("unit_manager", unit_ids=[world.north.pk])
    assert page.context["page"].thanked == () and "Thank you so much" not in page.content.decode()
