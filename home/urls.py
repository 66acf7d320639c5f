from django.urls import path

from home.views import components, units

urlpatterns = [
    path("don-vi/", units.index, name="units"),
    path("don-vi/<slug:slug>/", units.detail, name="unit"),
    path("thanh-phan/", components.index, name="components"),
]
