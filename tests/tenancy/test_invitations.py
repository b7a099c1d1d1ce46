"""An invitation is for one person, once, for seven days."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation

from cxplatform.tenancy import invitations
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry, Invitation, Membership, User
from cxplatform.tenancy.roles import Role
from tests.factories import client_of, make_member, make_tenant, make_unit, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def admin():
    return make_member(make_tenant(name="Acme"), user=make_user("boss@example.org"))


def invite(admin, email="guest@example.org", role=Role.HANDLER, **fields):
    with activate(admin.tenant_id):
        return invitations.invite(tenant=admin.tenant, email=email, role=role, invited_by=admin.user, **fields)


def link(message):
    """The path of the link in a mail."""
    return re.search(r"http://localhost:\d+(/invitations/\S+/)", message.body)[1]


def reader():
    return Client(headers={"accept-language": "en"})


def test_an_admin_invites_by_mail(admin):
    unit = make_unit(admin.tenant)
    client = client_of(admin, headers={"accept-language": "en"})
    response = client.post(
        f"/t/{admin.tenant.slug}/settings/members/",
        {"email": "Guest@Example.org", "role": Role.UNIT_MANAGER, "unit_ids": [unit.pk]},
        follow=True,
    )
    assert "on its way to guest@example.org" in response.content.decode()
    invitation = Invitation.objects.get()
    assert (invitation.role, invitation.unit_ids, invitation.invited_by) == ("unit_manager", [unit.pk], admin.user)
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["guest@example.org"], "Invitation to Acme")
    assert "boss@example.org" in message.body
    token = link(message).split("/")[2]
    assert token not in str(Invitation.objects.values_list().get())
    with activate(admin.tenant_id):
        assert AuditEntry.objects.filter(action="invited", actor="boss@example.org").count() == 1


def test_a_newcomer_signs_up_and_is_in(admin, settings):
    settings.OPEN_SIGNUP = False
    invite(admin)
    client = reader()
    page = client.get(link(mail.outbox[0]))
    assert b"Create an account and join" in page.content
    form = {"language": "en", "email": "guest@example.org", "password1": PASSWORD, "password2": PASSWORD}
    response = client.post("/accounts/signup/", form, follow=True)
    assert f"/t/{admin.tenant.slug}/" in [address for address, _ in response.redirect_chain]
    assert response.status_code == 200
    assert Membership.objects.get(user__email="guest@example.org").role == Role.HANDLER
    assert len(mail.outbox) == 1  # the link has proved the address: no code
    with activate(admin.tenant_id):
        assert AuditEntry.objects.filter(model="tenancy.membership", actor="guest@example.org").count() == 1


def test_a_newcomer_cannot_take_it_up_with_another_address(admin):
    invite(admin)
    client = reader()
    client.get(link(mail.outbox[0]))
    form = {"language": "en", "email": "thief@example.org", "password1": PASSWORD, "password2": PASSWORD}
    response = client.post("/accounts/signup/", form)
    assert "guest@example.org" in str(response.context["form"].errors["email"])
    assert not User.objects.filter(email="thief@example.org").exists()


def test_somebody_with_an_account_joins_with_a_click(admin):
    guest = make_user("guest@example.org")
    invite(admin, email="Guest@example.org")
    path = link(mail.outbox[0])
    assert b"You have an account" in reader().get(path).content
    client = client_of(guest, headers={"accept-language": "en"})
    assert b"Join" in client.get(path).content
    assert not Membership.objects.filter(user=guest).exists()  # a look takes nothing up
    response = client.post(f"/invitations/{Invitation.objects.get().pk}/accept/")
    assert response.headers["location"] == f"/t/{admin.tenant.slug}/"
    assert Membership.objects.get(user=guest).role == Role.HANDLER


def test_an_invitation_waits_on_the_front_page(admin):
    guest = make_user("guest@example.org")
    invitation = invite(admin)
    assert f"/invitations/{invitation.pk}/accept/" in client_of(guest).get("/").content.decode()


def test_it_works_once(admin):
    guest = make_user("guest@example.org")
    invitation = invite(admin)
    assert invitations.accept(invitation=invitation, user=guest)
    assert invitations.accept(invitation=invitation, user=make_user()) is None
    gone = reader().get(link(mail.outbox[0]))
    assert gone.status_code == 410
    assert b"no longer open" in gone.content
    assert Membership.objects.filter(tenant=admin.tenant).count() == 2


def test_it_is_for_the_person_invited_alone(admin):
    invitation = invite(admin)
    stranger = client_of(make_user("stranger@example.org"), headers={"accept-language": "en"})
    assert b"sent to another address" in stranger.get(link(mail.outbox[0])).content
    assert stranger.post(f"/invitations/{invitation.pk}/accept/").status_code == 404
    unproved = User.objects.create_user("guest@example.org")
    assert client_of(unproved).post(f"/invitations/{invitation.pk}/accept/").status_code == 404
    assert Membership.objects.count() == 1


def test_it_runs_out_after_seven_days(admin):
    guest = make_user("guest@example.org")
    invitation = invite(admin)
    assert invitation.expires_at - timezone.now() > timedelta(days=6, hours=23)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert reader().get(link(mail.outbox[0])).status_code == 410
    assert invitations.accept(invitation=invitation, user=guest) is None
    client = client_of(guest, headers={"accept-language": "en"})
    assert b"no longer open" in client.post(f"/invitations/{invitation.pk}/accept/", follow=True).content


def test_sending_again_makes_a_new_link_and_ends_the_old_one(admin):
    invitation = invite(admin)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    client_of(admin).post(f"/t/{admin.tenant.slug}/settings/invitations/{invitation.pk}/resend/")
    old, new = (link(message) for message in mail.outbox)
    assert reader().get(old).status_code == 410
    assert reader().get(new).status_code == 200


def test_taken_back_it_is_gone(admin):
    invitation = invite(admin)
    client_of(admin).post(f"/t/{admin.tenant.slug}/settings/invitations/{invitation.pk}/revoke/")
    assert reader().get(link(mail.outbox[0])).status_code == 410
    with activate(admin.tenant_id):
        assert AuditEntry.objects.filter(action="revoked", object_label="guest@example.org").count() == 1


def test_inviting_again_replaces_the_first_invitation(admin):
    invite(admin)
    invite(admin, role=Role.VIEWER)
    assert Invitation.objects.get().role == Role.VIEWER
    assert reader().get(link(mail.outbox[0])).status_code == 410


def test_a_member_is_not_invited_again(admin):
    with translation.override("en"), pytest.raises(ValidationError, match="already a member"):
        invite(admin, email="BOSS@example.org")


def test_another_companys_invitations_do_not_exist(admin):
    invitation = invite(admin)
    outsider = make_member()
    client = client_of(outsider)
    for action in ("resend", "revoke"):
        path = f"/t/{outsider.tenant.slug}/settings/invitations/{invitation.pk}/{action}/"
        assert client.post(path).status_code == 404
    assert Invitation.objects.filter(pk=invitation.pk).exists()


@pytest.mark.parametrize("token", ["x", "%00", "a" * 500, "..%2f", "ä"])
def test_a_made_up_link_is_gone(token):
    assert reader().get(f"/invitations/{token}/").status_code in {404, 410}
