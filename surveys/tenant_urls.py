"""Addresses of the contact ledger, the outbox and topics, inside a tenant."""

from django.urls import include, path

from surveys import asked_views, outbox_views
from surveys.texts import views as texts_views

urlpatterns = [
    path("", include("surveys.followups.urls")),
    path("asks/", asked_views.calendar, name="asks"),
    path("asks/customer/<uuid:customer_id>/", asked_views.customer, name="asks_customer"),
    path("outbox/", outbox_views.outbox, name="outbox"),
    path("outbox/<uuid:id>/", outbox_views.outbox_message, name="outbox_message"),
    path("outbox/<uuid:id>/mail", outbox_views.outbox_mail, name="outbox_mail"),
    path("", include("surveys.deeds.urls")),
    path("", include("surveys.invited.urls")),
    path("texts/topics/", texts_views.topics, name="topics"),
    path("texts/topics/new/", texts_views.new_topic, name="new_topic"),
    path("texts/topics/usual/", texts_views.usual_topics, name="usual_topics"),
    path("texts/topics/<str:slug>/", texts_views.topic, name="topic"),
    path("texts/topics/<str:slug>/teach/", texts_views.teach_topic, name="teach_topic"),
    path("texts/topics/<str:slug>/archive/", texts_views.archive_topic, name="archive_topic"),
]
