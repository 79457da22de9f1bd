"""The web addresses while staff see the customer site as a customer sees it (ADR 14).

The customer site stands below the back office's own path, so that its links lead to what is seen and never to
the site itself. Everything else is where it always is.
"""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("kundenportal.ui.urls")),
    path("demo/", include("kundenportal.demo.urls")),
    path("verwaltung/ansicht/", include("kundenportal.selfservice.urls")),
    path("verwaltung/", include("kundenportal.backoffice.urls")),
]
