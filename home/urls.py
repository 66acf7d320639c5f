from django.urls import path

from home.views import units

urlpatterns = [
    path("don-vi/", units.index, name="units"),
    path("don-vi/<slug:slug>/", units.detail, name="unit"),
]
