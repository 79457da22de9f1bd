"""The WSGI application that ``kundenportal serve`` runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kundenportal.config.settings")

application = get_wsgi_application()
