from surveys.models.answers import Response, ScoreRollup
from surveys.models.asking import Question, Survey, SurveyLink, SurveyVersion, Widget
from surveys.models.contact import AskQuota, ContactRule, SurveyRound, SurveyTrigger
from surveys.models.invitations import Invitation, Method

__all__ = [
    "AskQuota",
    "ContactRule",
    "Invitation",
    "Method",
    "Question",
    "Response",
    "ScoreRollup",
    "Survey",
    "SurveyLink",
    "SurveyRound",
    "SurveyTrigger",
    "SurveyVersion",
    "Widget",
]
