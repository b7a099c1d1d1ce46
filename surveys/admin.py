"""The editor of surveys: questions in order, the phone's view of the draft beside them, and publishing."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from cxplatform.deliveries.outbox import enqueue
from cxplatform.tenancy import audit
from cxplatform.tenancy.addresses import absolute, root_url
from cxplatform.tenancy.admin import member_of, site
from cxplatform.tenancy.editing import Menu, TenantStackedInline
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Permission
from journeys.editing import DefinitionAdmin
from journeys.models import Dimension
from surveys import contact_admin, doors_admin  # noqa: F401  registers rules, triggers and rounds; links and widgets
from surveys.doors.snippets import snippets_of
from surveys.forms import QuestionForm
from surveys.models import Question, Survey, SurveyLink
from surveys.models.asking import Audience
from surveys.questionnaire.choices import MOST_EVER
from surveys.questionnaire.gaps import known_values
from surveys.questionnaire.preview import Draft, draft_of, parse_draft, preview
from surveys.questionnaire.publish import publish, unpublished
from surveys.questionnaire.questions import PROFILE, QUESTION_TYPES
from surveys.questionnaire.screen import Voice
from surveys.questionnaire.wordings import LANGUAGES
from surveys.questionnaire.wordings_kinds import PROFILE as PROFILE_WORDING

GROUP = _("Surveys")


class QuestionInline(TenantStackedInline):
    model = Question
    form = QuestionForm

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.profiles = [(f"{PROFILE}{one.slug}", one.name) for one in Dimension.askable()]
        return formset

    ordering_field = "position"
    hide_ordering_field = True
    fieldsets = (
        (None, {"fields": ("metric", "required", "only_if", "key", "position")}),
        (
            _("Own wording"),
            {"fields": (("wording_fi", "wording_sv", "wording_en"), "options"), "classes": ("collapse",)},
        ),
    )


@admin.register(Survey, site=site)
class SurveyAdmin(DefinitionAdmin):
    menu = Menu(GROUP, "ballot", 20)
    list_display = ("name", "kind", "audience", "touchpoint", "published")
    list_filter = ("kind", "audience", "touchpoint")
    list_select_related = ("touchpoint",)
    inlines = (QuestionInline,)
    readonly_fields = ("published",)
    actions_submit_line = ("publish", "send_test", "archive", "restore")
    fieldsets = (
        (None, {"fields": ("name", "kind", "audience", "touchpoint", "journey", "published")}),
        (_("Privacy"), {"fields": ("anonymous", "legal_basis", "privacy_notice"), "classes": ("collapse",)}),
        (_("More"), {"fields": ("slug", "description", "prize_draw", "long_because"), "classes": ("collapse",)}),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Survey]:
        return (
            super()
            .get_queryset(request)
            .annotate(number=models.Max("versions__number"), published_at=models.Max("versions__published_at"))
        )

    @display(description=_("published"), ordering="published_at")
    def published(self, survey: Any) -> str:
        if not getattr(survey, "number", None):
            return gettext("Not yet")
        day = date_format(localtime(survey.published_at), "SHORT_DATE_FORMAT")
        return gettext("Version %(number)d, %(day)s") % {"number": survey.number, "day": day}

    @action(description=_("Save and publish"), icon="publish")
    def publish(self, request: HttpRequest, survey: Survey) -> None:
        try:
            version = publish(survey)
        except ValidationError as error:
            for text in error.messages:
                messages.error(request, text)
            messages.warning(request, gettext("The draft is saved but not published."))
        else:
            text = gettext("Version %d is what customers see now. Open a link or a widget to ask it.")
            messages.success(request, text % version.number)

    @action(description=_("Send a test to myself"), icon="outgoing_mail")
    def send_test(self, request: HttpRequest, survey: Survey) -> None:
        if not survey.versions.exists():  # type: ignore[attr-defined]
            messages.warning(request, gettext("Publish the survey first: a test shows what customers see."))
            return
        company = request.tenant  # type: ignore[attr-defined]
        address = request.user.email  # type: ignore[union-attr]
        told = gettext("Test answers are kept and count nowhere.")
        link = absolute(root_url("survey_page", test_link(survey, company).code))
        enqueue(
            to=address,
            subject=gettext("Test: %(survey)s") % {"survey": survey.name},
            text=f"{survey.name}\n\n{link}\n\n{told}\n",
            tenant_id=company.pk,
        )
        messages.success(request, gettext("A test is on its way to %s.") % address)
        if unpublished(survey):
            messages.warning(request, gettext("It shows the published version: the draft's changes are not in it yet."))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = tuple(super().get_readonly_fields(request, obj))
        member = member_of(request)
        may = member is not None and member.may(Permission.MANAGE_COMPANY)
        return fixed if may else (*fixed, "long_because")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if obj.kind == Survey.Kind.MIRROR:
            obj.audience = Audience.EMPLOYEE
        super().save_model(request, obj, form, change)

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        extra: dict[str, Any] = {"types": _types(), "said": _said(), "languages": LANGUAGES}
        if object_id is None:
            # Unfold shows these buttons for what exists; a new survey can be published at once too.
            extra["actions_submit_line"] = [self.get_unfold_action("publish")]
        return super().changeform_view(request, object_id, form_url, {**extra, **(extra_context or {})})

    def render_change_form(self, request: HttpRequest, context: Any, **kwargs: Any) -> Any:
        context["show_save_and_add_another"] = False  # so many buttons that they leave the screen
        survey: Survey | None = kwargs.get("obj")
        if survey is not None:
            context["draft_waits"] = bool(getattr(survey, "number", None)) and unpublished(survey)
        draft = draft_of(survey, language=get_language() or "fi")
        if survey is not None:
            company = request.tenant  # type: ignore[attr-defined]
            context["snippets"] = snippets_of(survey, company, language=draft.language)
        context["screens"] = preview(draft, voice=_voice(request, draft))
        context["language"] = draft.language
        return super().render_change_form(request, context, **kwargs)

    def response_add(self, request: HttpRequest, obj: Survey, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._stay(request, obj) or super().response_add(request, obj, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Survey) -> HttpResponse:
        return self._stay(request, obj) or super().response_change(request, obj)

    def _stay(self, request: HttpRequest, obj: Survey) -> HttpResponse | None:
        if {"surveys_survey_publish", "surveys_survey_send_test"} & set(request.POST):
            return HttpResponseRedirect(reverse("admin:surveys_survey_change", args=[obj.pk]))
        return None

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.preview_view)
        return [path("preview/", view, name="surveys_survey_preview"), *super().get_urls()]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The screens of the draft that stands in the form now, as a piece of the page."""
        try:
            draft = parse_draft(request.body)
        except ValidationError as error:
            return HttpResponseBadRequest(" ".join(error.messages), content_type="text/plain")
        screens = preview(draft, voice=_voice(request, draft))
        return render(request, "admin/surveys/screens.html", {"screens": screens, "language": draft.language})

    def history_models(self) -> list[tuple[type[models.Model], str]]:
        return [(Question, "survey")]


def _voice(request: HttpRequest, draft: Draft) -> Voice:
    company = request.tenant  # type: ignore[attr-defined]
    return Voice(company.name, draft.language, company.formal_address)


def test_link(survey: Survey, company: Tenant) -> SurveyLink:
    """The survey's open test link, made when there is none."""
    of = {"tenant": company, "survey_id": survey.pk, "is_test": True, "closed_at": None}
    found = SurveyLink.objects.filter(**of).order_by("pk").first()
    if found is None:
        found = SurveyLink.objects.create(**of, label=gettext("Test"))
        audit.record("added", found)
    return found


def _types() -> dict[str, dict[str, Any]]:
    """What the page's script knows of each question type: its standard words by language, and how it is answered."""

    def words(texts: Mapping[str, str]) -> dict[str, str]:
        return {language: texts.get(language, "") for language in LANGUAGES}

    return {
        kind.metric: {
            "wording": words(kind.wording),
            "rows": {key: words(texts) for key, texts in kind.rows.items()},
            "own": bool(kind.choose) and not (kind.of_journey or kind.fixed),
            "wordless": kind.needs_wording or kind.metric in ("choice", "choices"),
            "decides": not kind.written and not kind.of_journey,
            "numbers": [kind.scale.lowest, kind.scale.highest] if kind.scale and not kind.scale.choices else None,
            "asked": str(kind.name),
        }
        for kind in QUESTION_TYPES.values()
    } | {f"{PROFILE}{one.slug}": _profile(one, words) for one in Dimension.objects.in_use()}


def _profile(dimension: Dimension, words: Callable[[Mapping[str, str]], dict[str, str]]) -> dict[str, Any]:
    values = [one["key"] for one in known_values(dimension.slug, LANGUAGES[0])][:MOST_EVER]
    return {
        "wording": words(PROFILE_WORDING),
        "rows": {value: dict.fromkeys(LANGUAGES, value) for value in values},
        "own": True,
        "wordless": False,
        "decides": True,
        "numbers": None,
        "asked": dimension.name,
        "key": dimension.slug.replace("-", "_").replace(".", ""),
    }


def _said() -> dict[str, str]:
    return {
        "low": gettext("Lowest"),
        "high": gettext("Highest"),
        "word": gettext("Word"),
        "promoter": gettext("Reason, promoters"),
        "passive": gettext("Reason, passives"),
        "detractor": gettext("Reason, detractors"),
        "fi": gettext("Finnish"),
        "sv": gettext("Swedish"),
        "en": gettext("English"),
        "words": gettext("Words in each language"),
        "option": gettext("Option"),
        "add": gettext("Add an option"),
        "remove": gettext("Remove"),
        "missing": gettext("missing"),
        "standard": gettext("standard wording"),
        "always": gettext("Always"),
        "condition": gettext("Which answer decides"),
        "comparison": gettext("Comparison"),
        "values": gettext("Answers"),
        "is": gettext("is one of"),
        "not": gettext("is none of"),
        "le": gettext("is at most"),
        "ge": gettext("is at least"),
    }
