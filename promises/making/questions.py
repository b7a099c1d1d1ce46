"""The seven questions a promise is made by, and what is asked beside them, in order."""

from dataclasses import dataclass

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from promises.models import Promise


@dataclass(frozen=True)
class Question:
    """One question; `field` of the promise holds the answer, `step` of the wizard asks it."""

    step: str
    field: str
    asks: Lazy
    hint: Lazy

    def answered(self, promise: Promise) -> bool:
        answer = getattr(promise, self.field)
        return bool(answer.strip() if isinstance(answer, str) else answer)


SEVEN: tuple[Question, ...] = (
    Question(
        "matters",
        "matters",
        _("What matters to the customer here?"),
        _("Write what customers themselves say: from answers, feedback, complaints and interviews."),
    ),
    Question(
        "most",
        "matters_most",
        _("What of it matters most?"),
        _("Choose one thing. A promise of everything is a promise of nothing."),
    ),
    Question(
        "measure",
        "measurable",
        _("Can it be measured?"),
        _("Say from which events anybody can see whether it was kept, each single time."),
    ),
    Question(
        "target",
        "attainable",
        _("What target can be promised?"),
        _("Look at what history would have kept, and say what will change if the target is higher than that."),
    ),
    Question(
        "wording",
        "wording",
        _("How does the concrete promise read?"),
        _("One sentence in the customer's words, which says what happens and by when."),
    ),
    Question(
        "words",
        "key_words",
        _("Which key words carry it?"),
        _("Two or three words that everybody at work remembers and every message repeats."),
    ),
    Question(
        "feeling",
        "feeling",
        _("Which feeling shall it leave?"),
        _("The feeling that the customer takes along when the promise is kept."),
    ),
)
VIEWS: tuple[Question, ...] = (
    Question(
        "views",
        "customer_view",
        _("What does the customer gain by it?"),
        _("The customer's view: the trouble, waiting or doubt that it takes away."),
    ),
    Question(
        "views",
        "staff_view",
        _("What does it take of staff, and what do they gain?"),
        _("The staff's view: what they do otherwise, with which time, tools and power to decide."),
    ),
    Question(
        "views",
        "management_view",
        _("Which goal of the business does it serve?"),
        _("The management's view: what it costs, what it brings, and who answers for it."),
    ),
)
VISION = Question(
    "views",
    "vision",
    _("Which vision does the promise serve?"),
    _("How it shall be to be your customer: the promise is one thing by which it comes true."),
)


@dataclass(frozen=True)
class Asked:
    """One of the five criteria as it is put to those who judge it."""

    asks: Lazy
    evidence: Lazy


CRITERIA: dict[str, Asked] = {
    "verifiable": Asked(
        _("Could an outsider tell, of one single case, whether the promise was kept?"),
        _("Name the events and the limit that decide it, or a case that was checked by hand."),
    ),
    "memorable": Asked(
        _("Can staff and customers repeat it after hearing it once?"),
        _("Say whom you asked and how many could repeat it."),
    ),
    "instructive": Asked(
        _("Does everybody know from it what to do at work?"),
        _("Name the instructions it breaks down into, and whose they are."),
    ),
    "possible": Asked(
        _("Is it challenging, and yet possible?"),
        _("Compare the target with what history would have kept, and say what will change."),
    ),
    "customer_minded": Asked(
        _("Does it promise what matters to the customer, not what is easy for us?"),
        _("Quote customers, or the survey in which they said so."),
    ),
}
