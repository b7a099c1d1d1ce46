from surveys.models.answers import Response, ScoreRollup
from surveys.models.asking import Question, Survey, SurveyLink, SurveyVersion, Widget

__all__ = ["Question", "Response", "ScoreRollup", "Survey", "SurveyLink", "SurveyVersion", "Widget"]
