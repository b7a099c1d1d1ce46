"""The ten questions of the leadership team, each answered on the page itself, in the place where one looks."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Role
from dashboards.changes import effects
from dashboards.focus import proposals, reach
from dashboards.focus.themes import choose
from dashboards.gaps import finder as gaps
from dashboards.insights.look import look
from dashboards.models import CustomerWorth, JourneyChange, Target
from journeys.models import Passage
from surveys.models import Topic, Verbatim
from tests.dashboards.test_ahead import forecast
from tests.dashboards.test_asking import ledger
from tests.dashboards.test_focus import passage
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import client_of, make_journey, make_member, make_tenant
from tests.promises.worlds import event, make_promise, send
from tests.surveys.test_asks import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> Any:
    """The page of a company where Help fell, staff do not see it, and chat hours mended Choose."""
    tenant = make_tenant(name="Rengasala")
    path = make_journey(tenant, "tyre-change", name="Tyre change", stages=["Choose", "Buy", "Help"])
    choose_, buy, help_ = path.touchpoints
    for place, now in ((choose_, (150, 40, 10)), (buy, (120, 60, 20)), (help_, (40, 60, 100))):
        count(tenant, nps(*now), at=place)
        count(tenant, nps(120, 60, 20), at=place, day=days_ago(366, tenant))
    count(tenant, nps(60, 60, 80), at=choose_, day=days_ago(60, tenant))
    count(tenant, nps(18, 2, 0), at=help_, audience="employee", wave="mirror:2026-Q4")
    promised(tenant)
    ledger(
        tenant,
        (30, {"state": "answered", "sent_at": NOON, "answered_at": NOON}),
        (70, {"state": "sent", "sent_at": NOON}),
    )
    with activate(tenant.pk):
        Target.objects.create(metric="nps/0-10", year=days_ago(0, tenant).year, value=45)
        waiting = Topic.objects.create(slug="waiting", name="Waiting", names={"en": "Waiting"})
        Verbatim.objects.bulk_create(
            Verbatim(response_id=f"00000000-0000-7000-8000-{number:012}", key="comment", survey_id=1, value=10,
                     answered_at=timezone.now(), audience="customer", touchpoint_id=help_.pk,
                     text=f"I waited for {number} days on end.", topics={str(waiting.pk): 0.9})
            for number in range(6)
        )  # fmt: skip
        Passage.objects.bulk_create(passage(help_.pk, number) for number in range(8))
        CustomerWorth.objects.create(amount=400, currency="EUR", known_on=days_ago(3, tenant), source="finance")
        JourneyChange.objects.create(day=days_ago(40, tenant), what="Chat is open till nine", touchpoint=choose_)
        for kind in (gaps.KIND, reach.KIND, proposals.KIND, effects.KIND):
            look(tenant=tenant, kind=kind)
        forecast(buy, [48, 47, 46, 43, 42, 40], values=[50.0] * 24)
        owner, due = make_member(tenant, Role.CX_LEAD).user, days_ago(0, tenant) + timedelta(days=50)
        choose(
            title="Answer sooner", touchpoint=help_, owner=owner, due_on=due, chosen_by=owner, today=days_ago(0, tenant)
        )
    client = client_of(make_member(tenant, Role.VIEWER), headers={"accept-language": "en"})
    answer = client.get(f"/t/{tenant.slug}/")
    assert answer.status_code == 200
    mail = client.get(f"/t/{tenant.slug}/digests/preview/?kind=leadership").content.decode()
    return answer.content.decode(), str(owner), due, mail


def promised(tenant: Tenant) -> None:
    """A public promise kept 8 times of 20."""
    make_promise(
        tenant,
        "reply",
        kind="condition",
        closing_type="reply.sent",
        property="ok",
        operator="eq",
        value=True,
        target=90,
    )
    send(
        tenant,
        *(
            event("reply.sent", timezone.now() - timedelta(days=2), correlation=f"r{n}", properties={"ok": n < 8})
            for n in range(20)
        ),
    )


def told(html: str, anchor: str) -> str:
    """The words at a place of the page: of the element with this id, as they are read."""
    opening = re.search(rf'<(\w+)[^>]* id="{anchor}"', html)
    assert opening, anchor
    rest = html[opening.start() :]
    words = re.sub(r"<[^>]+>", " ", rest[: rest.index(f"</{opening[1]}>")])
    return " ".join(unescape(words).split())


def test_each_of_the_ten_questions_has_its_answer_on_the_page(page: Any) -> None:
    html, owner, due, mail = page
    expected = {
        "how are we doing": ("tile-nps", "NPS 20"),
        "better than last season": ("tile-nps", "▼ worse (down 30 points)"),
        "better than the target": ("tile-nps", "target 45 (−25)"),
        "said aloud": ("sentence", "NPS 20, down 30 points ; Help (Tyre change) down 80 points, 200 answers"),
        "where does it hurt": ("heatmap", "Help: −30 ▼"),
        "why": ("focus", "disappointed customers write most about: Waiting"),
        "how many customers and euros": ("focus", "8 customers a year, worth 3,200 EUR a year"),
        "do we keep our promises": ("promises", "reply"),
        "and how well": ("promises", "12 broken of 20"),
        "what do staff not see": ("unseen", "blind spot gap 56 staff guessed 97, customers said 41"),
        "who fixes it": ("focus", owner),
        "by when": ("focus", f"due {due:%-d %b %Y}"),
        "did the last fix work": ("fix", "Chat is open till nine"),
        "and by how much": ("fix", "up "),
        "what is coming": ("coming", "45"),
        "who answered": ("coverage", "30% of those asked answered 22…40 · n 100"),
        "who is silent": ("coverage", "Every touchpoint in use was answered in the last 30 days."),
    }
    found = {question: told(html, anchor) for question, (anchor, _) in expected.items()}
    missing = {question: found[question] for question, (_, answer) in expected.items() if answer not in found[question]}
    assert missing == {}
    # Each place is one press away from anywhere on the page.
    jumps = re.findall(
        r'href="#(\w+)"', html[html.index('<nav class="questions') : html.index('<section class="tiles"')]
    )
    assert jumps == ["heatmap", "focus", "promises", "coming", "unseen", "coverage", "fix"]
    assert [anchor for anchor in jumps if f' id="{anchor}"' not in html] == []
    # And the monthly mail tells what heads where and what the fix did, not its figures alone.
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", mail)).split())
    assert "How sure" in words and "Difference" in words and "Past error" not in words
