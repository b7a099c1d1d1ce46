"""Texts and types that nobody has defined are shown with their counts and given a meaning."""

import pytest

from cxplatform.pipeline import claim
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry
from journeys import remapping
from journeys.models import Channel, Event, EventType, Remapping, TextMapping, Touchpoint, UnmappedText
from journeys.record import IncomingEvent, record
from journeys.remapping import Item, remap
from surveys.invited import referrals
from tests.admin.pages import post
from tests.factories import make_channel, make_member, make_tenant, make_touchpoint

pytestmark = pytest.mark.django_db


def send(tenant, *events):
    with activate(tenant.pk):
        record(events=[IncomingEvent(**{"id": str(n), "type": "x"} | e) for n, e in enumerate(events)], source="till")
    claim.drain(tenant.pk)


def apply(tenant):
    with activate(tenant.pk):
        runs = list(Remapping.objects.values_list("pk", flat=True))
    for run in runs:
        while remapping.apply(tenant.pk, run) == remapping.MORE:
            pass


def text_of(tenant, text):
    with activate(tenant.pk):
        return UnmappedText.objects.get(text=text)


@pytest.fixture
def page(editor):
    return f"/t/{editor.tenant.slug}/mapping/"


def test_several_texts_get_their_meaning_at_once(client, page, editor):
    chat = make_channel(editor.tenant, "chat")
    person = {"properties": {"owner": "Åsa Virta 0401234567"}}
    send(editor.tenant, {"channel": "web-chatt", "touchpoint": "Till 2"} | person, {"touchpoint": "Till 2"})
    send(editor.tenant, {"id": "a", "type": "door.opened"}, {"id": "b", "type": "heartbeat"})
    shown = client.get(page).content.decode()
    assert "Aaa Aaaaa" not in shown and "aaa aaaaa 9999999999" in shown and "Virta" not in shown
    meanings = {"web-chatt": chat.pk, "Till 2": "new", "door.opened": "failure", "heartbeat": "ignored"}
    post(client, page, **{f"means-{text_of(editor.tenant, text).pk}": value for text, value in meanings.items()})
    with activate(editor.tenant_id):
        made = Touchpoint.objects.get(slug="till-2")
        assert set(TextMapping.objects.values_list("kind", "text", "target_id")) == {
            ("channel", "web-chatt", chat.pk),
            ("touchpoint", "Till 2", made.pk),
        }
        assert set(EventType.objects.values_list("type", "meaning", "ignored")) == {
            ("door.opened", "failure", False),
            ("heartbeat", "", True),
        }
        assert AuditEntry.objects.filter(model="journeys.textmapping", action="added").count() == 2
    done = client.get(page).content.decode()
    assert "4 texts mapped." in done
    assert 'name="text"' not in done
    apply(editor.tenant)
    assert "4 events follow their new meaning" in client.get(page + "runs").content.decode()
    with activate(editor.tenant_id):  # one that concerned nothing is said to; one before anything arrived says nothing
        remap([Item("type", text, came=[], to=None) for text in ("a.a", "b.b", "c.c", "d.d")])
        Remapping.objects.create(items=[{"kind": "type", "text": "too.early"}], state=Remapping.State.DONE)
    apply(editor.tenant)
    told = client.get(page + "runs").content.decode()
    assert "“a.a, b.b, c.c, …”: nothing that had arrived was concerned" in told and "too.early" not in told
    with activate(editor.tenant_id):
        assert list(Event.objects.filter(touchpoint_text="Till 2").values_list("touchpoint_id", flat=True)) == [
            made.pk,
            made.pk,
        ]


def test_all_ticked_of_a_kind_mean_one_thing(client, page, editor):
    till = make_touchpoint(editor.tenant, "till", name="Till")
    send(editor.tenant, {"touchpoint": "TILL-1"}, {"touchpoint": "Tíll 2"}, {"channel": "pigeon"})
    shown = client.get(page, {"kind": "touchpoint"}).content.decode()
    assert "pigeon" not in shown and shown.count("Perhaps: Till") == 2
    ticked = [text_of(editor.tenant, text).pk for text in ("TILL-1", "Tíll 2", "pigeon")]
    post(client, page, text=ticked, bulk=f"touchpoint:{till.pk}")
    assert "“pigeon” is of another kind" in client.get(page).content.decode()
    post(client, page, text=ticked[:2], bulk=f"touchpoint:{till.pk}")
    with activate(editor.tenant_id):
        assert set(TextMapping.objects.values_list("text", "target_id")) == {("TILL-1", till.pk), ("Tíll 2", till.pk)}
    assert "TILL-1" in client.get(page, {"state": "mapped", "q": "till"}).content.decode()


def test_known_types_are_taken_over_with_one_click(client, page, editor):
    taken = ["chat.unanswered", "bot.started", referrals.JOINED, "order.repeated", "nonsense"]
    post(client, page + "known/", type=taken)
    with activate(editor.tenant_id):
        assert dict(EventType.objects.values_list("type", "meaning")) == {
            "chat.unanswered": "failure",
            "bot.started": "bot",
            referrals.JOINED: "referral",
            "order.repeated": "repurchase",
        }
    assert "4 types taken over." in client.get(page).content.decode()


def test_a_meaning_of_the_wrong_kind_or_company_maps_nothing(client, page, editor):
    send(editor.tenant, {"channel": "web-chatt"})
    text = text_of(editor.tenant, "web-chatt")
    for meaning in (
        make_touchpoint(editor.tenant).pk + 10**9,
        make_channel(make_tenant()).pk,
        make_channel(editor.tenant, archived_at=text.first_seen).pk,
        "nonsense",
        "failure",
        "9" * 30,
    ):
        post(client, page, **{f"means-{text.pk}": meaning})
        assert "Reload the page and choose again." in client.get(page).content.decode()
    with activate(editor.tenant_id):
        assert not TextMapping.objects.exists()


def test_texts_of_another_company_are_neither_seen_nor_mapped(client, page, editor):
    theirs = make_member()
    send(theirs.tenant, {"channel": "their-chat"})
    text = text_of(theirs.tenant, "their-chat")
    assert "their-chat" not in client.get(page).content.decode()
    post(client, page, **{f"means-{text.pk}": "new"})
    with activate(theirs.tenant_id):
        assert not Channel.objects.exists()


def test_a_mapping_is_changed_and_removed_and_events_follow(client, edit, editor):
    chat, shop = make_channel(editor.tenant, "chat"), make_channel(editor.tenant, "shop")
    with activate(editor.tenant_id):
        mapping = TextMapping.objects.create(kind="channel", text="web-chatt", target_id=shop.pk)
    send(editor.tenant, {"channel": "web-chatt"})
    assert shop.name in client.get(edit + "journeys/textmapping/").content.decode()
    address = f"{edit}journeys/textmapping/{mapping.pk}/"
    post(client, address + "change/", text="web-chatt", means=f"channel:{chat.pk}")
    apply(editor.tenant)
    with activate(editor.tenant_id):
        assert TextMapping.objects.get().target_id == Event.objects.get().channel_id == chat.pk
    post(client, address + "delete/", post="yes")
    apply(editor.tenant)
    with activate(editor.tenant_id):
        assert not TextMapping.objects.exists()
        assert Event.objects.get().channel_id is None


def test_a_type_described_in_the_editor_places_its_events(client, edit, editor):
    door = make_touchpoint(editor.tenant, "door", channel=make_channel(editor.tenant, "site"))
    send(editor.tenant, {"type": "door.opened"})
    post(client, edit + "journeys/eventtype/add/", type="door.opened", name="Door", touchpoint=door.pk, meaning="")
    post(client, edit + "journeys/eventtype/add/", expect=200, type="survey.answered", touchpoint=door.pk)
    apply(editor.tenant)
    send(editor.tenant, {"id": "later", "type": "door.opened"})
    with activate(editor.tenant_id):
        assert set(Event.objects.values_list("touchpoint_id", "channel_id")) == {(door.pk, door.channel_id)}
        row = EventType.objects.get()
    post(client, f"{edit}journeys/eventtype/{row.pk}/delete/", post="yes")
    apply(editor.tenant)
    with activate(editor.tenant_id):
        assert set(Event.objects.values_list("touchpoint_id", "channel_id")) == {(None, None)}


def test_numbers_that_no_row_can_have_are_refused_in_words(client, page, editor):
    send(editor.tenant, {"channel": "web-chatt"})
    text = text_of(editor.tenant, "web-chatt")
    for given in ({f"means-{text.pk}": "9" * 5000}, {"means-9999999999999999999": "new"}):
        assert post(client, page, **given).status_code == 302
        assert client.get(page).status_code == 200
    with activate(editor.tenant_id):
        assert not TextMapping.objects.exists()
