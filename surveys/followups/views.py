"""The inbox with one follow-up open beside it, what is new in it, and what people do there."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from surveys.followups import left, work
from surveys.followups.acts import BY_KEY, Act, ActForm, WriteForm, acts_of
from surveys.followups.inbox import STATES, Asked, load_inbox, parse, version
from surveys.followups.many_form import ManyForm
from surveys.followups.matter import Matter, load_matter
from surveys.followups.seen import seen_by
from surveys.models import Cause, FollowUp

SECTION = {"section": "follow_ups"}


@require_safe
@never_cache
@requires(Permission.HANDLE_FEEDBACK)
def inbox(request: HttpRequest) -> HttpResponse:
    """Follow-ups by what falls due next; on a wide screen the first of them is open beside."""
    asked, now = parse(request.GET), timezone.now()
    context = inbox_of(request, asked, now)
    rows = context["inbox"].rows
    if rows:
        context |= _pane(request, load_matter(rows[0].follow_up, membership=_member(request), now=now), asked)
    return render(request, "surveys/followups/inbox.html", context)


@require_safe
@never_cache
@requires(Permission.HANDLE_FEEDBACK)
def live(request: HttpRequest) -> HttpResponse:
    """204 while nobody has done anything since version `since`, else the list anew."""
    now = timezone.now()
    if request.GET.get("since", "") == version(now):
        return HttpResponse(status=204)
    return render(request, "surveys/followups/_list.html", inbox_of(request, parse(request.GET), now))


@require_safe
@never_cache
@requires(Permission.HANDLE_FEEDBACK)
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """One follow-up beside the inbox; for htmx it alone. `do` opens an act's form."""
    asked, now = parse(request.GET), timezone.now()
    matter = load_matter(_find(request, pk), membership=_member(request), now=now)
    pane = _pane(request, matter, asked, opened=request.GET.get("do", ""))
    if _partial(request):
        return render(request, "surveys/followups/_pane.html", pane)
    return render(request, "surveys/followups/inbox.html", inbox_of(request, asked, now) | pane | {"one": True})


@require_POST
@never_cache
@requires(Permission.HANDLE_FEEDBACK)
def act(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Do one thing; where somebody else was first, say so and keep what was typed."""
    found, chosen, now = _find(request, pk), BY_KEY.get(key), timezone.now()
    if chosen is None:
        raise Http404
    matter = load_matter(found, membership=_member(request), now=now)
    form = chosen.form(request.POST, of=matter)
    on = {"follow_up_id": pk, "version": _version(request), "by": request.user}
    changed = False
    if form.is_valid():
        try:
            done = chosen.do(form, on)
        except work.Changed:
            changed = True
        except work.NotNow as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return _done(request, done)
    # What stands now, not what stood when the page was opened.
    matter = load_matter(_find(request, pk), membership=_member(request), now=now)
    form.of = matter
    return _again(request, matter, opened=key, forms={key: form}, changed=changed)


@require_POST
@never_cache
@requires(Permission.HANDLE_FEEDBACK)
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it oneself."""
    return _at_once(request, pk, lambda on: work.assign(to=request.user, **on))  # type: ignore[arg-type]


@require_POST
@never_cache
@requires(Permission.HANDLE_FEEDBACK)
def item_done(request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
    """One of the agreed items is done."""
    return _at_once(request, pk, lambda on: work.item_done(item_id=item_id, **on))


def _at_once(request: HttpRequest, pk: int, do: Any) -> HttpResponse:
    """A verb without a form of its own."""
    _find(request, pk)
    try:
        done = do({"follow_up_id": pk, "version": _version(request), "by": request.user})
    except (work.Changed, work.NotNow) as error:
        matter = load_matter(_find(request, pk), membership=_member(request), now=timezone.now())
        changed = isinstance(error, work.Changed)
        return _again(request, matter, changed=changed, said="" if changed else str(error))
    return _done(request, done)


def _done(request: HttpRequest, done: FollowUp) -> HttpResponse:
    asked = parse(request.GET)
    if not _partial(request):
        messages.success(request, _("Saved."))
        still = seen_by(_member(request)).filter(pk=done.pk).exists()
        return redirect(f"{reverse('follow_up', args=[done.pk]) if still else reverse('follow_ups')}{asked.query}")
    found = seen_by(_member(request)).select_related("owner").filter(pk=done.pk).first()
    if found is None:  # handed over to where the reader does not see
        return render(request, "surveys/followups/_gone.html", {"asked": asked})
    matter = load_matter(found, membership=_member(request), now=timezone.now())
    return render(request, "surveys/followups/_pane.html", _pane(request, matter, asked) | {"saved": True})


def _again(
    request: HttpRequest,
    matter: Matter,
    *,
    opened: str = "",
    forms: dict[str, ActForm] | None = None,
    changed: bool = False,
    said: str = "",
) -> HttpResponse:
    """The page with what was typed: 409 where somebody else was first, else 400; htmx swaps a 400 alone."""
    asked = parse(request.GET)
    pane = _pane(request, matter, asked, opened=opened, forms=forms or {}) | {"changed": changed, "said_no": said}
    if _partial(request):
        return render(request, "surveys/followups/_pane.html", pane, status=400)
    context = inbox_of(request, asked, timezone.now()) | pane | {"one": True}
    return render(request, "surveys/followups/inbox.html", context, status=409 if changed else 400)


def inbox_of(request: HttpRequest, asked: Asked, now: Any) -> dict[str, Any]:
    """What the list shows, with the form of what is done with several at once."""
    since = version(now)  # before the rows are read: the page may then ask for some twice, but misses none
    member = _member(request)
    return {
        **SECTION,
        "asked": asked,
        "inbox": load_inbox(asked, membership=member, now=now),
        "states": STATES,
        "causes": Cause.choices,
        "live_address": f"{reverse('follow_ups_live')}{asked.query}{'&' if asked.query else '?'}since={since}",
        "many": ManyForm(),
        "left": left.count() if member.may(Permission.DEFINE) else 0,
    }


def _pane(
    request: HttpRequest,
    matter: Matter,
    asked: Asked,
    *,
    opened: str = "",
    forms: dict[str, ActForm] | None = None,
) -> dict[str, Any]:
    """One follow-up with the forms of what can be done; `opened` is the act whose form is open."""
    acts = acts_of(matter)
    kept = forms or {}
    # What was typed stays on the screen though the act no longer fits.
    shown = [*acts, *(BY_KEY[key] for key in kept if BY_KEY[key] not in acts)]
    keys = [each.key for each in shown]
    return {
        **SECTION,
        "matter": matter,
        "asked": asked,
        "acts": [(each, kept.get(each.key) or _blank(each, matter)) for each in shown],
        "opened": opened if opened in keys else "",
        "next_act": matter.next if matter.next in keys else "",
    }


def _blank(chosen: Act, matter: Matter) -> ActForm:
    initial = {"text": matter.follow_up.wish} if chosen.key == "wish" else {}
    if chosen.form is WriteForm:
        initial = {"text": ""}
    return chosen.form(of=matter, initial=initial)


def _find(request: HttpRequest, pk: int) -> FollowUp:
    found = seen_by(_member(request)).select_related("owner", "rule").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _version(request: HttpRequest) -> int:
    """The one the reader saw; nonsense is a version that nobody has seen."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _member(request: HttpRequest) -> Any:
    return request.membership  # type: ignore[attr-defined]


def _partial(request: HttpRequest) -> bool:
    return bool(request.htmx and not request.htmx.history_restore_request)  # type: ignore[attr-defined]
