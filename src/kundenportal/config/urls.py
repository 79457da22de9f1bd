"""All web addresses of the portal (interfaces.md, "Web addresses")."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("kundenportal.ui.urls")),
    path("", include("kundenportal.selfservice.urls")),
]
