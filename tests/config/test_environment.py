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


def test_an_empty_value_counts_as_none() -> None:
    empty = environment(DIR="", MINUTES="", PROOF="", EVERY="")

    assert empty.text("DIR", "var") == "var"
    assert empty.number("MINUTES", 30, at_least=5, at_most=120) == 30
    assert empty.choice("PROOF", "meter", "meter", "name") == "meter"
    assert empty.schedule("EVERY", "60") == empty.schedule("OTHER", "60")


@pytest.mark.parametrize("text", ["https://portal.example", "http://localhost:8000/", "https://[::1]:8443"])
def test_an_address_of_a_site_is_kept_without_its_last_slash(text: str) -> None:
    assert environment(BASE_URL=text).origin("BASE_URL", "") == text.rstrip("/")


@pytest.mark.parametrize(
    "text",
    ["portal.example", "ftp://portal.example", "https://portal.example/pfad", "https://portal.example?a",
     "https://portal.example#a", "https://u:p@portal.example", "http://[x", "https://portal.example:acht",
     "https://portal.example:0", "https://"],
)  # fmt: skip
def test_what_is_no_address_of_a_site_is_refused(text: str) -> None:
    with pytest.raises(
        InvalidSetting, match="KUNDENPORTAL_BASE_URL: expected scheme and host without a path"
    ):
        environment(BASE_URL=text).origin("BASE_URL", "")


def test_a_host_name_is_refused_with_anything_around_it() -> None:
    assert environment(STAFF_HOST=" Verwaltung.Example ").host("STAFF_HOST") == "verwaltung.example"
    for text in ("https://verwaltung.example", "verwaltung.example:443", "verwaltung.example/"):
        with pytest.raises(InvalidSetting, match="KUNDENPORTAL_STAFF_HOST: expected a host name alone"):
            environment(STAFF_HOST=text).host("STAFF_HOST")


def test_misspelt_variables_are_found_with_what_may_be_meant() -> None:
    found = environment(SMPT_URL="smtp://localhost", SMTP_URL_FILE="", WETTER="schön")
    found.text("SMTP_URL")

    assert found.unknown() == {"KUNDENPORTAL_SMPT_URL": "KUNDENPORTAL_SMTP_URL", "KUNDENPORTAL_WETTER": ""}


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


def test_an_address_is_canonical_and_one_that_is_none_is_refused() -> None:
    assert environment(MAIL="Betrieb@Stadtwerke.EXAMPLE ").email("MAIL") == "betrieb@stadtwerke.example"
    assert environment().email("MAIL") == ""
    with pytest.raises(InvalidSetting, match="KUNDENPORTAL_MAIL: expected an e-mail address"):
        environment(MAIL="betrieb").email("MAIL")


def test_a_schedule_that_is_none_is_refused() -> None:
    assert environment().schedule("EVERY", "60").minutes == 60
    with pytest.raises(InvalidSetting, match="KUNDENPORTAL_EVERY: expected minutes"):
        environment(EVERY="ab und zu").schedule("EVERY", "60")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("portal", "expected postgresql://"),
        ("mysql://db/portal", "expected postgresql://"),
        ("postgresql://db", "expected postgresql://"),
        ("sqlite://portal.db", "expected postgresql://"),
        ("postgresql://u:geheim@db:acht/portal", "Port could not be cast"),
        ("postgresql://u:geheim@db/portal?sslmod=require", 'invalid connection option "sslmod"'),
    ],
)
def test_an_address_of_no_database_is_refused_without_its_password(url: str, told: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        database_settings(url, Path())

    assert str(refused.value).startswith("KUNDENPORTAL_DATABASE_URL: ")
    assert told in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_the_socket_of_postgresql_is_named_by_host_and_port_after_the_question_mark() -> None:
    found = database_settings("postgresql:///portal?host=/var/run/postgresql&port=5433", Path())

    assert (found["HOST"], found["PORT"], found["USER"]) == ("/var/run/postgresql", "5433", "")
