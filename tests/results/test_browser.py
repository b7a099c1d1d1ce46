"""What everybody and staff may read, in a real browser: light and dark, wide and narrow, without a script."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from cxplatform.ids import uuid7s
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Membership, Tenant
from dashboards.models import Experiment, Gesture, GestureUse, Insight, PublicQuote, ResultsPage
from surveys.models import Deed, FollowUp, Response
from tests.browser import readable
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import client_of, make_member, make_tenant, make_touchpoint, make_unit
from tests.results.answered import answer
from tests.results.test_staff import praise
from tests.surveys.worlds import NPS, REASON, make_survey

pytestmark = pytest.mark.django_db(transaction=True)
DEEDS = (
    ("Puhelimeen ei vastata iltaisin.", "Vastaamme nyt arkisin kello 21 asti, ja soitamme takaisin samana päivänä.", 4),
    (
        "Varausvahvistuksen linkki ei toiminut.",
        "Linkki on korjattu, ja se tarkistetaan jokaisen päivityksen jälkeen.",
        30,
    ),
)
THANKS = (
    "Kiitos, Nooran neuvot olivat todella selkeät ja asia hoitui saman tien!",
    "Renkaat vaihtuivat odottaessa, kahvi oli hyvää.",
    "Palvelu oli ystävällistä ja nopeaa.",
    "Kerrankin joku soitti takaisin silloin kun lupasi.",
    "Hyvin hoidettu, tulen uudestaan.",
)


def world() -> tuple[Tenant, Membership]:
    tenant = make_tenant(name="Rengasala", language="fi", brand_colour="#b3261e")
    desk, unit = make_touchpoint(tenant, "tiski", name="Vastaanotto"), make_unit(tenant, "espoo", name="Espoo")
    for month in range(1, 12):
        slices = {"unit": str(unit.pk)}
        count(tenant, nps(60 + month, 30, 20), at=desk, day=days_ago(30 * month, tenant), slices=slices)
        count(
            tenant, [2, 3, 4, 9, 20, 30, 22], at=desk, day=days_ago(30 * month, tenant), name="ces/1-7", slices=slices
        )
    survey = make_survey(tenant, questions=[NPS, REASON, ("publish", "publish_consent")])
    praise(SimpleNamespace(tenant=tenant, survey=survey), desk, *THANKS, unit_id=unit.pk, language="fi")
    with activate(tenant.pk):
        ResultsPage.objects.create(
            shown=True, parts=["promises", "scores", "said", "done"], measures=["nps", "ces", "fcr"],
            introductions={"fi": "Kerromme avoimesti, miten meillä menee: luvut, lupaukset ja korjaukset."},
        )  # fmt: skip
        Response.objects.update(answers={"publish": "yes"})
        for response in Response.objects.all()[:4]:
            PublicQuote.objects.create(response_id=response.id, key="reason", consent_key="publish")
        for said, did, ago in DEEDS:
            Deed.objects.create(said={"fi": said}, did={"fi": did}, done_on=timezone.localdate() - timedelta(days=ago),
                                published=True, touchpoint=desk)  # fmt: skip
        tried = Experiment.objects.create(
            slug="kassa", name="Kassa kahdessa vaiheessa", question="Onko kaksi lyhyttä sivua helpompi?",
            touchpoint=desk, metric="nps/0-10", least=15, planned=816, state="running",
            started_on=timezone.localdate() - timedelta(days=20),
            variants=[{"key": "a", "name": "Yksi pitkä sivu"}, {"key": "b", "name": "Kaksi lyhyttä sivua"}],
        )  # fmt: skip
        coffee = Gesture.objects.create(
            slug="kahvi", name="Kahvi odottaessa", description="Tarjotaan kahvi, jos odotus venyy yli vartin.",
            touchpoint=desk, cost=1.2, with_customers="kuusi asiakasta työpajassa", with_staff="vastaanoton väki",
        )  # fmt: skip
        now = timezone.now()
        GestureUse.objects.bulk_create(
            GestureUse(event_id=id_, gesture="kahvi", at=now, customer_id=id_, touchpoint_id=desk.pk)
            for id_ in uuid7s(40)
        )
        Insight.objects.create(
            kind="gesture", rank=1, touchpoint=desk, start=now.date(), last=now.date(),
            data={"gesture": coffee.pk, "metric": "nps/0-10", "met": nps(28, 5, 3), "others": nps(200, 110, 90)},
        )  # fmt: skip
        for minutes in range(12):
            FollowUp.objects.create(
                cause="detractor", unit_id=unit.pk, signal_at=now - timedelta(minutes=90 + minutes * 20),
                contact_due=now, fix_due=now, contacted_at=now - timedelta(minutes=60),
                opened_at=now - timedelta(minutes=90),
                state="contacted",
            )  # fmt: skip
    for key, scores in (("a", (200, 110, 90)), ("b", (260, 90, 50))):
        answer(tenant, tried, key, nps(*scores))
    return tenant, make_member(tenant, "cx_lead", unit_ids=[unit.pk])


def test_they_are_read_by_anybody_anywhere(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant, lead = world()
    page = browse()
    page.set_default_navigation_timeout(30_000)
    for name, value in (
        (settings.SESSION_COOKIE_NAME, client_of(lead).cookies["sessionid"].value),
        (settings.LANGUAGE_COOKIE_NAME, "fi"),
    ):
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    own = f"{live_server.url}/t/{tenant.slug}"
    for room, address in (
        ("public", f"{live_server.url}/r/{tenant.slug}/?lang=fi"),
        ("settings", f"{own}/results/"),
        ("staff", f"{own}/staff/"),
        ("experiments", f"{own}/experiments/"),
        ("experiment", f"{own}/experiments/kassa/"),
        ("gestures", f"{own}/gestures/"),
        ("new-experiment", f"{own}/experiments/new/"),
    ):
        page.goto(address)
        readable(page, room)
