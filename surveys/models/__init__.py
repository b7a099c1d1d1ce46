from surveys.models.answers import Response, ScoreRollup
from surveys.models.asking import Question, Survey, SurveyLink, SurveyVersion, Widget
from surveys.models.invitations import Invitation, Method

__all__ = [
    "Invitation",
    "Method",
    "Question",
    "Response",
    "ScoreRollup",
    "Survey",
    "SurveyLink",
    "SurveyVersion",
    "Widget",
]
