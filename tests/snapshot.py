"""Seeing whether anything in the database changed."""

from collections.abc import Collection
from typing import Any

from django.apps import apps
from django.db.models import Model

Snapshot = dict[str, list[tuple[Any, ...]]]


def snapshot(*, but: Collection[type[Model]] = ()) -> Snapshot:
    """Return every row of every table, without those of the models given."""
    return {
        model._meta.label: sorted(model._base_manager.values_list(), key=repr)
        for model in apps.get_models(include_auto_created=True)
        if model not in but
    }
