"""Who may do what: role x route x method -> status, for every page of a company.

Whoever adds a page adds a row; a page without one fails the first test. The roles are written out here and
not read from the code, so that a slip there shows. A method that a row does not name answers 405.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponseForbidden, HttpResponseNotFound
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from cxplatform import tenant_urls, urls
from cxplatform.deliveries import messages
from cxplatform.deliveries.models import OutgoingMessage
from cxplatform.tenancy import invitations
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Membership
from cxplatform.tenancy.roles import Role
from dashboards.models import Decision, Meeting, SavedView
from journeys.models import Attachment, Note, Upload
from promises.models import Instruction, PromiseOutcome, Publication
from surveys.models import Deed, Topic
from tests.factories import client_of, make_customer, make_journey, make_key, make_member, make_tenant
from tests.promises.worlds import event, make_promise, send

ADMIN = {"admin"}
DEFINERS = {"admin", "cx_lead"}
HANDLERS = {"admin", "cx_lead", "unit_manager", "handler"}
RESULTS = {"admin", "cx_lead", "viewer", "unit_manager"}
EVERYBODY = set(Role.values)


@dataclass(frozen=True)
class Row:
    """Which roles may open a route, and what they then get for each method; the others get `elsewhere`.

    `values` makes what stands in the route's brackets, from the world below. `unseen` is what one of the roles gets
    who does not see customers' identity, where that is another page or none.
    """

    roles: set[str]
    GET: int | None = 200
    POST: int | None = None
    unseen: int | None = None
    elsewhere: int = 403
    values: Callable[[Any], tuple[Any, ...]] = field(default=lambda world: ())

    @property
    def methods(self) -> list[str]:
        return [method for method in ("GET", "POST") if self.status(method)]

    def status(self, method: str) -> int | None:
        return getattr(self, method)


MATRIX: dict[str, Row] = {
    # Leadership page
    "": Row(RESULTS, elsewhere=302),  # the front page: each begins where they may
    "live": Row(RESULTS),
    "asking/": Row(RESULTS),
    "kpis/": Row(RESULTS),
    "levels/": Row(RESULTS),
    "levels/baselines/": Row(DEFINERS, GET=None, POST=400),
    "levels/baselines/<str:slug>/remove/": Row(DEFINERS, GET=None, POST=404, values=lambda world: ("gone",)),
    "weeks/": Row(RESULTS),
    "worth/": Row(RESULTS),
    # Business cases; nobody has a case 0
    "cases/": Row(RESULTS),
    "cases/new/": Row(DEFINERS, GET=None, POST=400),
    "cases/beside/": Row(RESULTS, GET=302),
    "cases/<int:pk>/": Row(RESULTS, GET=404, values=lambda world: (0,)),
    "cases/<int:pk>/edit/": Row(DEFINERS, GET=404, POST=404, values=lambda world: (0,)),
    "cases/<int:pk>/case.xlsx": Row(RESULTS, GET=404, values=lambda world: (0,)),
    "cases/<int:pk>/refresh/": Row(DEFINERS, GET=None, POST=404, values=lambda world: (0,)),
    "cases/<int:pk>/archive/": Row(DEFINERS, GET=None, POST=404, values=lambda world: (0,)),
    "days/": Row(RESULTS),
    "days/<str:day>/": Row(RESULTS, values=lambda world: ("2026-01-31",)),
    "arrivals/": Row(RESULTS),
    "blind-spots/": Row(RESULTS),
    "focus/": Row(RESULTS),
    "focus/map.json": Row(RESULTS),
    "focus/choose/": Row(DEFINERS, GET=None, POST=400),
    "focus/worth/": Row(DEFINERS, GET=None, POST=400),
    "focus/<int:pk>/": Row(DEFINERS, GET=None, POST=404, values=lambda world: (0,)),
    "focus/<int:pk>/end/": Row(DEFINERS, GET=None, POST=404, values=lambda world: (0,)),
    "arrivals/cost/": Row(DEFINERS, GET=None, POST=400),
    "stages/<int:stage_id>/": Row(RESULTS, values=lambda world: (world.path.stages[0].pk,)),
    "stages/<int:stage_id>/answers/": Row(RESULTS, values=lambda world: (world.path.stages[0].pk,)),
    "touchpoints/<str:slug>/answers/": Row(RESULTS, values=lambda world: (world.path.touchpoints[0].slug,)),
    "touchpoints/<str:slug>/": Row(RESULTS, values=lambda world: (world.path.touchpoints[0].slug,)),
    "touchpoints/<str:slug>/trend.json": Row(RESULTS, values=lambda world: (world.path.touchpoints[0].slug,)),
    # Figures as files
    "out/": Row(RESULTS),
    "out/leadership.xlsx": Row(RESULTS),
    "out/leadership.pptx": Row(RESULTS),
    "out/<str:key>.csv": Row(RESULTS, values=lambda world: ("scores",)),
    # Meetings over the leadership page
    "meetings/": Row(RESULTS, POST=302),
    "meetings/<int:pk>/": Row(RESULTS, values=lambda world: (world.meeting,)),
    "meetings/<int:pk>/case/": Row(RESULTS, GET=204, values=lambda world: (world.meeting,)),
    "meetings/<int:pk>/end/": Row(RESULTS, GET=None, POST=302, values=lambda world: (world.meeting,)),
    "meetings/<int:pk>/decisions/": Row(RESULTS, GET=None, POST=400, values=lambda world: (world.meeting,)),
    "meetings/next/": Row(RESULTS, POST=400),
    "meetings/agenda/<int:pk>/": Row(RESULTS, GET=None, POST=404, values=lambda world: (0,)),
    "meetings/decisions/<int:pk>/": Row(RESULTS, GET=None, POST=302, values=lambda world: (world.decision,)),
    # The plan's room
    "plan/": Row(RESULTS),
    "plan/start/": Row(DEFINERS, GET=None, POST=400),
    "plan/areas/<int:pk>/": Row(DEFINERS, GET=404, POST=404, values=lambda world: (0,)),
    # Improvements: each sees at least those they are of; nobody has an improvement 0
    "improvements/": Row(EVERYBODY),
    "improvements/new/": Row(EVERYBODY - {"employee"}, GET=None, POST=400),
    "improvements/of/<slug:source>/": Row(RESULTS, GET=None, POST=302, values=lambda world: ("finding",)),
    "improvements/<int:pk>/": Row(EVERYBODY, GET=404, values=lambda world: (0,)),
    "improvements/<int:pk>/edit/": Row(DEFINERS, GET=None, POST=404, values=lambda world: (0,)),
    "improvements/<int:pk>/team/": Row(DEFINERS, GET=None, POST=404, values=lambda world: (0,)),
    "improvements/<int:pk>/actions/": Row(DEFINERS, GET=None, POST=404, values=lambda world: (0,)),
    "improvements/<int:pk>/begin/": Row(DEFINERS, GET=None, POST=404, values=lambda world: (0,)),
    "improvements/<int:pk>/done/": Row(DEFINERS, GET=None, POST=404, values=lambda world: (0,)),
    "improvements/<int:pk>/drop/": Row(DEFINERS, GET=None, POST=404, values=lambda world: (0,)),
    "improvements/<int:pk>/again/": Row(DEFINERS, GET=None, POST=404, values=lambda world: (0,)),
    "improvements/<int:pk>/tell/": Row(DEFINERS, GET=None, POST=404, values=lambda world: (0,)),
    "improvements/<int:pk>/agenda/": Row(RESULTS, GET=None, POST=404, values=lambda world: (0,)),
    "improvements/<int:pk>/decide/": Row(RESULTS, GET=None, POST=404, values=lambda world: (0,)),
    "improvements/actions/<int:pk>/": Row(DEFINERS, GET=None, POST=404, values=lambda world: (0,)),
    "plan/assessment/": Row(RESULTS),
    "plan/leeway/": Row(RESULTS),
    "plan/barriers/": Row(RESULTS),
    "plan/<str:kind>/open/": Row(DEFINERS, GET=None, POST=400, values=lambda world: ("barriers",)),
    "plan/rounds/<int:pk>/": Row(DEFINERS, GET=None, POST=404, values=lambda world: (0,)),
    "plan/answer/<int:pk>/": Row(EVERYBODY, GET=404, POST=404, values=lambda world: (0,)),
    "plan/mine/": Row(EVERYBODY, POST=404),
    "plan/rewards/": Row(RESULTS),
    "plan/rewards/<int:pk>/": Row(DEFINERS, POST=400, values=lambda world: (0,)),
    "plan/owners/": Row(RESULTS),
    "plan/owners/save/": Row(DEFINERS, GET=None, POST=302),
    "plan/training/": Row(RESULTS),
    "plan/training/<int:pk>/": Row(DEFINERS, POST=400, values=lambda world: (0,)),
    "plan/training/agents/": Row(DEFINERS, GET=None, POST=400),
    # The weekly huddle; the coaching log, in which each sees their own talks
    "huddle/": Row(RESULTS),
    "coaching/": Row(EVERYBODY, POST=400),
    "coaching/<int:pk>/": Row(EVERYBODY, GET=None, POST=404, values=lambda world: (0,)),
    # Feedback
    "feedback/": Row(RESULTS),
    "feedback/live": Row(RESULTS),
    "feedback/quote/": Row(RESULTS, GET=None, POST=404),
    "feedback/follow/": Row(HANDLERS, GET=None, POST=404),
    # What was found, and what the company changed; nobody has a change 0
    "ahead/": Row(RESULTS),
    "findings/": Row(RESULTS),
    "findings/convene/": Row(DEFINERS, GET=None, POST=404),
    "changes/": Row(RESULTS),
    "changes/new/": Row(DEFINERS, GET=None, POST=400),
    "changes/<int:pk>/remove/": Row(DEFINERS, GET=None, POST=404, values=lambda world: (0,)),
    "digests/": Row(RESULTS, POST=422),
    "digests/preview/": Row(RESULTS, GET=422),
    "digests/<int:pk>/remove/": Row(RESULTS, GET=None, POST=404, values=lambda world: (0,)),
    # Saved views of the leadership page
    "start": Row(EVERYBODY, GET=302),
    "views/": Row(RESULTS, POST=400),
    "views/<int:pk>/first/": Row(RESULTS, GET=None, POST=302, values=lambda world: (world.view,)),
    "views/<int:pk>/remove/": Row(RESULTS, GET=None, POST=404, values=lambda world: (0,)),
    # The customer's chair
    "chair/": Row(RESULTS),
    "chair/today/": Row(DEFINERS, GET=None, POST=404),
    "chair/mail/": Row(RESULTS, GET=None, POST=302),
    # Results for everybody
    "results/": Row(DEFINERS, POST=400),
    "results/preview/": Row(DEFINERS, POST=400),
    "staff/": Row(EVERYBODY),
    # Gestures
    "gestures/": Row(RESULTS),
    "gestures/new/": Row(DEFINERS, POST=400),
    "gestures/<str:slug>/": Row(DEFINERS, GET=404, POST=404, values=lambda world: ("none",)),
    "gestures/<str:slug>/archive/": Row(DEFINERS, GET=None, POST=404, values=lambda world: ("none",)),
    # Experiments
    "experiments/": Row(RESULTS),
    "experiments/new/": Row(DEFINERS, POST=400),
    "experiments/<str:slug>/": Row(RESULTS, GET=404, values=lambda world: ("none",)),
    "experiments/<str:slug>/change/": Row(DEFINERS, GET=404, POST=404, values=lambda world: ("none",)),
    "experiments/<str:slug>/do/": Row(DEFINERS, GET=None, POST=404, values=lambda world: ("none",)),
    # Figures for people outside the company
    "shares/": Row(DEFINERS, POST=400),
    "shares/<int:pk>/revoke/": Row(DEFINERS, GET=None, POST=404, values=lambda world: (0,)),
    # Single customers: for whoever sees who they are, whatever their role
    "customers/": Row(EVERYBODY, unseen=403),
    "customers/<uuid:customer_id>/": Row(EVERYBODY, unseen=403, values=lambda world: (world.customer.id,)),
    "customers/<uuid:customer_id>/profile/": Row(
        EVERYBODY - {"viewer", "employee"}, GET=None, POST=302, unseen=403, values=lambda world: (world.customer.id,)
    ),
    "customers/<uuid:customer_id>/merge/": Row(
        DEFINERS, GET=302, POST=302, unseen=403, values=lambda world: (world.customer.id,)
    ),
    "customers/<uuid:customer_id>/erase/": Row(ADMIN, POST=422, unseen=403, values=lambda world: (world.customer.id,)),
    "customers/<uuid:customer_id>/export.json": Row(ADMIN, unseen=403, values=lambda world: (world.customer.id,)),
    "accounts/<path:name>/": Row(EVERYBODY, unseen=403, values=lambda world: (world.customer.account,)),
    # Journeys, designed and real
    "journeys/": Row(RESULTS),
    "journeys/-/views/": Row(RESULTS),
    "journeys/<str:slug>/": Row(RESULTS, values=lambda world: (world.path.journey.slug,)),
    "journeys/<str:slug>/<tab:tab>/": Row(RESULTS, values=lambda world: (world.path.journey.slug, "hand-offs")),
    "journeys/<str:slug>/passages/": Row(RESULTS, values=lambda world: (world.path.journey.slug,)),
    "journeys/<str:slug>/figures.json": Row(RESULTS, values=lambda world: (world.path.journey.slug,)),
    # Promises
    "promises/": Row(RESULTS),
    "promises/-/mine/": Row(EVERYBODY),
    "promises/-/mine/<int:pk>/": Row(EVERYBODY, GET=None, POST=302, values=lambda world: (world.instruction,)),
    "promises/<str:slug>/instructions/new/": Row(DEFINERS, POST=400, values=lambda world: (world.promise,)),
    "promises/<str:slug>/instructions/<int:pk>/": Row(
        DEFINERS, POST=400, values=lambda world: (world.promise, world.instruction)
    ),
    "promises/<str:slug>/instructions/<int:pk>/archive/": Row(
        DEFINERS, GET=None, POST=302, values=lambda world: (world.promise, world.spare)
    ),
    "promises/<str:slug>/instructions/<int:pk>/people/": Row(
        RESULTS - {"viewer"}, POST=400, values=lambda world: (world.promise, world.instruction)
    ),
    "promises/-/places/": Row(RESULTS),
    "promises/-/public-page/": Row(DEFINERS, POST=400),
    "promises/-/public-page/preview/": Row(DEFINERS, POST=400),
    "promises/<str:slug>/places/new/": Row(DEFINERS, POST=400, values=lambda world: (world.promise,)),
    "promises/<str:slug>/places/<int:pk>/": Row(DEFINERS, POST=400, values=lambda world: (world.promise, world.place)),
    "promises/<str:slug>/places/<int:pk>/settle/": Row(
        DEFINERS, GET=None, POST=302, values=lambda world: (world.promise, world.place)
    ),
    "promises/-/due/": Row({"admin", "cx_lead", "unit_manager", "handler"}),
    "promises/<str:slug>/": Row(RESULTS, values=lambda world: (world.promise,)),
    "promises/<str:slug>/feasible/": Row(RESULTS, values=lambda world: (world.promise,)),
    "promises/<str:slug>/feasible/failed/": Row(RESULTS, values=lambda world: (world.promise,)),
    "promises/<str:slug>/rules/": Row(DEFINERS, values=lambda world: (world.promise,)),
    "promises/<str:slug>/rules/new/": Row(DEFINERS, POST=422, values=lambda world: (world.promise,)),
    "promises/<str:slug>/rules/<int:pk>/": Row(DEFINERS, GET=404, POST=404, values=lambda world: (world.promise, 0)),
    "promises/<str:slug>/rules/<int:pk>/archive/": Row(
        DEFINERS, GET=None, POST=404, values=lambda world: (world.promise, 0)
    ),
    # Alerts: one choice of how to hear is each member's own; nobody has an alert 0 to be on
    "promises/alerts/": Row(RESULTS),
    "promises/alerts/choice/": Row(RESULTS, GET=None, POST=302),
    "promises/alerts/<int:alert_id>/seen/": Row(RESULTS, GET=None, POST=404, values=lambda world: (0,)),
    "promises/<str:slug>/instances/<uuid:id>/": Row(RESULTS, values=lambda world: (world.promise, world.outcome)),
    "promises/<str:slug>/instances/<uuid:id>/exclude/": Row(
        DEFINERS, GET=None, POST=400, unseen=403, values=lambda world: (world.promise, world.outcome)
    ),
    "promises/<str:slug>/instances/<uuid:id>/lift/": Row(
        DEFINERS, GET=None, POST=302, unseen=403, values=lambda world: (world.promise, world.outcome)
    ),
    "promises/<str:slug>/<promise_tab:tab>/": Row(RESULTS, values=lambda world: (world.promise, "instances")),
    # Making promises
    "promises/-/new/": Row(DEFINERS, POST=200),
    "promises/<str:slug>/edit/": Row(DEFINERS, GET=302, values=lambda world: (world.promise,)),
    "promises/<str:slug>/edit/<promise_step:step>/": Row(
        DEFINERS, POST=302, values=lambda world: (world.promise, "staff")
    ),
    "promises/<str:slug>/move/": Row(DEFINERS, POST=409, values=lambda world: (world.promise,)),
    # Bringing in data
    "import/": Row(DEFINERS, POST=200),
    "import/<int:pk>/": Row(DEFINERS, POST=200, unseen=302, values=lambda world: (world.upload.pk,)),
    "import/<int:pk>/progress": Row(DEFINERS, values=lambda world: (world.upload.pk,)),
    "import/<int:pk>/rejected.xlsx": Row(DEFINERS, unseen=302, values=lambda world: (world.done.pk,)),
    "import/<int:pk>/remove/": Row(DEFINERS, GET=None, POST=302, values=lambda world: (world.upload.pk,)),
    "notes/files/<int:pk>": Row(RESULTS, values=lambda world: (world.file.pk,)),
    # What integrations send
    "mapping/": Row(DEFINERS, POST=302),
    "mapping/runs": Row(DEFINERS),
    "mapping/known/": Row(DEFINERS, GET=None, POST=302),
    # Follow-ups
    "followups/": Row(HANDLERS),
    "followups/live": Row(HANDLERS),
    "followups/many/": Row(HANDLERS, GET=None, POST=302),
    "followups/figures/": Row(RESULTS),
    "followups/left/": Row(DEFINERS, POST=400),
    "followups/limits/": Row(DEFINERS, POST=400),
    "followups/rules/": Row(DEFINERS),
    "followups/rules/new/": Row(DEFINERS, POST=400),
    "followups/rules/<str:slug>/": Row(DEFINERS, GET=404, POST=404, values=lambda world: ("gone",)),
    "followups/rules/<str:slug>/move/": Row(DEFINERS, GET=None, POST=404, values=lambda world: ("gone",)),
    "followups/rules/<str:slug>/archive/": Row(DEFINERS, GET=None, POST=404, values=lambda world: ("gone",)),
    "followups/<int:pk>/": Row(HANDLERS, GET=404, values=lambda world: (0,)),
    "followups/<int:pk>/take/": Row(HANDLERS, GET=None, POST=404, values=lambda world: (0,)),
    "followups/<int:pk>/items/<int:item_id>/": Row(HANDLERS, GET=None, POST=404, values=lambda world: (0, 0)),
    "followups/<int:pk>/do/<str:key>/": Row(HANDLERS, GET=None, POST=404, values=lambda world: (0, "solve")),
    # Who was asked, and why not
    "asks/": Row(DEFINERS),
    "asks/customer/<uuid:customer_id>/": Row(DEFINERS, values=lambda world: (world.customer.id,)),
    # What customers write about
    "texts/topics/": Row(DEFINERS),
    "texts/topics/new/": Row(DEFINERS, POST=400),
    "texts/topics/usual/": Row(DEFINERS, GET=None, POST=302),
    "texts/topics/<str:slug>/": Row(DEFINERS, POST=400, values=lambda world: (world.topic,)),
    "texts/topics/<str:slug>/teach/": Row(DEFINERS, GET=None, POST=302, values=lambda world: (world.topic,)),
    "texts/topics/<str:slug>/archive/": Row(DEFINERS, GET=None, POST=302, values=lambda world: (world.topic,)),
    # Said and done
    "said-and-done/": Row(DEFINERS, POST=400),
    "said-and-done/<int:deed_id>/": Row(DEFINERS, POST=400, values=lambda world: (world.deed,)),
    "invited/": Row(EVERYBODY, unseen=403),
    "invited/leads-to": Row(DEFINERS, GET=None, POST=302, unseen=403),
    "invited/<int:follow_up_id>/withdraw": Row(EVERYBODY, GET=None, POST=404, unseen=403, values=lambda world: (0,)),
    "said-and-done/<int:deed_id>/remove": Row(DEFINERS, GET=None, POST=404, values=lambda world: (0,)),
    # Settings
    "settings/": Row(EVERYBODY, GET=302),
    "settings/profile/": Row(EVERYBODY, POST=200),
    "settings/company/": Row(ADMIN, POST=200),
    "settings/members/": Row(ADMIN, POST=200),
    "settings/members/<int:pk>/": Row(ADMIN, POST=200, values=lambda world: (world.other.pk,)),
    "settings/members/<int:pk>/remove/": Row(ADMIN, GET=None, POST=302, values=lambda world: (world.other.pk,)),
    "settings/invitations/<int:pk>/resend/": Row(
        ADMIN, GET=None, POST=302, values=lambda world: (world.invitation.pk,)
    ),
    "settings/invitations/<int:pk>/revoke/": Row(
        ADMIN, GET=None, POST=302, values=lambda world: (world.invitation.pk,)
    ),
    "settings/keys/": Row(ADMIN, POST=200),
    "settings/keys/<int:pk>/rotate/": Row(ADMIN, GET=None, POST=200, values=lambda world: (world.key.pk,)),
    "settings/keys/<int:pk>/revoke/": Row(ADMIN, GET=None, POST=302, values=lambda world: (world.key.pk,)),
    "settings/webhooks/": Row(ADMIN, POST=422),
    "settings/webhooks/<int:pk>/": Row(ADMIN, GET=404, POST=404, values=lambda world: (0,)),
    "settings/webhooks/<int:pk>/<str:action>/": Row(ADMIN, GET=None, POST=404, values=lambda world: (0, "pause")),
    "settings/quarantine/": Row(ADMIN, POST=302),
    "settings/history/": Row(ADMIN),
    "outbox/": Row(ADMIN, POST=302),
    "outbox/<uuid:id>/": Row(ADMIN, unseen=403, values=lambda world: (world.message,)),
    "outbox/<uuid:id>/mail": Row(ADMIN, unseen=302, values=lambda world: (world.message,)),
}
EDITOR = "edit/"  # Django's admin: one rule for all it has, tested below


def routes(patterns: list[Any], before: str = "") -> Iterator[str]:
    """Every route below these patterns, as written in the URLconf."""
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern):
            yield here


ROUTES = list(routes(get_resolver("cxplatform.tenant_urls").url_patterns))
PAGES = [route for route in ROUTES if not route.startswith(EDITOR)]


@pytest.fixture(scope="module")
def world(kept):
    """A company with one of each thing that a route can name, and one of each role, signed in."""
    tenant = make_tenant()
    other = make_member(tenant, Role.VIEWER)
    make_member(tenant, Role.ADMIN)
    path = make_journey(tenant)
    promise = make_promise(tenant).promise
    send(tenant, event("order.placed", timezone.now(), correlation="order-1"))
    with activate(tenant.id):
        instruction, spare = (Instruction.objects.create(promise=promise, role=role) for role in ("fitter", "cashier"))
        place = Publication.objects.create(promise=promise, where="Shelf", wording="Reply in a day.")
        invitation = invitations.invite(tenant=tenant, email="guest@example.org", role=Role.VIEWER)
        upload, done = (
            Upload.objects.create(
                offer="customers", file_name="a.csv", state=state, content=b"asiakasnumero\n1\n", result=b"PK"
            )
            for state in (Upload.State.NEW, Upload.State.DONE)
        )
        messages.enqueue([messages.Message(by="email", to="guest@example.org", text="Hello", html="<p>Hello</p>")])
        message = OutgoingMessage.objects.get().id
        note = Note.objects.create(text="They waited.", journey=path.journey)
        outcome = PromiseOutcome.objects.get().id
        today = timezone.localdate()
        meeting = Meeting.objects.create(start=today, last=today)
        view = SavedView.objects.create(name="Fleet", query="?journey=fleet", owner=other.user, shared=True)
        decision = Decision.objects.create(meeting=meeting, text="Answer in a day.", due=today)
        file = Attachment.objects.create(note=note, file_name="a.txt", content_type="text/plain", size=1, content=b"a")
        topic = Topic.objects.create(slug="garden", name="Garden").slug
        deed = Deed.objects.create(said={"en": "Cold."}, did={"en": "Heated."}, done_on=today).pk
    sessions = {
        (role, sees_identity): session_of(make_member(tenant, role, sees_identity=sees_identity))
        for role in Role.values
        for sees_identity in (False, True)
    }
    return SimpleNamespace(
        sessions=sessions,
        outsider=session_of(make_member(role=Role.ADMIN)),
        topic=topic,
        deed=deed,
        meeting=meeting.pk,
        view=view.pk,
        decision=decision.pk,
        file=file,
        message=message,
        tenant=tenant,
        other=other,
        invitation=invitation,
        key=make_key(tenant).key,
        path=path,
        promise=promise.slug,
        instruction=instruction.pk,
        spare=spare.pk,
        place=place.pk,
        outcome=outcome,
        upload=upload,
        done=done,
        customer=make_customer(tenant, account="Firma/Oy"),
    )


@pytest.fixture
def in_a_word(monkeypatch):
    """Refusals without the page that explains them: it is most of what they cost, and the tests of the editor and
    test_errors open it as each role."""
    for urlconf in (urls, tenant_urls):
        monkeypatch.setattr(urlconf, "handler403", lambda *args, **kwargs: HttpResponseForbidden(), raising=False)
        monkeypatch.setattr(urlconf, "handler404", lambda *args, **kwargs: HttpResponseNotFound(), raising=False)


def session_of(member: Membership) -> str:
    return client_of(member).cookies[settings.SESSION_COOKIE_NAME].value


def browser(session: str) -> Client:
    """A new browser in which the person of that session is signed in."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    return client


def address(route: str, world: Any) -> str:
    """The route's path in this world."""
    values = iter(MATRIX[route].values(world))
    return f"/t/{world.tenant.slug}/" + re.sub(r"<[^>]+>", lambda bracket: str(next(values)), route)


def editor_paths(world: Any) -> list[str]:
    """A path of every route of the editor; what it names need not exist."""
    paths = []
    for route in (route for route in ROUTES if route.startswith(EDITOR)):
        path = re.sub(r"\(\?P<\w+>([^|)]*)[^)]*\)", r"\1", route)  # a regular expression: its first alternative
        paths.append(f"/t/{world.tenant.slug}/" + re.sub(r"<[^>]+>", "1", path).replace("^", "").rstrip("$"))
    return paths


def test_every_page_has_a_row_and_every_row_a_page():
    assert set(PAGES) == set(MATRIX), "add a row to MATRIX for a new page; drop the row of one that is gone"


@pytest.mark.django_db
@pytest.mark.parametrize("route", MATRIX)
def test_a_role_opens_what_it_may_and_nothing_else(route, world, in_a_word):
    row, path = MATRIX[route], address(route, world)
    # Those who may come last: what they remove is there for the others to be refused.
    for role in sorted(Role.values, key=row.roles.__contains__):
        for sees_identity in (False, True) if row.unseen else (False,):
            client = browser(world.sessions[role, sees_identity])
            for method in row.methods:
                expected = row.status(method)
                if role not in row.roles:
                    expected = row.elsewhere
                elif row.unseen and not sees_identity:
                    expected = row.unseen
                assert client.generic(method, path).status_code == expected, f"{role} {sees_identity} {method} {path}"


@pytest.mark.django_db
def test_a_method_that_no_row_names_is_for_nobody(world):
    """The view says so before it looks at who asks: one who may open it and one who may not hear the same."""
    for route, row in MATRIX.items():
        path = address(route, world)
        unnamed = {"GET", "POST"} - set(row.methods)
        for roles, methods in ((row.roles, unnamed | {"PUT", "DELETE"}), (EVERYBODY - row.roles, unnamed)):
            client = browser(world.sessions[min(roles), True]) if roles else None
            for method in methods if client else ():
                assert client.generic(method, path).status_code == 405, f"{method} {path}"


@pytest.mark.django_db
def test_outsiders_find_nothing_and_strangers_sign_in(world, in_a_word):
    for route in MATRIX:
        path = address(route, world)
        for method in ("GET", "POST"):
            assert browser(world.outsider).generic(method, path).status_code == 404, f"{method} {path}"
            response = Client().generic(method, path)
            assert response.status_code == 302, f"{method} {path}"
            assert response.headers["location"].startswith("/accounts/login/?next=/t/")


@pytest.mark.django_db
def test_the_editor_is_for_those_who_define(world):
    lists = [path for path in editor_paths(world) if re.search(r"/edit/(\w+/\w+/)?$", path)]
    assert len(lists) > 10
    for role in Role.values:
        client = browser(world.sessions[role, False])
        expected = 200 if role in DEFINERS else 403
        for path in lists if role in DEFINERS else lists[:2]:
            assert client.get(path, follow=True).status_code == expected, f"{role} {path}"


@pytest.mark.django_db
def test_nothing_of_the_editor_is_for_the_others(world, in_a_word):
    client = browser(world.sessions[Role.EMPLOYEE, False])
    for path in editor_paths(world):
        assert (client.get(path).status_code, client.post(path).status_code) == (403, 403), path


@pytest.mark.django_db
def test_the_editor_does_not_exist_for_outsiders(world, in_a_word):
    outsider = browser(world.outsider)
    for path in editor_paths(world):
        assert outsider.get(path).status_code == 404
