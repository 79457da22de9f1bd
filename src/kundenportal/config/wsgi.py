"""The WSGI application that ``kundenportal serve`` runs."""

import os

from django.core.wsgi import get_wsgi_application

from kundenportal.config.content_type import with_plain_content_types

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kundenportal.config.settings")

application = with_plain_content_types(get_wsgi_application())
