"""Addresses of business cases, inside a tenant."""

from django.urls import path

from dashboards.cases import views

urlpatterns = [
    path("cases/", views.cases, name="cases"),
    path("cases/new/", views.new, name="case_new"),
    path("cases/beside/", views.beside, name="cases_beside"),
    path("cases/<int:pk>/", views.case, name="case"),
    path("cases/<int:pk>/edit/", views.edit, name="case_edit"),
    path("cases/<int:pk>/case.xlsx", views.workbook, name="case_workbook"),
    path("cases/<int:pk>/refresh/", views.refresh, name="case_refresh"),
    path("cases/<int:pk>/archive/", views.archive, name="case_archive"),
]
