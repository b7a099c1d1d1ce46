"""The front door: the addresses of people outside any company."""

from django.urls import path

from cxplatform.tenancy.views import home, joining, language

urlpatterns = [
    path("", home.home, name="home"),
    path("language/", language.set_language, name="set_language"),
    path("companies/new/", home.found_company, name="found_company"),
    path("invitations/<int:invitation_id>/accept/", joining.accept, name="accept_invitation"),
    path("invitations/<str:token>/", joining.invitation, name="invitation"),
]
