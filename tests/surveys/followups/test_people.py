"""What others learn of a follow-up: webhooks with its trail; and what a merge, an export and an erasure make of it."""

import pytest
from django.utils import translation

from cxplatform.deliveries.models import Webhook, WebhookDelivery
from cxplatform.deliveries.webhooks import telling
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.founding import found
from cxplatform.tenancy.models import Tenant
from journeys.erasing import erase
from journeys.exporting import export
from journeys.merging import merge
from journeys.models import Calendar, Customer, Event
from surveys.followups import work
from surveys.models import AgreedItem, Cause, FollowUp, FollowUpRule, FollowUpStep
from tests.factories import make_customer, make_user
from tests.surveys.followups.worlds import make_firm, make_follow_up


@pytest.mark.django_db
def test_webhooks_tell_without_words_and_the_words_go_with_the_person() -> None:
    firm = make_firm()
    with activate(firm.tenant.pk):
        Webhook.objects.create(name="CRM", url="https://crm.example.org/in", secret="s", types=[])
    made = make_follow_up(firm, text="Called the shop", wish="Money back", correlation="case-1")
    other = make_customer(firm.tenant, "other-number")
    with activate(firm.tenant.pk):
        work.agree(follow_up_id=made.pk, version=None, by=firm.manager.user, items=[("Asko gets new tyres", None)])
        work.contacted(follow_up_id=made.pk, version=None, by=firm.manager.user, text="Asko was angry")
        bodies = [delivery.body for delivery in WebhookDelivery.objects.order_by("id")]
        assert [telling.kinds().keys() >= {"followup.opened", "followup.closed"}, len(bodies)] == [True, 2]
        assert '"type":"followup.contacted"' in bodies[1]
        assert f'"customer":"{firm.customer.external_id}"' in bodies[1]
        assert not [word for word in ("Asko", "Money", "angry") if word in "".join(bodies)]
        kind = telling.kinds()["followup.opened"]
        said = kind.say(kind.example, firm.tenant)
        assert said.link.endswith(f"/t/{firm.tenant.slug}/followups/4711/")
        merge(stays=other, number=firm.customer.external_id)
        told = export(Customer.objects.get(id=other.id))
        assert [step["text"] for step in told["follow_up_steps"]] == [
            "Called the shop", "Asko gets new tyres", "Asko was angry",
        ]  # fmt: skip
        assert told["follow_ups"][0]["wish"] == "Money back"
        erase(Customer.objects.get(id=other.id))
        made.refresh_from_db()
        assert (made.state, made.wish, made.correlation) == (
            FollowUp.State.CLOSED,
            "",
            Event.objects.last().correlation,
        )
        assert made.customer_id not in (None, other.id, firm.customer.id)
        assert set(FollowUpStep.objects.values_list("text", flat=True)) == {""}
        assert set(AgreedItem.objects.values_list("text", flat=True)) == {""}


@pytest.mark.django_db
def test_a_new_company_contacts_the_unhappy_within_a_working_day() -> None:
    tenant: Tenant = found(name="Uusi Oy", language="fi", admin=make_user())
    with activate(tenant.pk), translation.override("en"):
        assert Calendar.objects.get().country == "FI"
        rules = FollowUpRule.objects.filter(active=True).order_by("position")
        assert [rule.cause for rule in rules] == [
            Cause.COMPLAINT, Cause.CONTACT_WISHED, Cause.FAILED_FCR, Cause.DETRACTOR,
        ]  # fmt: skip
        assert rules[0].name == "Reklamaatio"
