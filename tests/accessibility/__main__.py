"""Measures every page of the demo and writes docs/accessibility.md: ``make accessibility``."""

import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()

    from tests.accessibility.report import run

    sys.exit(run())
