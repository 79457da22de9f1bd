"""Every model is handed out to the person it tells of, or somebody said why it tells of nobody."""

import re

import pytest
from django.apps import apps
from django.db.models import BinaryField

from kundenportal.identity.models import User
from kundenportal.privacy.records import Records
from kundenportal.privacy.subjects import Subject
from kundenportal.privacy.topics import TOPICS
from kundenportal.privacy.without_personal_data import WITHOUT_PERSONAL_DATA

NOBODY = Subject(User(pk=0), customers=(), addresses=())
HANDED_OUT = [records for topic in TOPICS for records in topic.records(NOBODY)]
OURS = {
    model._meta.label: model
    for model in apps.get_models(include_auto_created=True)
    if model.__module__.startswith("kundenportal.")
}
SECRET = re.compile(r"password$|digest|secret|token|sealed|credential|idempotency|^session|^mark$")

WHAT_TO_DO = """
These models are in no data export (Art. 15 GDPR): {missing}.
Does one hold anything about a person? Then add a line to the function of its topic in
src/kundenportal/privacy/topics.py, such as
    Records(TheModel.objects.filter(customer__in=subject.customers), without=["what_is_a_secret"]),
If it holds nothing about anybody, say why in WITHOUT_PERSONAL_DATA of privacy/without_personal_data.py.
"""


def secrets_of(records: Records) -> list[str]:
    return [each.attname for each in records.columns if SECRET.search(each.attname)]


def test_every_model_is_handed_out_or_explained() -> None:
    handed_out = {records.model._meta.label for records in HANDED_OUT}
    missing = sorted(set(OURS) - handed_out - set(WITHOUT_PERSONAL_DATA))

    assert not missing, WHAT_TO_DO.format(missing=", ".join(missing))


def test_no_explained_model_is_handed_out_unknown_or_without_a_reason() -> None:
    handed_out = {records.model._meta.label for records in HANDED_OUT}

    assert handed_out.isdisjoint(WITHOUT_PERSONAL_DATA)
    assert set(WITHOUT_PERSONAL_DATA) <= set(OURS)
    assert all(len(reason) > 10 for reason in WITHOUT_PERSONAL_DATA.values())


def test_no_model_is_handed_out_twice_and_no_file_has_the_name_of_another() -> None:
    labels = [records.model._meta.label for records in HANDED_OUT]
    names = [topic.name for topic in TOPICS]

    assert len(set(labels)) == len(labels)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("records", HANDED_OUT, ids=[each.model.__name__ for each in HANDED_OUT])
def test_secrets_and_sealed_values_stay_here(records: Records) -> None:
    binary = [each.attname for each in records.columns if isinstance(each, BinaryField)]

    assert secrets_of(records) == []
    assert binary == [], f"leave it out, or open it: {records.model.__name__}"


@pytest.mark.parametrize("records", HANDED_OUT, ids=[each.model.__name__ for each in HANDED_OUT])
def test_what_is_left_out_exists(records: Records) -> None:
    columns = {each.attname for each in records.model._meta.concrete_fields}

    assert set(records.without) <= columns


def test_a_secret_that_nobody_left_out_is_found() -> None:
    assert secrets_of(Records(User.objects.all())) == ["password"]


def test_a_model_that_nobody_thought_of_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OURS, "customers.Forgotten", User)
    with pytest.raises(AssertionError, match=r"no data export .*: customers\.Forgotten\."):
        test_every_model_is_handed_out_or_explained()
