"""Rules on their page: written, tried on what came lately, put in order, archived; and what may be given."""

from decimal import Decimal
from typing import Any

import pytest

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry
from cxplatform.tenancy.roles import Role
from surveys.answer import record_responses
from surveys.followups import limits, setting
from surveys.models import EmpowermentLimit, FollowUpRule
from tests.factories import client_of, make_customer, make_dimension, make_member
from tests.surveys.followups.worlds import make_firm
from tests.surveys.worlds import NPS, count_all, make_survey, submission

pytestmark = pytest.mark.django_db
NEW = {
    "cause": "detractor", "name": "Arvostelijat", "active": "on", "owner_by": "unit", "contact_hours": "1.5",
    "fix_hours": "40", "thanks": "on",
}  # fmt: skip


def test_a_rule_is_tried_written_ordered_and_archived() -> None:
    firm = make_firm(language="en")
    survey, tier = make_survey(firm.tenant, questions=(NPS,)), make_dimension(firm.tenant, "tier")
    with activate(firm.tenant.pk):
        for score in (0, 3, 6, 9):
            person = make_customer(firm.tenant, email="a@example.org")
            given = submission(survey, customer=person.external_id, nps=score, touchpoint=firm.touchpoint.slug)
            record_responses([given], collected_by="api")
    count_all(firm.tenant)
    client, base = client_of(firm.lead, headers={"accept-language": "en"}), f"/t/{firm.tenant.slug}/followups/"
    tried = client.post(base + "rules/new/", NEW | {"try": "1"})
    assert (tried.status_code, "3 signals of the last 30 days fit" in tried.content.decode()) == (200, True)
    for wrong, said in (
        ({"owner_by": "person"}, "Choose the person who answers"),
        ({"contact_hours": "50"}, "may not be due before the first contact"),
        ({"dimension": tier.pk}, "Write which group of the dimension"),
        ({"owner": make_member(role=Role.HANDLER).user_id}, "Select a valid choice"),
        ({"cause": "whim"}, "Select a valid choice"),
    ):
        refused = client.post(base + "rules/new/", NEW | wrong)
        assert (refused.status_code, said in refused.content.decode()) == (400, True), said
    unasked = {"promise": "reply", "event_type": "whatever", "value": "gold", "owner": firm.handler.user_id}
    assert client.post(base + "rules/new/", NEW | unasked).status_code == 302
    vip = NEW | {"name": "Here", "touchpoint": firm.touchpoint.pk, "owner_by": "person", "owner": firm.handler.user_id}
    assert client.post(base + "rules/new/", vip).status_code == 302

    def rows() -> list[tuple[str, int, int]]:
        return [(row["rule"].name, row["took"], row["fits"]) for row in client.get(base + "rules/").context["rows"]]

    assert rows() == [("Arvostelijat", 3, 3), ("Here", 0, 3)]
    assert "an earlier rule takes the rest" in client.get(base + "rules/").content.decode()
    for _ in range(2):  # at the top already, it stays there
        assert client.post(base + "rules/here/move/", {"earlier": "1"}).status_code == 302
    assert rows() == [("Here", 3, 3), ("Arvostelijat", 0, 3)]
    with activate(firm.tenant.pk):
        kept = FollowUpRule.objects.get(slug="arvostelijat")
        assert (kept.contact_minutes, kept.fix_minutes, kept.asks_again) == (90, 2_400, False)
        assert (kept.promise, kept.event_type, kept.value, kept.owner) == ("", "", "", None)
        assert AuditEntry.objects.filter(model="surveys.followuprule", action="created").count() == 2
    assert 'value="1.5"' in client.get(base + "rules/arvostelijat/").content.decode()
    assert client.post(base + "rules/arvostelijat/", NEW | {"name": "=HYPERLINK(1)"}).status_code == 302
    firm.handler.delete()
    assert "not here any more" in client.get(base + "rules/").content.decode()
    assert client.post(base + "rules/here/archive/").status_code == 302
    assert rows() == [("=HYPERLINK(1)", 3, 3)]
    assert client.post(base + "rules/here/archive/", {"restore": "1"}).status_code == 302
    assert len(rows()) == 2


def test_what_may_be_given_is_typed_as_people_write_sums() -> None:
    firm = make_firm(language="en")
    client, address = client_of(firm.lead), f"/t/{firm.tenant.slug}/followups/limits/"
    sent: dict[str, Any] = {
        "limit_handler": "50 EUR", "limit_unit_manager": "1 200,50", "limit_admin": "",
        "cost": "12,5", "currency": "eur",
    }  # fmt: skip
    assert client.post(address, sent | {"limit_handler": "plenty"}).status_code == 400
    assert client.post(address, sent | {"currency": "euros"}).status_code == 400
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent | {"limit_cx_lead": "5000"}).status_code == 302
    with activate(firm.tenant.pk):
        stored = dict(EmpowermentLimit.objects.values_list("role", "amount"))
        assert setting.current().cost_of_contact == Decimal("12.5")
        assert limits.limit_of(firm.handler.user, currency="EUR") == 50
    assert stored == {"handler": Decimal(50), "unit_manager": Decimal("1200.5"), "cx_lead": Decimal(5000)}
    assert 'value="1200,50"' in client.get(address).content.decode()
    assert client.post(address, sent | {"limit_handler": ""}).status_code == 302
    with activate(firm.tenant.pk):
        assert not EmpowermentLimit.objects.filter(role="handler").exists()
