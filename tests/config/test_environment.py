"""Reading settings: variables, files of secrets, ``.env``; every mistake names its variable."""

from pathlib import Path

import pytest

from kundenportal.config.databases import database_settings
from kundenportal.config.environment import Environment, InvalidSetting, read_dotenv


def environment(**values: str) -> Environment:
    return Environment({f"KUNDENPORTAL_{name}": value for name, value in values.items()})


def test_a_secret_may_stand_in_a_file_whose_last_newline_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("geheim \n", encoding="utf-8")

    assert environment(SECRET_KEY_FILE=str(tmp_path / "secret")).text("SECRET_KEY") == "geheim "


def test_a_missing_file_of_a_secret_is_told() -> None:
    with pytest.raises(InvalidSetting, match="KUNDENPORTAL_SECRET_KEY_FILE"):
        environment(SECRET_KEY_FILE="/nowhere").text("SECRET_KEY")


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("ON", True), ("0", False), ("no", False), ("", True)]
)
def test_a_flag_is_read(text: str, value: bool) -> None:
    assert environment(FLAG=text).flag("FLAG", default=True) is value


@pytest.mark.parametrize("text", ["4", "121", "30.5", "-30", "٣٠", "viele"])
def test_a_number_out_of_bounds_is_refused(text: str) -> None:
    with pytest.raises(InvalidSetting, match="KUNDENPORTAL_MINUTES: expected a number from 5 to 120"):
        environment(MINUTES=text).number("MINUTES", 30, at_least=5, at_most=120)


def test_an_unknown_choice_and_a_doubtful_flag_are_refused() -> None:
    with pytest.raises(InvalidSetting, match="expected meter or name, found 'post'"):
        environment(PROOF="post").choice("PROOF", "meter", "meter", "name")
    with pytest.raises(InvalidSetting, match="expected true or false"):
        environment(FLAG="vielleicht").flag("FLAG", default=True)


def test_a_dotenv_file_is_read_under_the_environment(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text('# comment\nexport A="eins"\nB=zwei=2\nnonsense\n', encoding="utf-8")

    assert read_dotenv(path) == {"A": "eins", "B": "zwei=2"}
    assert read_dotenv(tmp_path / "missing") == {}


def test_sqlite_is_the_default_and_waits_for_its_lock(tmp_path: Path) -> None:
    found = database_settings("", tmp_path)

    assert found["ENGINE"] == "django.db.backends.sqlite3"
    assert found["NAME"] == tmp_path / "portal.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]


def test_a_path_of_sqlite_is_taken_from_its_address() -> None:
    assert database_settings("sqlite:////srv/portal%201.db", Path())["NAME"] == Path("/srv/portal 1.db")
    assert database_settings("sqlite:///here.db", Path())["NAME"] == Path("here.db")


def test_an_address_of_postgresql_is_taken_apart() -> None:
    found = database_settings("postgresql://portal:p%40ss@db.intern:5433/portal?sslmode=require", Path())

    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == (
        "portal",
        "p@ss",
        "db.intern",
        "5433",
    )
    assert (found["NAME"], found["OPTIONS"]["sslmode"]) == ("portal", "require")
    assert found["OPTIONS"]["pool"]["timeout"] >= 10


def test_another_database_is_refused() -> None:
    with pytest.raises(InvalidSetting, match="mysql://"):
        database_settings("mysql://localhost/portal", Path())


def test_an_address_is_canonical_and_one_that_is_none_is_refused() -> None:
    assert environment(MAIL="Betrieb@Stadtwerke.EXAMPLE ").email("MAIL") == "betrieb@stadtwerke.example"
    assert environment().email("MAIL") == ""
    with pytest.raises(InvalidSetting, match="KUNDENPORTAL_MAIL: expected an e-mail address"):
        environment(MAIL="betrieb").email("MAIL")


def test_a_schedule_that_is_none_is_refused() -> None:
    assert environment().schedule("EVERY", "60").minutes == 60
    with pytest.raises(InvalidSetting, match="KUNDENPORTAL_EVERY: expected minutes"):
        environment(EVERY="ab und zu").schedule("EVERY", "60")
