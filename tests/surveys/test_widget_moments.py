"""When the widget shows itself in a real browser, to whom, and what it says when it does not."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from cxplatform.tenancy.context import activate
from journeys.models import Customer
from surveys.models import Invitation, OptOut, Response, Survey, Widget
from tests.browser import accessible
from tests.factories import make_customer, make_dimension, make_tenant
from tests.surveys.browsers import until
from tests.surveys.test_identity import signed
from tests.surveys.worlds import CES, NPS, REASON, make_survey, only_if, option

pytestmark = pytest.mark.django_db(transaction=True)

SEEN = "cx-survey"


@pytest.fixture
def visit(live_server: Any, shop: Any, browse: Callable[..., Any]) -> Callable[..., Any]:
    """Opens the shop's page with a widget of these settings; the page has `widget` and `why()` of it. The file `held`
    it waits for in vain: the page has the request.

    The company has the dimension "segment". Every shop is an origin of its own: nothing of it meets a later test.
    """

    def open_shop(
        body: str = "",
        questions: Any = (NPS,),
        *,
        path: str = "/",
        touch: bool = False,
        offline: bool = False,
        held: str = "",
        **chosen: Any,
    ) -> Any:
        tenant = make_tenant(name="Rengasala Oy", language="en")
        make_dimension(tenant)
        survey = make_survey(tenant, questions=questions)
        widget = Widget.objects.create(
            tenant=tenant,
            survey_id=survey.pk,
            name="Shop",
            origins=[shop.origin],
            settings={"delay_seconds": 0} | chosen,
        )
        shop.show(f"{live_server.url}/w/{widget.key}.js", body, language="en")
        page = browse(lasts=offline, refusals=True, has_touch=touch, is_mobile=touch, reduced_motion="reduce")
        page.widget, page.address = widget, f"{shop.origin}{path}"
        page.held = []
        if held:
            page.route(f"**{held}", lambda route: page.held.append(route), times=1)
        page.goto(page.address, wait_until="commit" if held else "load")
        until(page, "window.cx && window.cx.why()")
        page.why = lambda: page.evaluate("cx.why()")
        return page

    return open_shop


def ledger(widget: Widget) -> list[tuple[Any, ...]]:
    with activate(widget.tenant_id):
        return list(Invitation.objects.order_by("decided_at").values_list("state", "reason", "customer_id"))


def responses(widget: Widget) -> list[Response]:
    with activate(widget.tenant_id):
        return list(Response.objects.order_by("answered_at"))


def ease(page: Any) -> Any:
    return page.get_by_role("heading", name="easy")


def shown(page: Any) -> bool:
    page.locator(SEEN).wait_for()
    return page.why() == "Shop: The survey is shown."


def test_an_event_of_the_page_with_the_right_property(visit: Callable[..., Any]) -> None:
    page = visit(event="ordered", where="plan=pro")
    assert page.why() == "Shop: Waits for the page to call cx('event', 'ordered')."
    page.evaluate("cx('event', 'looked', {plan: 'pro'})")
    page.evaluate("cx('event', 'ordered', {plan: 'free'})")
    assert page.why() == "Shop: The event came, but its property plan was not pro."
    assert page.locator(SEEN).count() == 0
    page.evaluate("cx('event', 'ordered', {plan: 'pro'})")
    assert shown(page)


def test_only_on_the_pages_it_is_for_also_without_loading(visit: Callable[..., Any]) -> None:
    page = visit(path="/cart/1", pages=["/shop/*", "!/shop/secret*"])
    assert page.why() == "Shop: This address (/cart/1) is not among the pages on which the survey is shown."
    page.evaluate("history.pushState({}, '', '/shop/secret/2')")
    until(page, "cx.why().includes('/shop/secret/2')")
    page.evaluate("history.pushState({}, '', '/shop/tyres')")
    assert shown(page)


def test_scrolling_down(visit: Callable[..., Any]) -> None:
    page = visit('<div class="tall"></div>', scroll=60)
    assert page.why() == "Shop: Waits until the page is scrolled to 60 per cent."
    page.mouse.wheel(0, 500)
    until(page, "scrollY >= 400")
    assert page.locator(SEEN).count() == 0
    page.evaluate("scrollTo(0, 2000)")
    assert shown(page)


def test_a_page_that_still_loads_is_not_scrolled_to_its_end(visit: Callable[..., Any]) -> None:
    page = visit('<link rel="stylesheet" href="/later.css" media="print">', scroll=60, held="/later.css")
    page.evaluate("scrollTo(0, 1)")
    assert page.why() == "Shop: Waits until the page is scrolled to 60 per cent."
    (later,) = page.held
    later.continue_()
    assert shown(page)  # all of it is in sight


def test_leaving_over_the_upper_edge(visit: Callable[..., Any]) -> None:
    page = visit(exit=True)
    assert page.why() == "Shop: Waits until the pointer leaves the page over its upper edge."
    page.evaluate("document.dispatchEvent(new MouseEvent('mouseout', {clientY: 300, relatedTarget: null}))")
    assert page.locator(SEEN).count() == 0
    page.evaluate("document.dispatchEvent(new MouseEvent('mouseout', {clientY: -1, relatedTarget: null}))")
    assert shown(page)


def test_a_touch_screen_has_no_pointer_to_leave(visit: Callable[..., Any]) -> None:
    page = visit(exit=True, touch=True)
    assert page.why() == "Shop: A touch screen has no pointer whose leaving could be waited for."


def test_an_element_that_comes_into_view_also_when_made_later(visit: Callable[..., Any]) -> None:
    page = visit('<div class="tall"></div>', element="#thanks")
    page.evaluate("""() => {
        const made = document.createElement("div");
        made.id = "thanks";
        made.textContent = "Thanks";
        document.querySelector("main").append(made);
    }""")
    assert page.why() == "Shop: Waits until the element #thanks is in view."
    page.evaluate("document.getElementById('thanks').scrollIntoView()")
    assert shown(page)


def test_an_element_that_is_clicked(visit: Callable[..., Any]) -> None:
    page = visit('<div class="buy">Buy</div>', element=".buy", clicked=True)
    page.locator(".buy").click()
    assert shown(page)


def test_a_selector_that_is_none_says_so(visit: Callable[..., Any]) -> None:
    assert visit(element="#(").why() == "Shop: #( in the settings is no valid CSS selector."


def test_a_visitor_not_drawn_is_not_asked(visit: Callable[..., Any]) -> None:
    page = visit(event="go", share=1)
    page.evaluate(f"localStorage.setItem('cx-draw-{page.widget.key}', '55')")
    page.evaluate("cx('event', 'go')")
    assert page.why() == "Shop: This visitor was not drawn: the survey is shown to 1 per cent of visitors."
    page.evaluate(f"localStorage.setItem('cx-draw-{page.widget.key}', '1.5')")
    page.evaluate("cx('event', 'go')")
    assert shown(page)


def test_a_named_customer_answers_once_in_the_rest_over_all_browsers(visit: Callable[..., Any]) -> None:
    page = visit(event="go", again_days=30)
    tenant = page.widget.tenant
    customer = make_customer(tenant, "C-1")
    token = signed(page.widget, sub="C-1", exp=time.time() + 600)
    page.evaluate("token => { cx('identify', token); cx('event', 'go') }", token)
    page.get_by_role("button", name="9", exact=True).click()
    page.get_by_role("heading", name="Thank you!").wait_for()
    assert ledger(page.widget) == [("answered", "", customer.id)]
    assert [(r.customer_id, r.answers) for r in responses(page.widget)] == [(customer.id, {"nps": 9})]

    page.evaluate("localStorage.clear()")  # another browser of the same customer
    page.goto(page.address)
    until(page, "window.cx && window.cx.why()")
    page.evaluate("token => { cx('identify', token); cx('event', 'go') }", token)
    until(page, "cx.why().includes('customer')")
    assert page.why() == "Shop: The customer answered a survey lately."
    assert ledger(page.widget)[1] == ("skipped", "resting_after_answer", customer.id)
    page.evaluate("cx('event', 'go')")
    assert page.why().startswith("Shop: This browser has been asked already.")
    assert len(ledger(page.widget)) == 2


def test_a_forged_token_names_nobody_and_says_so(visit: Callable[..., Any]) -> None:
    page = visit(event="go")
    make_customer(page.widget.tenant, "C-1")
    token = signed(page.widget, secret="guessed", sub="C-1", exp=time.time() + 600)
    page.evaluate("token => { cx('identify', token); cx('event', 'go') }", token)
    page.locator(SEEN).wait_for()
    assert page.why().endswith("The token is not signed with this widget's secret. The visitor is anonymous.")
    page.get_by_role("button", name="9", exact=True).click()
    page.get_by_role("heading", name="Thank you!").wait_for()
    assert ledger(page.widget) == [("answered", "", None)]
    assert [r.customer_id for r in responses(page.widget)] == [None]


def test_a_visitor_who_closes_it_has_refused(visit: Callable[..., Any]) -> None:
    page = visit()
    with page.expect_response("**/left"):
        page.get_by_role("button", name="Close").click()
    assert page.why() == "Shop: The visitor closed it."
    assert ledger(page.widget) == [("refused", "", None)]


def test_answers_wait_for_the_network_and_count_once(visit: Callable[..., Any]) -> None:
    page = visit(questions=[NPS, CES, REASON], offline=True)
    page.get_by_role("button", name="9", exact=True).wait_for()
    page.context.set_offline(True)
    page.get_by_role("button", name="9", exact=True).click()
    ease(page).wait_for()  # the question before has a 6 as well
    page.get_by_role("button", name="6", exact=True).click()
    page.get_by_role("textbox").fill("مرحبا <b>Nopea</b>")
    assert page.get_by_role("textbox").evaluate("e => getComputedStyle(e).direction") == "rtl"
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="Thank you!").wait_for()
    assert responses(page.widget) == []
    with page.expect_response("**/answers"):
        page.context.set_offline(False)
    until(page, f"localStorage.getItem('cx-queue-{page.widget.key}') === '[]'")
    (response,) = responses(page.widget)
    assert (response.answers, response.texts) == ({"nps": 9, "ces": 6}, {"reason": "مرحبا <b>Nopea</b>"})
    assert [state for state, _, _ in ledger(page.widget)] == ["answered"]


def test_a_second_tap_while_the_first_is_sent_changes_nothing(visit: Callable[..., Any]) -> None:
    page = visit(questions=[NPS, CES])
    page.get_by_role("button", name="9", exact=True).wait_for()
    page.evaluate("""() => {
        const buttons = [...document.querySelector("cx-survey").shadowRoot.querySelectorAll("button")];
        ["9", "6", "Skip"].forEach(name => buttons.find(button => button.textContent === name).click());
    }""")
    ease(page).wait_for()
    page.get_by_role("button", name="Back").click()
    assert page.get_by_role("button", name="9", exact=True).get_attribute("aria-pressed") == "true"
    assert [response.answers for response in responses(page.widget)] == [{"nps": 9}]


def test_an_answer_refused_for_a_while_is_sent_at_the_next_page(visit: Callable[..., Any]) -> None:
    page = visit()
    page.get_by_role("button", name="9", exact=True).wait_for()
    origins = page.widget.origins
    Widget.objects.update(origins=["https://moved.example"])
    page.get_by_role("button", name="9", exact=True).click()
    page.get_by_role("heading", name="Thank you!").wait_for()
    assert responses(page.widget) == []
    Widget.objects.update(origins=origins)
    with page.expect_response("**/answers"):
        page.goto(page.address)
    until(page, f"localStorage.getItem('cx-queue-{page.widget.key}') === '[]'")
    assert [response.answers for response in responses(page.widget)] == [{"nps": 9}]


def test_going_back_changes_the_answer_and_the_reason_asked(visit: Callable[..., Any]) -> None:
    page = visit(questions=[NPS, REASON])
    page.get_by_role("button", name="9", exact=True).click()
    page.get_by_role("textbox", name="Good to hear! What did we do best?").wait_for()
    page.get_by_role("button", name="Back").click()
    assert page.get_by_role("button", name="9", exact=True).get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="9", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="What would make it even better?").wait_for()
    accessible(page, within=SEEN)
    assert [response.answers for response in responses(page.widget)] == [{"nps": 8}]


def test_faces_shown_by_the_pages_own_button(visit: Callable[..., Any]) -> None:
    page = visit(questions=[("faces", "faces/4")], event="never", position="left", scheme="dark")
    page.evaluate("cx('show')")
    page.locator(SEEN).wait_for()
    accessible(page, within=SEEN)
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.id") == "title"
    page.evaluate("cx('language', 'sv')")
    page.get_by_role("heading", name="Hur var besöket?").wait_for()
    page.get_by_role("button", name="Mycket bra").click()
    page.get_by_role("heading", name="Tack för ditt svar!").wait_for()
    assert [response.answers for response in responses(page.widget)] == [{"faces": "very_good"}]
    assert ledger(page.widget) == []  # who opens it themselves was not asked


def test_questions_that_depend_on_the_answer_and_several_choices(visit: Callable[..., Any]) -> None:
    page = visit(
        questions=[
            NPS,
            {
                "key": "left", "metric": "line", "wording": {"en": "What did you buy?"},
                "only_if": only_if("nps", "ge", 9),
            },
            {
                "key": "why", "metric": "choices", "wording": {"en": "What went wrong?"},
                "options": [option("price", en="Price"), option("staff", en="Staff"), option("wait", en="Waiting")],
                "only_if": only_if("nps", "le", 6),
            },
            CES,
        ]
    )  # fmt: skip
    page.get_by_role("button", name="3", exact=True).click()
    page.get_by_role("heading", name="What went wrong?").wait_for()
    accessible(page, within=SEEN)
    page.get_by_role("checkbox", name="Price").check()
    page.get_by_role("checkbox", name="Waiting").check()
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="Rengasala Oy made it easy").wait_for()
    page.get_by_role("button", name="Back").click()
    assert page.get_by_role("checkbox", name="Waiting").is_checked()
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="2", exact=True).click()
    page.get_by_role("heading", name="Thank you!").wait_for()
    (response,) = responses(page.widget)
    assert response.answers == {"nps": 3, "why": ["price", "wait"], "ces": 2}

    page.evaluate("cx('show')")
    page.get_by_role("heading", name="Thank you!").wait_for()  # it is still open
    page.get_by_role("button", name="Close").click()
    page.evaluate("cx('show')")
    page.get_by_role("button", name="10", exact=False).click()
    page.get_by_role("textbox", name="What did you buy?").fill("Tyres")
    accessible(page, within=SEEN)
    page.get_by_role("button", name="Send").click()
    ease(page).wait_for()  # the question before can be skipped as well
    page.get_by_role("button", name="Skip").click()
    page.get_by_role("heading", name="Thank you!").wait_for()
    assert [r.answers | r.texts for r in responses(page.widget)][1] == {"nps": 10, "left": "Tyres"}


def test_an_anonymous_survey_keeps_nobody_beside_the_answer(visit: Callable[..., Any]) -> None:
    page = visit(event="go")
    with activate(page.widget.tenant_id):
        Survey.objects.update(anonymous=True)
    make_customer(page.widget.tenant, "C-1")
    token = signed(page.widget, sub="C-1", exp=time.time() + 600)
    page.evaluate("token => { cx('identify', token); cx('event', 'go') }", token)
    page.get_by_role("button", name="9", exact=True).click()
    page.get_by_role("heading", name="Thank you!").wait_for()
    assert [r.customer_id for r in responses(page.widget)] == [None]
    with activate(page.widget.tenant_id):
        ask = Invitation.objects.get()
    assert (ask.state, ask.response_id, ask.answered_at.minute) == ("answered", None, 0)


def test_who_does_not_want_to_be_asked_is_not(visit: Callable[..., Any]) -> None:
    page = visit(event="go")
    customer = make_customer(page.widget.tenant, "C-1")
    with activate(page.widget.tenant_id):
        OptOut.objects.create(customer_id=customer.id)
    token = signed(page.widget, sub="C-1", exp=time.time() + 600)
    page.evaluate("token => { cx('identify', token); cx('event', 'go') }", token)
    until(page, "cx.why().includes('customer')")
    assert page.why() == "Shop: The customer does not want to be asked."
    assert ledger(page.widget) == [("skipped", "opted_out", customer.id)]


def test_a_named_customer_is_asked_what_is_not_known_and_nobody_else_is(visit: Callable[..., Any]) -> None:
    options = [option("consumer", en="A consumer"), option("firm", en="A firm")]
    page = visit(event="go", questions=[NPS, {"key": "who", "metric": "profile:segment", "options": options}])
    tenant = page.widget.tenant
    make_customer(tenant, "C-1")
    token = signed(page.widget, sub="C-1", exp=time.time() + 600)
    for identity in (token, None):
        page.evaluate("localStorage.clear()")
        page.goto(page.address)
        until(page, "window.cx && window.cx.why()")
        page.evaluate("token => { cx('identify', token); cx('event', 'go') }", identity)
        page.get_by_role("button", name="9", exact=True).click()
        if identity:
            page.get_by_role("heading", name="Which of these describes you best?").wait_for()
            page.get_by_role("button", name="A firm").click()
        page.get_by_role("heading", name="Thank you!").wait_for()
    assert [r.answers for r in responses(page.widget)] == [{"nps": 9, "who": "firm"}, {"nps": 9}]
    with activate(tenant.pk):
        assert Customer.objects.get().dimensions == {"segment": "firm"}
