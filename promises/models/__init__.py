from promises.models.alerts import Alert, AlertChoice
from promises.models.definitions import Promise
from promises.models.exclusions import Exclusion
from promises.models.history import JudgedHistory
from promises.models.instructions import Acknowledgement, Instruction, Training
from promises.models.making import Criterion, LifecycleStep, Participation
from promises.models.outcomes import OutcomeRollup, PromiseOutcome, Status
from promises.models.publishing import PromisePage, Publication
from promises.models.rules import Rule
from promises.models.scores import OutcomeScore

__all__ = [
    "Acknowledgement",
    "Alert",
    "AlertChoice",
    "Criterion",
    "Exclusion",
    "Instruction",
    "JudgedHistory",
    "LifecycleStep",
    "OutcomeRollup",
    "OutcomeScore",
    "Participation",
    "Promise",
    "PromiseOutcome",
    "PromisePage",
    "Publication",
    "Rule",
    "Status",
    "Training",
]
