"""The reward register, owners of metrics, training and change agents."""

from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.roles import Role
from dashboards.models import ChangeAgent, Course, CourseDone, KpiSeries, MetricOwner, RewardedFigure
from dashboards.plan.trained import Tally, load_training
from promises.models import Instruction, Promise, Training
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import client_of, make_member, make_tenant, make_unit
from tests.promises.worlds import make_promise

pytestmark = pytest.mark.django_db
NAME = '=HYPERLINK("http://evil.example","Sales")'


def reading(member: Any) -> Any:
    return client_of(member, headers={"accept-language": "en"})


def test_a_figure_that_is_tied_to_nothing_of_the_customers_is_flagged() -> None:
    tenant = make_tenant()
    lead, viewer = make_member(tenant, Role.CX_LEAD), make_member(tenant, Role.VIEWER)
    count(tenant, nps(9, 9, 9))
    with activate(tenant.pk):
        KpiSeries.objects.create(slug="sales", name="Sales")
        KpiSeries.objects.create(slug="retention", name="Retention", side="customers")
    room, client, read = f"/t/{tenant.slug}/plan/", reading(lead), reading(viewer)
    figure = {"name": NAME, "rewarded": "Store managers", "reward": "Bonus", "tie": "", "owner": str(viewer.user_id)}
    assert client.post(f"{room}rewards/0/", {**figure, "tie": "metric:shoe-size"}).status_code == 400
    assert client.post(f"{room}rewards/0/", figure).status_code == 302
    for tie in ("metric:nps/0-10", "kpi:retention"):
        assert client.post(f"{room}rewards/0/", {**figure, "name": tie, "tie": tie}).status_code == 302
    page = read.get(f"{room}rewards/")
    text = page.content.decode()
    assert "2 of 3 rewarded figures are tied to customers" in text and "1 figure without a tie" in text
    assert page.context["page"].apart == ("Sales",)
    sheet = load_workbook(BytesIO(read.get(f"{room}rewards/?format=xlsx").content)).worksheets[1]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert NAME in {cell.value for cell in cells} and all(cell.data_type != "f" for cell in cells)
    with activate(tenant.pk):
        pk = RewardedFigure.objects.get(name=NAME).pk
        KpiSeries.objects.filter(slug="retention").delete()
    viewer.delete()
    lines = client.get(f"{room}rewards/").context["page"].lines
    assert [(line.tied == "", line.gone) for line in lines] == [(True, True), (True, True), (False, True)]
    assert client.post(f"{room}rewards/{pk}/", {"remove": ""}).status_code == 302
    with activate(tenant.pk):
        assert not RewardedFigure.objects.filter(pk=pk).exists()
    outsider = make_member(role=Role.ADMIN)
    assert client_of(outsider).get(f"/t/{outsider.tenant.slug}/plan/rewards/{pk}/").status_code == 404


def test_each_metric_has_its_person_or_is_said_to_have_none() -> None:
    tenant = make_tenant()
    lead, other = make_member(tenant, Role.CX_LEAD), make_member(tenant, Role.HANDLER)
    count(tenant, nps(9, 9, 9))
    with activate(tenant.pk):
        KpiSeries.objects.create(slug="sales", name="Sales")
    address, client = f"/t/{tenant.slug}/plan/owners/", reading(lead)
    assert "2 of 2 have no owner" in client.get(address).content.decode()
    outsider = make_member(role=Role.ADMIN)
    assert client.post(f"{address}save/", {"nps/0-10": str(outsider.user_id)}).status_code == 400
    wanted = {"nps/0-10": str(other.user_id), "kpi:sales": str(lead.user_id), "made-up": str(lead.user_id)}
    assert client.post(f"{address}save/", wanted).status_code == 302
    with activate(tenant.pk):
        assert sorted(MetricOwner.objects.values_list("key", "user_id")) == [
            ("kpi:sales", lead.user_id), ("nps/0-10", other.user_id),
        ]  # fmt: skip
    assert "Every metric has its owner." in client.get(address).content.decode()
    other.delete()
    assert "1 of 2 has no owner" in client.get(address).content.decode()
    assert client.post(f"{address}save/", {"nps/0-10": "", "kpi:sales": str(lead.user_id)}).status_code == 302
    with activate(tenant.pk):
        assert [row.key for row in MetricOwner.objects.all()] == ["kpi:sales"]


def test_training_is_counted_by_unit_beside_that_of_promises(django_assert_num_queries: Any) -> None:
    tenant = make_tenant()
    espoo, oulu = make_unit(tenant, "espoo"), make_unit(tenant, "oulu")
    lead = make_member(tenant, Role.CX_LEAD)
    fitters = [make_member(tenant, Role.EMPLOYEE, unit_ids=[unit.pk]) for unit in (espoo, espoo, oulu)]
    room, client = f"/t/{tenant.slug}/plan/", reading(lead)
    today = days_ago(0, tenant)
    course = {"name": "Meeting a customer", "audience": "employee", "due": str(days_ago(1, tenant))}
    assert client.post(f"{room}training/0/", {**course, "address": "javascript:alert(1)"}).status_code == 400
    assert client.post(f"{room}training/0/", course).status_code == 302
    promise = make_promise(tenant).promise
    with activate(tenant.pk):
        Promise.objects.filter(pk=promise.pk).update(lifecycle=Promise.Lifecycle.PUBLIC)
        instruction = Instruction.objects.create(promise=promise, role="fitter", audience="employee", training="A day")
        Training.objects.create(instruction=instruction, version=1, user=fitters[2].user, done_on=today)
        made = Course.objects.get()
    mine = reading(fitters[0])
    page = mine.get(f"{room}mine/").content.decode()
    assert "Meeting a customer" in page and "verdict-worse" in page  # its day is past
    assert mine.post(f"{room}mine/", {"course": str(made.pk)}).status_code == 302
    assert reading(lead).post(f"{room}mine/", {"course": str(made.pk)}).status_code == 404  # not theirs to do
    strangers = {"person": [str(fitters[1].user_id), str(lead.user_id)], "done": ""}
    assert client.post(f"{room}training/{made.pk}/", strangers).status_code == 302
    with activate(tenant.pk):
        assert set(CourseDone.objects.values_list("user_id", flat=True)) == {each.user_id for each in fitters[:2]}
        with django_assert_num_queries(7):
            shown = load_training(tenant_id=tenant.pk)
        own = load_training(tenant_id=tenant.pk, own_units=[oulu.pk])
    assert [(line.all, line.units) for line in (*shown.courses, *shown.instructions)] == [
        (Tally(2, 3), (Tally(2, 2), Tally(0, 1))), (Tally(1, 3), (Tally(0, 2), Tally(1, 1))),
    ]  # fmt: skip
    assert own.courses[0].all == Tally(0, 1) and [unit.pk for unit in own.units] == [oulu.pk]

    agent = {"user": str(fitters[0].user_id), "unit": str(espoo.pk), "task": "Words on the wall"}
    assert client.post(f"{room}training/agents/", agent).status_code == 302
    assert "already" in client.post(f"{room}training/agents/", agent).content.decode()
    text = client.get(f"{room}training/").content.decode()
    assert "Words on the wall" in text and "Without a change agent" in text and oulu.name in text
    manager = make_member(tenant, Role.UNIT_MANAGER, unit_ids=[oulu.pk])
    assert "Words on the wall" not in reading(manager).get(f"{room}training/").content.decode()
    with activate(tenant.pk):
        pk = ChangeAgent.objects.get().pk
    outsider = make_member(role=Role.ADMIN)
    theirs = f"/t/{outsider.tenant.slug}/plan/training/"
    assert client_of(outsider).post(f"{theirs}agents/", {"remove": str(pk)}).status_code == 404
    assert client_of(outsider).post(f"{theirs}{made.pk}/", {"remove": ""}).status_code == 404
    assert client.post(f"{room}training/agents/", {"remove": str(pk)}).status_code == 302
    assert client.post(f"{room}training/{made.pk}/", {"remove": ""}).status_code == 302
    with activate(tenant.pk):
        assert not ChangeAgent.objects.exists() and CourseDone.objects.count() == 2


def test_members_are_read_once_however_many_metrics_have_an_owner() -> None:
    tenant = make_tenant()
    client = reading(make_member(tenant, Role.CX_LEAD))

    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            assert client.get(f"/t/{tenant.slug}/plan/owners/").status_code == 200
        return len(made)

    with activate(tenant.pk):
        KpiSeries.objects.create(slug="one", name="One")
    queries()
    one = queries()
    with activate(tenant.pk):
        KpiSeries.objects.bulk_create([KpiSeries(slug=f"k{n}", name=f"K{n}") for n in range(9)])
    assert queries() == one
