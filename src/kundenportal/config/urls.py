"""All web addresses of the portal (interfaces.md, "Web addresses")."""

from django.urls import URLPattern, URLResolver, include, path

from kundenportal.config import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("kundenportal.ui.urls")),
    path("demo/", include("kundenportal.demo.urls")),
    path("verwaltung/", include("kundenportal.backoffice.urls")),
    path("", include("kundenportal.selfservice.urls")),
]

handler400 = "kundenportal.ui.errors.bad_request"
handler403 = "kundenportal.ui.errors.forbidden"
handler404 = "kundenportal.ui.errors.not_found"
handler500 = "kundenportal.ui.errors.server_error"
