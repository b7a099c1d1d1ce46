"""Texts that nobody has defined are shown with their counts and given a meaning."""

import pytest
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry
from journeys.models import Channel, TextMapping, Touchpoint, UnmappedText
from tests.admin.pages import post
from tests.factories import make_channel, make_member, make_tenant, make_touchpoint

pytestmark = pytest.mark.django_db


def waiting(tenant, kind, text, events=1):
    with activate(tenant.pk):
        now = timezone.now()
        return UnmappedText.objects.create(kind=kind, text=text, events=events, first_seen=now, last_seen=now)


@pytest.fixture
def page(edit):
    return edit + "journeys/unmappedtext/"


def test_several_texts_get_their_meaning_at_once(client, page, editor):
    chat = make_channel(editor.tenant, "chat")
    text, other = waiting(editor.tenant, "channel", "web-chatt", 12_345), waiting(editor.tenant, "touchpoint", "Till 2")
    assert "12,345" in client.get(page).content.decode()
    post(client, page, **{f"means-{text.pk}": chat.pk, f"means-{other.pk}": "new"})
    with activate(editor.tenant_id):
        made = Touchpoint.objects.get(slug="till-2")
        assert set(TextMapping.objects.values_list("kind", "text", "target_id")) == {
            ("channel", "web-chatt", chat.pk),
            ("touchpoint", "Till 2", made.pk),
        }
        assert AuditEntry.objects.filter(model="journeys.textmapping", action="added").count() == 2
    done = client.get(page)
    assert "2 texts mapped." in done.content.decode()
    assert "web-chatt" not in done.content.decode()


def test_a_meaning_of_the_wrong_kind_or_company_maps_nothing(client, page, editor):
    text = waiting(editor.tenant, "channel", "web-chatt")
    for meaning in (
        make_touchpoint(editor.tenant).pk + 10**9,
        make_channel(make_tenant()).pk,
        make_channel(editor.tenant, archived_at=timezone.now()).pk,
        "nonsense",
        "9" * 30,
    ):
        post(client, page, **{f"means-{text.pk}": meaning})
        assert "Reload the page and choose again." in client.get(page).content.decode()
    with activate(editor.tenant_id):
        assert not TextMapping.objects.exists()


def test_texts_of_another_company_are_neither_seen_nor_mapped(client, page, editor):
    theirs = make_member()
    text = waiting(theirs.tenant, "channel", "their-chat")
    assert "their-chat" not in client.get(page).content.decode()
    post(client, page, **{f"means-{text.pk}": "new"})
    with activate(theirs.tenant_id):
        assert not Channel.objects.exists()


def test_a_mapping_is_changed_and_removed(client, edit, editor):
    chat, shop = make_channel(editor.tenant, "chat"), make_channel(editor.tenant, "shop")
    with activate(editor.tenant_id):
        mapping = TextMapping.objects.create(kind="channel", text="web-chatt", target_id=shop.pk)
    assert shop.name in client.get(edit + "journeys/textmapping/").content.decode()
    address = f"{edit}journeys/textmapping/{mapping.pk}/"
    post(client, address + "change/", text="web-chatt", means=f"channel:{chat.pk}")
    with activate(editor.tenant_id):
        assert TextMapping.objects.get().target_id == chat.pk
    post(client, address + "delete/", post="yes")
    with activate(editor.tenant_id):
        assert not TextMapping.objects.exists()
