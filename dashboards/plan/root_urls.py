"""Addresses of the plan's room outside any company's: the link by which outsiders answer a round."""

from django.urls import path

from dashboards.plan.outside import outside

urlpatterns = [path("rounds/<str:token>/", outside, name="round_outside")]
