"""Settings come from the environment, and know the machine that they are on."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from handler.bootstrap.complaint import complaint
from handler.settings import LAMBDA_MAX_RESULT_BYTES, Settings


def test_a_laptop_has_its_own_folder_and_no_bound_on_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The defaults are those of `make run`."""
    monkeypatch.delenv("PORT", raising=False)
    settings = Settings()

    assert (Path(".clearcut"), 8000) == (settings.home, settings.port)
    assert not settings.on_lambda
    assert settings.limits.max_result_bytes is None
    assert settings.thread_count >= 1


@pytest.mark.parametrize(("megabytes", "threads"), [(512, 1), (1769, 1), (3008, 2), (5307, 3), (10240, 6)])
def test_lambda_has_the_threads_that_its_memory_pays_for(
    monkeypatch: pytest.MonkeyPatch, megabytes: int, threads: int
) -> None:
    """More cores can be seen there than may be used."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "cutout")
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", str(megabytes))
    settings = Settings()

    assert settings.on_lambda
    assert threads == settings.thread_count
    assert settings.limits.max_result_bytes == LAMBDA_MAX_RESULT_BYTES


def test_an_owner_has_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is a variable with the prefix; PORT works without it."""
    monkeypatch.setenv("CLEARCUT_THREADS", "3")
    monkeypatch.setenv("CLEARCUT_MAX_RESULT_BYTES", "7")
    monkeypatch.setenv("CLEARCUT_PRICES", '{"native.picture": "0.5"}')
    monkeypatch.setenv("PORT", "0")
    settings = Settings()

    assert (3, 7, 0) == (settings.thread_count, settings.limits.max_result_bytes, settings.port)
    assert {"native.picture": "0.5"} == settings.prices


def test_a_setting_that_makes_no_sense_is_refused_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before any request could meet it."""
    monkeypatch.setenv("CLEARCUT_MAX_RUNNING", "0")

    with pytest.raises(ValidationError, match="max_running"):
        Settings()


@pytest.mark.parametrize("level", ["warning", "WARNING"])
def test_a_level_is_known_by_its_name(monkeypatch: pytest.MonkeyPatch, level: str) -> None:
    """In whatever case it is written."""
    monkeypatch.setenv("CLEARCUT_LOG_LEVEL", level)

    assert "WARNING" == Settings().log_level


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("CLEARCUT_PORT", "abc", "CLEARCUT_PORT.*valid integer.*'abc'"),
        ("PORT", "abc", "CLEARCUT_PORT or PORT: .*valid integer.*'abc'"),
        ("CLEARCUT_LOG_LEVEL", "loud", "CLEARCUT_LOG_LEVEL.*'DEBUG', 'INFO', 'WARNING' or 'ERROR'.*'LOUD'"),
        ("CLEARCUT_PRICES", "x", "CLEARCUT_PRICES.*expected JSON such as.*got x"),
        ("CLEARCUT_PRICES", "[1]", "CLEARCUT_PRICES.*dictionary"),
        (
            "CLEARCUT_PRICES",
            '{"native.picture": 0.5}',
            "CLEARCUT_PRICES: native.picture: .*valid string, got 0.5",
        ),
        ("CLEARCUT_PRICES", '{"a": "1"}', "CLEARCUT_PRICES.*native.picture.*got a"),
        ("CLEARCUT_PRICES", '{"native.picture": "-1"}', "CLEARCUT_PRICES.*0 or more.*got -1"),
        ("CLEARCUT_PRICES", '{"native.picture": "some"}', "CLEARCUT_PRICES.*number like 12.5.*got some"),
        ("CLEARCUT_AWS_ENDPOINT", "here", "CLEARCUT_AWS_ENDPOINT.*https.*'here'"),
        ("CLEARCUT_FETCH_ALLOW_HOSTS", "http://a/", "CLEARCUT_FETCH_ALLOW_HOSTS.*host:port"),
    ],
)
def test_what_is_wrong_is_one_line_with_the_variables_name(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, expected: str
) -> None:
    """And with what is expected of it."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    said = complaint(refused.value)

    assert re.search(expected, said), said
    assert 1 == len(said.splitlines())


def test_hosts_that_need_not_be_public_are_refused_on_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    """There the runtime's own address is a private one; a slip in the list is refused anywhere."""
    monkeypatch.setenv("CLEARCUT_FETCH_ALLOW_HOSTS", "files.example,127.0.0.1:9000")
    assert Settings().fetch_allow_hosts == "files.example,127.0.0.1:9000"

    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "cutout")
    with pytest.raises(ValidationError, match="refused on Lambda"):
        Settings()

    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_NAME")
    monkeypatch.setenv("CLEARCUT_FETCH_ALLOW_HOSTS", "http://files.example/")
    with pytest.raises(ValidationError, match="host:port"):
        Settings()
