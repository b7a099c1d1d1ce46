"""Addresses of instructions to staff, below `promises/` inside a tenant."""

from django.urls import path

from promises.instructions import mine_views, views

urlpatterns = [
    # No promise's identifier is "-".
    path("-/mine/", mine_views.my_instructions, name="my_instructions"),
    path("-/mine/<int:pk>/", mine_views.take_on, name="take_instruction"),
    path("<str:slug>/instructions/new/", views.instruction, name="new_instruction"),
    path("<str:slug>/instructions/<int:pk>/", views.instruction, name="instruction"),
    path("<str:slug>/instructions/<int:pk>/archive/", views.archive_instruction, name="archive_instruction"),
    path("<str:slug>/instructions/<int:pk>/people/", views.people, name="instruction_people"),
]
