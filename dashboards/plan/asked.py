"""What a round asks. The statements are our own words; they are not a validated instrument, and the page says so."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dashboards.models import PlanArea, Round

AGREE = 5
"""Steps of agreement with a statement of the assessment; an item left unanswered is "cannot say"."""
LEEWAY = 6
"""Steps of the two-by-two: an even number, so that each answer lies in one half and each respondent in one quadrant."""
MOST_BARRIERS = 3
Text = str | Promise


@dataclass(frozen=True)
class Theme:
    """What is assessed, by one statement or two: (key, words)."""

    key: str
    name: Text
    statements: tuple[tuple[str, Text], ...]


AREAS: tuple[Theme, ...] = (
    Theme(
        "vision",
        PlanArea.Area.VISION.label,
        (
            ("vision_words", _("We have said in words that customers use what memory we want to leave them.")),
            ("vision_work", _("Everybody here can say what that means in their own work.")),
        ),
    ),
    Theme(
        "understanding",
        PlanArea.Area.UNDERSTANDING.label,
        (
            ("understanding_asked", _("We know what customers need, fear and enjoy, because we have asked them.")),
            ("understanding_reaches", _("What customers say reaches those who decide, in the customers’ own words.")),
        ),
    ),
    Theme(
        "journeys",
        PlanArea.Area.JOURNEYS.label,
        (
            ("journeys_owner", _("Customer journeys are described across departments, and each has one owner.")),
            ("journeys_one", _("A customer meets one and the same company in every channel.")),
        ),
    ),
    Theme(
        "engagement",
        PlanArea.Area.ENGAGEMENT.label,
        (
            ("engagement_part", _("Those who meet customers take part in developing the work.")),
            ("engagement_thanks", _("Work done well for a customer is noticed and thanked for.")),
        ),
    ),
    Theme(
        "measuring",
        PlanArea.Area.MEASURING.label,
        (
            ("measuring_always", _("We measure the encounters that matter to customers all the time.")),
            ("measuring_leads", _("What is measured leads to something being done.")),
        ),
    ),
    Theme(
        "promises",
        PlanArea.Area.PROMISES.label,
        (
            ("promises_checked", _("We have promised customers things that can be checked.")),
            ("promises_kept", _("We know how well our promises are kept, and we keep them.")),
        ),
    ),
    Theme(
        "goals",
        PlanArea.Area.GOALS.label,
        (
            ("goals_figures", _("Customer experience has goals in figures, and each goal has an owner.")),
            ("goals_rewards", _("What we are rewarded for depends on what customers experience.")),
        ),
    ),
    Theme(
        "governance",
        PlanArea.Area.GOVERNANCE.label,
        (
            ("governance_agenda", _("Customers are on the agenda of every management meeting.")),
            ("governance_decides", _("It is clear who decides when a customer’s matter crosses departments.")),
        ),
    ),
)
"""Eight of the plan's nine areas: the ninth, the change programme, is what the answers lead to."""

ABILITIES: tuple[Theme, ...] = (
    Theme("meets", _("Meets customers"), (("meets", _("Our leaders meet customers and listen to them regularly.")),)),
    Theme(
        "shows",
        _("Shows the way"),
        (("shows", _("Our leaders show where we are going and why, also when it is hard.")),),
    ),
    Theme("empowers", _("Empowers"), (("empowers", _("Our leaders let those who meet customers decide.")),)),
    Theme(
        "unites",
        _("Unites"),
        (("unites", _("Our leaders bring departments together in the customer’s name.")),),
    ),
    Theme("mends", _("Mends at once"), (("mends", _("Our leaders see to it that faults are mended at once.")),)),
    Theme("learns", _("Learns"), (("learns", _("Our leaders dare to try, and say aloud what did not work.")),)),
)
"""The six abilities of leadership."""

THEMES: tuple[Theme, ...] = AREAS + ABILITIES

STRATEGY, FRONTLINE = "strategy", "frontline"
TWO: tuple[tuple[str, Text], ...] = (
    (STRATEGY, _("Our strategy says concretely how a customer is to be served.")),
    (FRONTLINE, _("Those who meet customers may solve the matter themselves, there and then.")),
)

BARRIERS: tuple[tuple[str, Text], ...] = (
    ("time", _("There is not enough time for the customer")),
    ("authority", _("We may not decide ourselves")),
    ("systems", _("Systems are slow or do not work together")),
    ("silos", _("Responsibility breaks off between departments")),
    ("goals", _("Goals and rewards steer us elsewhere")),
    ("direction", _("The direction is unclear")),
    ("skills", _("Skills or training are missing")),
    ("information", _("We do not know what the customer was promised or what has been done")),
    ("feedback", _("Feedback does not reach us, or nothing comes of it")),
    ("example", _("Supervisors and management do not set an example")),
    ("rules", _("Rules and instructions stand in the way of a sensible solution")),
    ("people", _("There are too few people or too little money")),
)


def statements(kind: str) -> tuple[tuple[str, Text], ...]:
    """The statements of a kind in the order in which they are asked; none of barriers, which are chosen."""
    if kind == Round.Kind.ASSESSMENT:
        return tuple(statement for theme in THEMES for statement in theme.statements)
    return TWO if kind == Round.Kind.LEEWAY else ()


def steps(kind: str) -> int:
    """How many steps a statement's scale has."""
    return LEEWAY if kind == Round.Kind.LEEWAY else AGREE
