"""The site of people who work here, ``/verwaltung/``: addresses, access, views, forms and templates."""
