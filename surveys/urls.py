"""The doors of respondents, outside any tenant's address."""

from django.urls import path

from surveys.views import survey_page

urlpatterns = [
    path("s/<str:code>", survey_page, name="survey_page"),
]
