"""The address of what is coming, inside a tenant."""

from django.urls import path

from dashboards.ahead import views

urlpatterns = [path("ahead/", views.ahead, name="ahead")]
