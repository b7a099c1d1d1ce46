"""The editor of the doors through which a survey is answered: links to send and print, widgets to place."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from cxplatform.tenancy import audit
from cxplatform.tenancy.addresses import absolute, root_url
from cxplatform.tenancy.admin import site
from cxplatform.tenancy.colours import accent
from cxplatform.tenancy.editing import Menu, TenantModelAdmin
from surveys.doors import wordings_doors
from surveys.doors.cards import Card, NotPrintable, pdf, svg
from surveys.doors.go import spaced
from surveys.doors.identity import secret_of
from surveys.doors.pages import NAMES
from surveys.doors.widget_settings import settings_of
from surveys.forms import LinkForm
from surveys.models import Survey, SurveyLink, Widget
from surveys.questionnaire.screen import Voice
from surveys.questionnaire.wordings import LANGUAGES
from surveys.widget_form import WidgetForm


class DoorAdmin(TenantModelAdmin):
    """Closed instead of deleted: what was printed stays printed, and then says that it is closed."""

    actions_submit_line: tuple[str, ...] = ("close", "reopen")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        name = Survey.objects.filter(pk=models.OuterRef("survey_id")).values("name")
        return super().get_queryset(request).annotate(survey_name=models.Subquery(name)).order_by("closed_at", "-id")

    @display(description=_("survey"), ordering="survey_name")
    def asks(self, door: Any) -> str:
        return door.survey_name or "–"

    @display(description=_("state"), label={"open": "success", "closed": "danger"}, ordering="closed_at")
    def door_state(self, door: Any) -> tuple[str, str]:
        return ("closed", gettext("closed")) if door.closed_at else ("open", gettext("open"))

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> Any:
        closed = self.get_queryset(request).filter(pk=object_id).exclude(closed_at=None).exists()
        hidden = f"{self.opts.app_label}_{self.opts.model_name}_{'close' if closed else 'reopen'}"
        buttons = super().get_actions_submit_line(request, object_id)
        return [button for button in buttons if button.action_name != hidden]

    @action(description=_("Close"), icon="lock")
    def close(self, request: HttpRequest, door: Any) -> None:
        self._set(door, timezone.now())
        messages.info(request, gettext("“%s” is closed: it takes no more answers.") % door)

    @action(description=_("Open again"), icon="lock_open")
    def reopen(self, request: HttpRequest, door: Any) -> None:
        self._set(door, None)
        messages.info(request, gettext("“%s” takes answers again.") % door)

    def _set(self, door: Any, closed_at: Any) -> None:
        before = audit.stored(door)
        door.closed_at = closed_at
        door.save(update_fields=["closed_at"])
        audit.record("changed", door, before=before)


def _copyable(text: str) -> Any:
    return format_html(
        '<span class="editor-copy"><code>{}</code><button type="button" class="editor-button" data-copy="{}"'
        ' data-copied="{}">{}</button></span>',
        text,
        text,
        _("Copied"),
        _("Copy"),
    )


@admin.register(SurveyLink, site=site)
class SurveyLinkAdmin(DoorAdmin):
    menu = Menu(_("Surveys"), "qr_code_2", 21)
    form = LinkForm
    list_display = ("__str__", "asks", "code", "short_code", "is_test", "door_state")
    search_fields = ("label", "code", "short")
    readonly_fields = ("address", "short_code", "cards", "kiosk")
    fieldsets = (
        (None, {"fields": ("label", "survey", "touchpoint", "channel", "unit", "is_test")}),
        (_("To send and to print"), {"fields": ("address", "short_code", "cards")}),
        (_("Kiosk"), {"fields": (("pin", "without_kiosk"), "kiosk")}),
    )

    @display(description=_("address"))
    def address(self, link: SurveyLink) -> Any:
        if not link.pk:
            return _("Shown when saved.")
        return _copyable(absolute(root_url("survey_page", link.code)))

    @display(description=_("short code"))
    def short_code(self, link: SurveyLink) -> Any:
        if not link.pk or not link.short:
            return _("Shown when saved.")
        return format_html("{} → {}", absolute(root_url("go")), spaced(link.short))

    @display(description=_("card (A6) with QR code"))
    def cards(self, link: SurveyLink) -> Any:
        if not link.pk:
            return _("Shown when saved.")
        address = reverse("admin:surveys_surveylink_card", args=[link.pk, "svg"])
        shown = format_html('<img src="{}?lang={}" alt="" width="210" height="296">', address, get_language() or "")
        rows = [
            (f"{address.removesuffix('svg')}{kind}?lang={language}", f"{NAMES[language]}, {kind.upper()}")
            for language in LANGUAGES
            for kind in ("pdf", "svg")
        ]
        links = format_html_join("", '<li><a href="{}" download class="editor-link">{}</a></li>', rows)
        return format_html("{}<ul>{}</ul>", shown, links)

    @display(description=_("address of the kiosk"))
    def kiosk(self, link: SurveyLink) -> Any:
        if not link.pk or not link.pin_hash:
            return _("Shown when a PIN has been set.")
        return _copyable(absolute(root_url("kiosk", link.code)))

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.card_view)
        return [path("<int:pk>/card.<str:kind>", view, name="surveys_surveylink_card"), *super().get_urls()]

    def card_view(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        """The card to print, as SVG or PDF, in one of the three languages."""
        link = self.get_queryset(request).filter(pk=pk).first()
        if link is None or kind not in {"svg", "pdf"} or not self.has_view_permission(request, link):
            raise Http404
        tenant = request.tenant  # type: ignore[attr-defined]
        wanted = request.GET.get("lang", "").partition("-")[0]
        card = card_of(link, tenant=tenant, language=wanted if wanted in LANGUAGES else tenant.language)
        if kind == "svg":
            response = HttpResponse(svg(card), content_type="image/svg+xml")
        else:
            try:
                response = HttpResponse(pdf(card), content_type="application/pdf")
            except NotPrintable:
                messages.error(request, gettext("The PDF has no signs for the company's name. Print the SVG."))
                return HttpResponseRedirect(reverse("admin:surveys_surveylink_change", args=[pk]))
        response["Content-Disposition"] = f'inline; filename="{link.code}-{card.language}.{kind}"'
        return response


def card_of(link: SurveyLink, *, tenant: Any, language: str) -> Card:
    """The card of a link, in a language and in the company's colour."""
    voice = Voice(tenant.name, language if language in LANGUAGES else "en", tenant.formal_address)
    shades = accent(tenant.brand_colour)
    place = absolute(root_url("go")).partition("://")[2]
    return Card(
        company=tenant.name,
        title=voice(wordings_doors.CARD_TITLE),
        scan=voice(wordings_doors.CARD_SCAN),
        type=voice(wordings_doors.CARD_TYPE).replace("{address}", place),
        code=spaced(link.short or link.code),
        address=absolute(root_url("survey_page", link.code)),
        colour=shades.light,
        on_colour=shades.on_light,
        language=voice.language,
    )


@admin.register(Widget, site=site)
class WidgetAdmin(DoorAdmin):
    menu = Menu(_("Surveys"), "widgets", 22)
    form = WidgetForm
    list_display = ("name", "asks", "key", "door_state")
    search_fields = ("name", "key")
    readonly_fields = ("snippet", "secret")
    fieldsets = (
        (None, {"fields": ("name", "survey", "touchpoint", "channel", "origins", "snippet")}),
        (
            _("When it is shown"),
            {
                "fields": (
                    *("pages", ("event", "where"), ("element", "clicked"), ("scroll", "exit")),
                    *("delay_seconds", "share", "again_days"),
                ),
                "description": _("Of several things waited for, the first is enough; with none the page itself is."),
            },
        ),
        (_("How it looks"), {"fields": (("position", "scheme"),)}),
        (_("Who the visitor is"), {"fields": ("secret",)}),
    )
    actions_submit_line = ("close", "reopen", "new_secret")

    @display(description=_("snippet for your pages"))
    def snippet(self, widget: Widget) -> Any:
        if not widget.pk:
            return _("Shown when saved.")
        script = f'<script async src="{absolute(root_url("widget_script", widget.key))}"></script>'
        early = "window.cx = window.cx || function () { (cx.q = cx.q || []).push(arguments) };"
        rows = [
            (_("In every page, before </head>:"), script),
            (_("Where your own script calls cx() before the widget has loaded:"), early),
            (_("When something has happened:"), "cx('event', 'ordered', {plan: 'pro'});"),
            (_("A place inside the page:"), f'<div data-cx-inline="{widget.key}"></div>'),
            (_("Why is nothing shown? In the browser's console:"), "cx.why()"),
        ]
        return format_html_join("", "<p>{}</p><p>{}</p>", [(said, _copyable(text)) for said, text in rows])

    @display(description=_("secret"))
    def secret(self, widget: Widget) -> Any:
        if not widget.pk:
            return _("Shown when saved.")
        return format_html(
            "<p>{}</p><p>{}</p><p>{}</p>",
            _(
                "Your server signs a JWT (HS256) with this secret: sub = customer number, exp = at most seven days "
                "ahead. Never put the secret into a page."
            ),
            _copyable(secret_of(widget)),
            _copyable("cx('identify', token);"),
        )

    @action(description=_("New secret"), icon="key")
    def new_secret(self, request: HttpRequest, widget: Widget) -> None:
        before = audit.stored(widget)
        stored = widget.settings if isinstance(widget.settings, dict) else {}
        widget.settings = stored | {"secret_number": settings_of(widget).secret_number + 1}
        widget.save(update_fields=["settings"])
        audit.record("changed", widget, before=before)
        messages.info(request, gettext("“%s” has a new secret: tokens signed with the old one name nobody.") % widget)
