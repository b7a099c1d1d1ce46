"""Invariant 6: a tenant sees only its own, whatever the code around it forgets."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.test import RequestFactory

from cxplatform.tenancy import audit
from cxplatform.tenancy.context import Actor, NoActiveTenant, activate, active_tenant_id, current_actor
from cxplatform.tenancy.middleware import TenantMiddleware
from cxplatform.tenancy.models import AuditEntry
from cxplatform.tenancy.rls import tenant_models
from journeys.models import Channel, Customer, Touchpoint
from tests.factories import client_of, make_channel, make_customer, make_member, make_tenant

pytestmark = pytest.mark.django_db


def scalar(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def setting():
    """The tenant the database holds this connection to; empty for none."""
    return scalar("SELECT coalesce(current_setting('app.tenant_id', true), '')")


@pytest.fixture
def ours():
    return make_tenant()


@pytest.fixture
def theirs():
    tenant = make_tenant()
    make_channel(tenant, "secret")
    make_customer(tenant, "C-1")
    return tenant


# --- No tenant, no query ---------------------------------------------------------------------------------


def test_no_table_of_tenants_is_asked_without_one():
    for model in tenant_models():
        for ask in (model.objects.count, model.objects.create):
            try:
                ask()
            except NoActiveTenant as error:
                assert "activate" in str(error), model
            else:
                pytest.fail(f"{model.__name__} was asked, and no tenant was active.")


def test_code_that_forgets_the_tenant_sees_and_changes_nothing(theirs):
    assert Channel._base_manager.count() == 0
    assert scalar("SELECT count(*) FROM journeys_customer") == 0
    assert Channel._base_manager.update(name="taken") == 0
    assert Channel._base_manager.all().delete()[0] == 0
    with activate(theirs.id):
        assert Channel.objects.get().name == "Secret"


# --- Another tenant's rows -------------------------------------------------------------------------------


def test_another_tenants_rows_are_invisible(ours, theirs):
    with activate(theirs.id):
        channel, customer = Channel.objects.get(), Customer.objects.get()
    with activate(ours.id):
        assert list(Channel.objects.all()) == []
        assert not Channel.objects.filter(pk=channel.pk).exists()
        assert not Customer.objects.filter(id=customer.id).exists()
        assert not Channel.objects.filter(tenant=theirs).exists()
        assert Channel.objects.in_bulk([channel.pk]) == {}
        assert list(Channel.objects.raw("SELECT * FROM journeys_channel")) == []
        assert Channel.objects.aggregate(n=Count("*")) == {"n": 0}
        with pytest.raises(Channel.DoesNotExist):
            channel.refresh_from_db()


def test_another_tenants_rows_cannot_be_changed_or_deleted(ours, theirs):
    with activate(theirs.id):
        channel = Channel.objects.get()
    with activate(ours.id):
        assert Channel.objects.filter(pk=channel.pk).update(name="taken") == 0
        assert Channel.objects.filter(pk=channel.pk).delete()[0] == 0
        with connection.cursor() as cursor:
            cursor.execute("UPDATE journeys_customer SET name = 'taken'")
            assert cursor.rowcount == 0
    with activate(theirs.id):
        assert (Channel.objects.get().name, Customer.objects.get().name) == ("Secret", "")


def test_nothing_can_be_written_into_another_tenant(ours, theirs):
    with activate(ours.id):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Channel.objects.create(tenant=theirs, name="Planted", slug="planted")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Customer.objects.bulk_create([Customer(tenant=theirs, external_id="planted")])
        own = make_channel(ours)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Channel.objects.filter(pk=own.pk).update(tenant=theirs)


def test_an_upsert_never_meets_another_tenants_row(ours, theirs):
    with activate(ours.id):
        Channel.objects.bulk_create(
            [Channel(name="Ours", slug="secret")],
            update_conflicts=True,
            unique_fields=["tenant", "slug"],
            update_fields=["name"],
        )
        assert Channel.objects.get().name == "Ours"
    with activate(theirs.id):
        assert Channel.objects.get().name == "Secret"


def test_a_reference_to_another_tenants_row_is_refused(ours, theirs):
    with activate(theirs.id):
        channel = Channel.objects.get()
    with activate(ours.id), pytest.raises(IntegrityError, match="channel_id"), transaction.atomic():
        Touchpoint.objects.create(name="Desk", slug="desk", channel_id=channel.pk)
        connection.check_constraints()


def test_a_queryset_made_for_one_tenant_shows_the_tenant_that_reads_it(ours, theirs):
    with activate(theirs.id):
        lazy = Channel.objects.all()
    with activate(ours.id):
        assert list(lazy) == []


# --- The history -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [lambda rows: rows.update(actor="nobody"), lambda rows: rows._raw_delete("default")])
def test_the_history_cannot_be_altered(ours, change):
    with activate(ours.id, actor=Actor("anna@example.org")):
        audit.record("created", make_channel(ours))
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            change(AuditEntry.objects.all())
        assert AuditEntry.objects.get().actor == "anna@example.org"


# --- Opening and closing ---------------------------------------------------------------------------------


def test_tenants_nest_and_the_outer_one_comes_back(ours, theirs):
    with activate(ours.id, actor=Actor("outer")):
        with activate(theirs.id, actor=Actor("inner")):
            assert (active_tenant_id(), setting(), current_actor().label) == (theirs.id, str(theirs.id), "inner")
            assert Channel.objects.count() == 1
        assert (active_tenant_id(), setting(), current_actor().label) == (ours.id, str(ours.id), "outer")
        assert Channel.objects.count() == 0
    assert setting() == ""
    with pytest.raises(NoActiveTenant):
        active_tenant_id()


def test_the_outer_tenant_comes_back_after_an_error(ours, theirs):
    with activate(ours.id):
        with pytest.raises(ZeroDivisionError), activate(theirs.id):
            make_channel(theirs, "half-done")
            raise ZeroDivisionError
        assert (active_tenant_id(), setting()) == (ours.id, str(ours.id))
        with pytest.raises(DatabaseError), activate(theirs.id), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        assert (active_tenant_id(), setting()) == (ours.id, str(ours.id))
    with activate(theirs.id):
        assert Channel.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_connection_is_handed_on_without_its_tenant():
    tenant = make_tenant()
    with activate(tenant.id):
        make_channel(tenant)
        assert setting() == str(tenant.id)
    assert setting() == ""
    assert scalar("SELECT count(*) FROM journeys_channel") == 0
    with pytest.raises(ZeroDivisionError), activate(tenant.id):
        raise ZeroDivisionError
    assert setting() == ""


@pytest.mark.django_db(transaction=True)
def test_a_request_leaves_no_tenant_behind():
    member, other = make_member(), make_member()
    client = client_of(member)
    for path, status in [("profile/", 200), ("nothing/", 404)]:
        assert client.get(f"/t/{member.tenant.slug}/settings/{path}").status_code == status
        assert setting() == ""
        with pytest.raises(NoActiveTenant):
            active_tenant_id()
    assert client.get(f"/t/{other.tenant.slug}/settings/profile/").status_code == 404
    assert setting() == ""


@pytest.mark.django_db(transaction=True)
def test_threads_have_tenants_of_their_own():
    tenants = [make_tenant() for _ in range(4)]
    for tenant in tenants:
        make_channel(tenant, f"of-{tenant.slug}")

    def look(tenant):
        try:
            seen = set()
            for _ in range(10):
                with activate(tenant.id):
                    seen.update(Channel.objects.values_list("slug", flat=True))
            return seen
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tenants)) as pool:
        assert list(pool.map(look, tenants)) == [{f"of-{tenant.slug}"} for tenant in tenants]


# --- Requests --------------------------------------------------------------------------------------------


def ask(member, respond):
    """One request of a member through the middleware, answered by `respond`."""
    request = RequestFactory().get(f"/t/{member.tenant.slug}/page")
    request.user = member.user
    return TenantMiddleware(respond)(request)


def test_a_page_reads_its_tenant_while_it_is_rendered(theirs):
    template = engines["django"].from_string("{% for channel in channels %}{{ channel }}{% endfor %}")
    response = ask(
        make_member(theirs),
        lambda request: TemplateResponse(request, template, {"channels": Channel.objects.all()}).render(),
    )
    assert response.content == b"Secret"


def test_what_a_failed_request_wrote_is_not_there():
    member = make_member()

    def respond(request):
        make_channel(member.tenant)
        return HttpResponse(status=500)

    assert ask(member, respond).status_code == 500
    with activate(member.tenant_id):
        assert not Channel.objects.exists()


def test_an_error_raised_while_answering_rolls_back():
    member = make_member()

    def respond(request):
        make_channel(member.tenant)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(member, respond)
    with activate(member.tenant_id):
        assert not Channel.objects.exists()


def test_inside_a_tenant_the_slug_is_out_of_sight():
    member = make_member()
    seen = {}

    def respond(request):
        seen.update(path=request.path_info, script=request.META["SCRIPT_NAME"], actor=current_actor())
        return HttpResponse()

    ask(member, respond)
    assert seen == {
        "path": "/page",
        "script": f"/t/{member.tenant.slug}",
        "actor": Actor(member.user.email, member.user_id),
    }


def test_to_others_a_company_does_not_exist_whether_it_does_or_not():
    member, outsider = make_member(), make_member()
    for slug in (member.tenant.slug, "no-such-company"):
        request = RequestFactory().get(f"/t/{slug}/")
        request.user = outsider.user
        with pytest.raises(Http404):
            TenantMiddleware(lambda request: HttpResponse())(request)
        request.user, request.htmx = AnonymousUser(), False
        response = TenantMiddleware(lambda request: HttpResponse())(request)
        assert response.headers["location"] == f"/accounts/login/?next=/t/{slug}/"


@pytest.mark.django_db(transaction=True)
def test_migrating_gives_the_connection_back_to_the_plain_role():
    role = scalar("SELECT current_user")
    call_command("migrate", verbosity=0)
    assert scalar("SELECT current_user") == role
    assert scalar("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user") is False
