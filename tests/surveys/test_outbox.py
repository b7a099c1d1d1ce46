"""The outbox page: what was written to customers, read where nothing leaves the machine."""

from typing import Any

import pytest

from cxplatform.deliveries import messages
from cxplatform.deliveries.models import OutgoingMessage
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry
from surveys.models import SmsDoor
from tests.factories import client_of, make_member, make_tenant
from tests.surveys.guests import ask_one
from tests.surveys.worlds import make_survey

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.mark.parametrize("sees", [True, False])
def test_a_mail_that_stays_here_can_be_read_as_its_reader_would(sees: bool) -> None:
    tenant = make_tenant()
    member = make_member(tenant, sees_identity=sees)
    ask_one(tenant, make_survey(tenant))
    ask_one(tenant, make_survey(tenant), method="sms", address="+358401234567")
    assert messages.deliver_due(tenant.pk) == 2
    client = client_of(member, headers=ENGLISH)
    page = client.get(f"/t/{tenant.slug}/outbox/").content.decode()
    assert page.count("kept on this machine") == 2
    assert ("ann@example.org" in page) == ("+358401234567" in page) == sees
    with activate(tenant.pk):
        mail, sms = OutgoingMessage.objects.get(by="email"), OutgoingMessage.objects.get(by="sms")
    if not sees:
        return
    text = client.get(f"/t/{tenant.slug}/outbox/{mail.id}/").content.decode()
    assert "?q=nps&amp;a=10" in text
    assert "ann@example.org" in text
    html = client.get(f"/t/{tenant.slug}/outbox/{mail.id}/mail")
    assert "?q=nps&amp;a=10" in html.content.decode()
    assert "script-src 'none'" in html["Content-Security-Policy"]
    assert client.get(f"/t/{tenant.slug}/outbox/{sms.id}/").status_code == 200
    assert client.get(f"/t/{tenant.slug}/outbox/{sms.id}/mail").status_code == 404


def test_who_does_not_see_identity_gets_no_personal_link() -> None:
    tenant = make_tenant()
    client = client_of(make_member(tenant), headers=ENGLISH)
    ask_one(tenant, make_survey(tenant))
    ask_one(tenant, make_survey(tenant), method="sms", address="+358401234567")
    with activate(tenant.pk):
        OutgoingMessage.objects.filter(by="sms").update(error="NotTaken: 400: +358401234567 is no mobile")
        mail, sms = OutgoingMessage.objects.get(by="email"), OutgoingMessage.objects.get(by="sms")
    base = f"/t/{tenant.slug}/outbox/"
    pages = [client.get(base), client.get(f"{base}{mail.id}/"), client.get(f"{base}{sms.id}/")]
    pages.append(client.get(f"{base}{mail.id}/mail", follow=True))
    assert [page.status_code for page in pages] == [200, 403, 403, 403]
    for page in pages:
        said = page.content.decode()
        assert "/a/" not in said
        assert "+358401234567" not in said
    assert "only to those who see customer identity" in pages[-1].content.decode()


def test_another_companys_messages_are_not_there() -> None:
    tenant, other = make_tenant(), make_tenant()
    ask_one(other, make_survey(other))
    with activate(other.pk):
        id_ = OutgoingMessage.objects.get().id
    client = client_of(make_member(tenant), headers=ENGLISH)
    assert "Nothing has been written" in client.get(f"/t/{tenant.slug}/outbox/").content.decode()
    assert client.get(f"/t/{tenant.slug}/outbox/{id_}/").status_code == 404
    assert client.get(f"/t/{tenant.slug}/outbox/{id_}/mail").status_code == 404


def test_the_address_for_text_messages_is_made_anew_on_demand() -> None:
    tenant = make_tenant()
    client = client_of(make_member(tenant), headers=ENGLISH)
    keys: list[Any] = []
    for _ in range(2):
        assert client.post(f"/t/{tenant.slug}/outbox/").status_code == 302
        keys.append(SmsDoor.objects.get(tenant=tenant).key)
        assert f"/sms/{keys[-1]}" in client.get(f"/t/{tenant.slug}/outbox/").content.decode()
    assert keys[0] != keys[1]
    with activate(tenant.pk):
        history = str(list(AuditEntry.objects.values()))
    assert "sms_address" in history
    assert keys[0] not in history
    assert keys[1] not in history
