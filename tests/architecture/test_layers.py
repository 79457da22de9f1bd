"""A package stands only on what is below it: by its imports, and by its foreign keys."""

import configparser
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Field, Model

ROOT = Path(__file__).parents[2]


def layer_of_packages() -> dict[str, int]:
    """Return every package's layer, the lowest first, as ``.importlinter`` tells it."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    lines = parser["importlinter:contract:layers"]["layers"].split("\n")
    packages = [[name.strip(" ()") for name in line.split("|")] for line in reversed(lines) if line.strip()]
    return {name: layer for layer, names in enumerate(packages) for name in names}


LAYERS = layer_of_packages()
MODELS = [
    model
    for model in apps.get_models(include_auto_created=True)
    if model.__module__.startswith("kundenportal.")
]
RELATIONS = [(model, field) for model in MODELS for field in model._meta.local_fields if field.remote_field]


def package_of(model: type[Model]) -> str:
    return model.__module__.split(".")[1]


def test_imports_keep_to_the_layers() -> None:
    linter = Path(sys.executable).with_name("lint-imports")

    ended = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize(
    ("model", "field"), RELATIONS, ids=[f"{model.__name__}.{field.name}" for model, field in RELATIONS]
)
def test_a_foreign_key_points_to_its_own_package_or_to_a_lower_one(
    model: type[Model], field: "Field[object, object]"
) -> None:
    target = field.remote_field.model
    assert not isinstance(target, str)
    if target.__module__.startswith("kundenportal."):
        from_package, to_package = package_of(model), package_of(target)
        assert from_package == to_package or LAYERS[from_package] > LAYERS[to_package]


@pytest.mark.parametrize("model", MODELS, ids=[model.__name__ for model in MODELS])
def test_a_model_saves_as_django_does_and_says_what_it_is(model: type[Model]) -> None:
    assert model.save is Model.save or model.__name__ == "User"
    assert model.delete is Model.delete
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}(")
