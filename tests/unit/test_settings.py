"""Settings come from the environment, and know the machine that they are on."""

from pathlib import Path

import pytest
from pydantic import ValidationError

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
