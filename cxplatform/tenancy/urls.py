"""The settings of a company, below `/t/<slug>/`."""

from django.urls import path

from cxplatform.tenancy.views import company, history, members

urlpatterns = [
    path("settings/", company.settings_home, name="settings"),
    path("settings/company/", company.company, name="settings_company"),
    path("settings/profile/", company.profile, name="settings_profile"),
    path("settings/members/", members.member_list, name="settings_members"),
    path("settings/members/<int:pk>/", members.member, name="settings_member"),
    path("settings/members/<int:pk>/remove/", members.remove_member, name="settings_member_remove"),
    path("settings/invitations/<int:pk>/resend/", members.resend_invitation, name="settings_invitation_resend"),
    path("settings/invitations/<int:pk>/revoke/", members.revoke_invitation, name="settings_invitation_revoke"),
    path("settings/history/", history.history, name="settings_history"),
]
