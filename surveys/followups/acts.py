"""What can be done in a follow-up: each act with its form, its key on the keyboard, and the verb that does it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import User
from surveys.followups import owners, setting, work
from surveys.followups.amounts import AmountField
from surveys.followups.matter import Matter
from surveys.followups.reach import reach
from surveys.models import Cause, FollowUp

State = FollowUp.State
LIVE, ANY = frozenset(FollowUp.LIVE), frozenset(State.values)
LONGEST = 10_000
ITEMS = 3
INVITED_TO = [
    ("codevelop", _("to improve the service with us")),
    ("ambassador", _("to recommend us by a link of their own")),
]


def _text(label: Any, *, required: bool = True, rows: int = 3, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class ActForm(forms.Form):
    """What an act asks for. `of` is the follow-up as its page shows it."""

    def __init__(self, *args: Any, of: Matter, **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **{"auto_id": f"{type(self).__name__.removesuffix('Form').lower()}-%s"} | kwargs)


class ContactForm(ActForm):
    text = _text(_("What was said"), required=False)


class WishForm(ActForm):
    text = _text(_("What would put it right, in the customer's own words"))


class AssessForm(ActForm):
    text = _text(_("How serious it is, and what it needs"))


class InvestigateForm(ActForm):
    text = _text(_("What was found out"))


class OfferForm(ActForm):
    text = _text(_("What is offered"), rows=2)
    amount = AmountField(label=_("What it costs"))


class AgreeForm(ActForm):
    """Up to three things at once, each with the day by which it is done."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, ITEMS + 1):
            self.fields[f"item_{number}"] = forms.CharField(
                label=gettext("What was agreed"), max_length=500, required=number == 1
            )
            self.fields[f"due_{number}"] = forms.DateField(
                label=gettext("By when"),
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )

    @property
    def items(self) -> list[tuple[str, Any]]:
        said = self.cleaned_data
        pairs = [(said.get(f"item_{n}", ""), said.get(f"due_{n}")) for n in range(1, ITEMS + 1)]
        return [(text, day) for text, day in pairs if text]


class WriteForm(ActForm):
    text = _text(_("A word from you beside what was agreed"), required=False)


class SolveForm(ActForm):
    text = _text(
        _("Your reply to the customer"),
        rows=5,
        help_text=_("The customer reads this with your first name, and is asked whether it is put right."),
    )


class AssignForm(ActForm):
    to: Any = forms.TypedChoiceField(label=_("To whom"), coerce=int)
    why = _text(_("Why, and what is left to do"), required=False, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {user.pk: user for user in owners.able() if user.pk != self.of.follow_up.owner_id}
        named = [(pk, str(user)) for pk, user in self.people.items()]
        self.fields["to"].choices = [("", gettext("choose a person")), *named]  # type: ignore[attr-defined]


class MailForm(ActForm):
    text = _text(
        _("Your message to the customer"),
        rows=5,
        help_text=_("Sent with your first name. What the customer replies by mail comes here."),
    )


class InviteForm(ActForm):
    to = forms.ChoiceField(label=_("To what"), choices=INVITED_TO, widget=forms.RadioSelect)
    text = _text(_("A word from you"), required=False, rows=2)


class ThankForm(ActForm):
    text = _text(
        _("Your words of thanks"),
        required=False,
        help_text=_("The customer gets what you write. Leave it empty if you have thanked otherwise."),
    )


class AnswerForm(ActForm):
    fixed = forms.ChoiceField(label=_("Did we put it right?"), choices=FollowUp.Fixed.choices, widget=forms.RadioSelect)
    text = _text(_("In the customer's own words"), required=False, rows=2)


class NoteForm(ActForm):
    text = _text(_("Note"), rows=2)


class CloseForm(ActForm):
    why = _text(_("Why it is closed without solving"), rows=2)


class ReopenForm(ActForm):
    text = _text(_("Why it is opened again"), required=False, rows=2)


Do = Callable[..., FollowUp]


@dataclass(frozen=True)
class Act:
    """`key` stands in the address, `shortcut` is the letter on the keyboard, `says` the button that does it.

    `also` is a second button with its name.
    """

    key: str
    title: Lazy
    says: Lazy
    form: type[ActForm]
    do: Callable[[Any, Mapping[str, Any]], FollowUp]
    states: frozenset[str] = LIVE
    shortcut: str = ""
    also: tuple[str, Lazy] | None = None
    causes: frozenset[str] = frozenset(Cause.values)

    def fits(self, matter: Matter) -> bool:
        """Whether it can be done as the follow-up stands."""
        if self.key == "write":
            return matter.unconfirmed
        if self.key in ("mail", "invite") and not matter.by:
            return False
        return matter.follow_up.state in self.states and matter.follow_up.cause in self.causes


def _with_text(verb: Do) -> Callable[[Any, Mapping[str, Any]], FollowUp]:
    return lambda form, on: verb(text=form.cleaned_data["text"], **on)


def _contact(form: Any, on: Mapping[str, Any]) -> FollowUp:
    verb = work.not_reached if "not_reached" in form.data else work.contacted
    return verb(text=form.cleaned_data["text"], **on)


def _mail(form: Any, on: Mapping[str, Any]) -> FollowUp:
    _reachable(form.of.follow_up)
    return work.mail_out(text=form.cleaned_data["text"], **on)


def _invite(form: Any, on: Mapping[str, Any]) -> FollowUp:
    _reachable(form.of.follow_up)
    if form.cleaned_data["to"] == "ambassador" and not setting.current().referral_url:
        raise work.NotNow(gettext("Nobody has set yet where a recommendation leads: Invited customers."), field="to")
    return work.invite(text=form.cleaned_data["text"], to=form.cleaned_data["to"], **on)


def _reachable(follow_up: FollowUp) -> None:
    if not reach([follow_up])[follow_up.pk].by:
        raise work.NotNow(gettext("There is no address to write to the customer, or they want no messages."))


def _assign(form: Any, on: Mapping[str, Any]) -> FollowUp:
    to: User = form.people[form.cleaned_data["to"]]
    return work.assign(to=to, why=form.cleaned_data["why"], **on)


_COMPLAINT = frozenset({Cause.COMPLAINT.value})
ACTS: Sequence[Act] = (
    Act("contact", _("Get in touch"), _("Customer reached"), ContactForm, _contact, shortcut="c",
        also=("not_reached", _("Not reached"))),
    Act("wish", _("Write down the wish"), _("Save the wish"), WishForm, _with_text(work.wish), shortcut="w"),
    Act("assess", _("Assess"), _("Save"), AssessForm, _with_text(work.assess), causes=_COMPLAINT, shortcut="e"),
    Act("investigate", _("Look into"), _("Save"), InvestigateForm, _with_text(work.investigate), causes=_COMPLAINT,
        shortcut="i"),
    Act("offer", _("Offer"), _("Offer"), OfferForm,
        lambda form, on: work.offer(text=form.cleaned_data["text"], amount=form.cleaned_data["amount"], **on),
        shortcut="o"),
    Act("agree", _("Agree"), _("Write down"), AgreeForm, lambda form, on: work.agree(items=form.items, **on),
        shortcut="g"),
    Act("write", _("Confirm in writing"), _("Send"), WriteForm, _with_text(work.confirm_in_writing), states=ANY,
        shortcut="m"),
    Act("solve", _("Solve"), _("Solved: tell the customer"), SolveForm, _with_text(work.solve), shortcut="s"),
    Act("answer", _("Customer's word"), _("Save"), AnswerForm,
        lambda form, on: work.answered(fixed=form.cleaned_data["fixed"], text=form.cleaned_data["text"], **on),
        states=frozenset({State.SOLVED})),
    Act("assign", _("Assign"), _("Assign"), AssignForm, _assign, shortcut="a"),
    Act("mail", _("Write to the customer"), _("Send"), MailForm, _mail, states=ANY, shortcut="l"),
    Act("invite", _("Invite"), _("Send the invitation"), InviteForm, _invite, states=ANY, shortcut="v"),
    Act("thank", _("Thank"), _("Thanked"), ThankForm, _with_text(work.thank), states=ANY, shortcut="t"),
    Act("note", _("Note"), _("Save"), NoteForm, _with_text(work.note), states=ANY, shortcut="n"),
    Act("reopen", _("Open again"), _("Open again"), ReopenForm, _with_text(work.reopen), states=ANY - LIVE),
    Act("close", _("Close"), _("Close without solving"), CloseForm,
        lambda form, on: work.close(why=form.cleaned_data["why"], **on)),
)  # fmt: skip
BY_KEY: Mapping[str, Act] = {act.key: act for act in ACTS}


def acts_of(matter: Matter) -> list[Act]:
    """Those that fit as it stands, in order."""
    return [act for act in ACTS if act.fits(matter)]
