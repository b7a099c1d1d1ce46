"""The calendar of asks and a customer's page in a real browser."""

import pytest
from django.conf import settings

from cxplatform.tenancy.context import activate
from surveys.models import Invitation
from tests.browser import readable
from tests.factories import client_of, make_member, make_tenant
from tests.surveys.asking_worlds import event, happened, make_people, make_trigger, no_quiet
from tests.surveys.worlds import make_survey

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_read_by_anybody_anywhere(live_server, browse):
    tenant = make_tenant(name="Rengasala", language="fi")
    no_quiet(tenant, every_days=30)
    make_trigger(tenant, make_survey(tenant, name="Käynnin jälkeen"), name="Toimitus", sampling_percent=60)
    people = make_people(tenant, 12, name="Aino Virta")
    happened(tenant, *(event(person, ago=n * 300) for n in range(3) for person in people))
    with activate(tenant.pk):
        sent = Invitation.objects.filter(state="planned")[:3]
        for row in sent:
            Invitation.objects.filter(id=row.id).update(state="sent", sent_at=row.due_at)
    page = browse()
    member = make_member(tenant, "cx_lead", sees_identity=True)
    for name, value in (
        (settings.SESSION_COOKIE_NAME, client_of(member).cookies["sessionid"].value),
        (settings.LANGUAGE_COOKIE_NAME, "fi"),
    ):
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    for number, address in enumerate(("asks/", f"asks/customer/{people[0].id}/")):
        page.goto(f"{live_server.url}/t/{tenant.slug}/{address}")
        readable(page, f"asks-{number}")
    page.goto(f"{live_server.url}/t/{tenant.slug}/asks/")
    page.get_by_label("Asiakasnumero").fill(people[0].external_id)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Aino Virta").wait_for()
