"""The twelve-month plan: nine areas, what is done in which month, what is late, and what is taken along."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry, Tenant
from cxplatform.tenancy.roles import Role
from dashboards.models import Plan, PlanArea, PlanStep
from dashboards.plan.months import later
from dashboards.plan.page import load_plan
from dashboards.plan.write import begin
from tests.dashboards.worlds import days_ago
from tests.factories import api_of, client_of, make_key, make_member, make_tenant

pytestmark = pytest.mark.django_db
NAME = '=HYPERLINK("http://evil.example","x")'


def page_of(tenant: Tenant, today: date) -> Any:
    with activate(tenant.pk):
        return load_plan(today=today, tenant_id=tenant.pk)


def posted(area: PlanArea, *steps: dict[str, str], **fields: str) -> dict[str, str]:
    data = {"present": "", "goal": "", "owner": "", **fields, "steps-TOTAL_FORMS": str(len(steps))}
    data["steps-INITIAL_FORMS"] = str(sum("pk" in step for step in steps))
    for number, step in enumerate(steps):
        data |= {f"steps-{number}-{name}": value for name, value in {"owner": "", "pk": "", **step}.items()}
    return data


def test_a_plan_is_begun_written_read_and_carried_on() -> None:
    tenant = make_tenant(name="Rengasala")
    lead, leader = make_member(tenant, Role.CX_LEAD), make_member(tenant, Role.VIEWER)
    today = days_ago(0, tenant)
    start, this = later(today, -3), later(today, 0)
    client, read = (client_of(member, headers={"accept-language": "en"}) for member in (lead, leader))
    address = f"/t/{tenant.slug}/plan/"
    assert "No plan is begun" in read.get(address).content.decode()
    assert client.post(f"{address}start/", {"start": "2001-13-01"}).status_code == 400
    assert client.post(f"{address}start/", {"start": start.isoformat()}).status_code == 302
    assert client.post(f"{address}start/", {"start": start.isoformat()}).status_code == 400
    with activate(tenant.pk):
        area = PlanArea.objects.get(area="promises")
        assert [row.area.area for row in load_plan(today=today, tenant_id=tenant.pk).rows] == PlanArea.Area.values  # type: ignore[union-attr]
    here = f"{address}areas/{area.pk}/"
    one = {"what": NAME, "first": start.isoformat(), "last": later(start, 1).isoformat(), "state": "doing"}
    two = {"what": "Publish two promises", "first": this.isoformat(), "last": later(this, 2).isoformat(),
           "state": "planned", "owner": str(leader.user_id)}  # fmt: skip
    wrong = client.post(here, posted(area, {**two, "last": start.isoformat()}, present="None are public"))
    assert wrong.status_code == 400 and "It ends before it begins" in wrong.content.decode()
    assert "None are public" in wrong.content.decode()  # what was typed is there still
    blank = {"what": "", "first": this.isoformat(), "last": this.isoformat(), "state": "planned"}
    written = posted(area, one, two, blank, present="None are public", goal="Two public", owner=str(lead.user_id))
    assert client.post(here, written).status_code == 302

    page = page_of(tenant, today)
    bars = [bar for row in page.rows for bar in row.bars]
    assert [(bar.step.what, bar.place, bar.span, bar.late) for bar in bars] == [
        (NAME, 1, 2, True), ("Publish two promises", 4, 3, False),
    ]  # fmt: skip
    progress = page.progress
    assert (page.now, progress.total, progress.done, progress.late, progress.due) == (4, 2, 0, 1, 1)
    text = read.get(address).content.decode()
    for words in ("0 of 2 steps done", "1 late", "None are public", "Two public", "Publish two promises"):
        assert words in text
    file = read.get(f"{address}?format=xlsx")
    book = load_workbook(BytesIO(file.content))
    across, steps = book.worksheets[1:]
    assert [sheet.title for sheet in (across, steps)] == ["Plan", "What is done"]
    cells = [cell for sheet in (across, steps) for row in sheet.iter_rows() for cell in row]
    assert NAME in {cell.value for cell in cells} and all(cell.data_type != "f" for cell in cells)
    assert read.get(f"{address}?start=x").status_code == 404

    told = api_of(make_key(tenant)).get("/api/v1/plan").json()
    assert told["progress"]["late"] == 1 and [len(each["steps"]) for each in told["areas"]] == [0] * 5 + [2] + [0] * 3
    assert api_of(make_key(make_tenant())).get("/api/v1/plan").json()["start"] is None

    # On the leadership page, and with it on a meeting's agenda.
    home = read.get(f"/t/{tenant.slug}/").content.decode()
    assert 'id="plan"' in home
    # An owner who leaves is said to have left; the words of a step are emptied to remove it.
    leader.delete()
    assert page_of(tenant, today).rows[5].bars[1].gone
    with activate(tenant.pk):
        pk = str(PlanStep.objects.get(what=NAME).pk)
    assert client.post(here, posted(area, {**one, "pk": pk, "what": ""}, present="Two", goal="Five")).status_code == 302
    with activate(tenant.pk):
        assert [step.what for step in PlanStep.objects.all()] == ["Publish two promises"]
        assert AuditEntry.objects.filter(model="dashboards.planstep", action="removed").count() == 1
        # The next plan takes along what is unfinished, from its first month on.
        after = begin(start=later(this, 1), by=None)
        carried = PlanStep.objects.get(area__plan=after)
        assert (carried.what, carried.first, carried.last) == ("Publish two promises", later(this, 1), later(this, 2))
        assert PlanArea.objects.get(plan=after, area="promises").goal == "Five"
    assert page_of(tenant, today).plan.start == start
    assert page_of(tenant, later(this, 1)).plan.start == later(this, 1)


def test_a_plan_costs_as_many_queries_whatever_is_in_it_and_is_nobody_elses(django_assert_num_queries: Any) -> None:
    tenant = make_tenant()
    today = days_ago(0, tenant)
    with activate(tenant.pk):
        plan = begin(start=today, by=None)
        PlanStep.objects.bulk_create(
            PlanStep(area=area, what="Step", first=plan.start, last=plan.start)
            for area in plan.areas.all()
            for _ in range(4)
        )
        with django_assert_num_queries(4):
            page = load_plan(today=today, tenant_id=tenant.pk)
    assert page is not None and len(page.rows) == 9 and page.progress.total == 36
    outsider = make_member(role=Role.ADMIN)
    assert client_of(outsider).post(f"/t/{tenant.slug}/plan/areas/{page.rows[0].area.pk}/").status_code == 404
    assert client_of(outsider).get(f"/t/{outsider.tenant.slug}/plan/areas/{page.rows[0].area.pk}/").status_code == 404
    manager = make_member(tenant, Role.UNIT_MANAGER, unit_ids=[1])
    assert client_of(manager).get(f"/t/{tenant.slug}/plan/").status_code == 403
    with activate(outsider.tenant.pk):
        assert not Plan.objects.exists()
