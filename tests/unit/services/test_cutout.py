"""The use case of one picture, over the real pipeline."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from handler.bootstrap.service import build
from handler.domain.image import Cutout, Matte, Picture
from handler.domain.request import Cut
from handler.pipeline.refine import refine
from handler.settings import Settings
from tests.customers import new_key
from tests.fakes import FakeModel
from tests.images import encoded, photo


def test_the_pipeline_works_with_as_many_threads_as_are_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`CLEARCUT_THREADS` is the owner's word for every stage, not the model's alone."""
    given: list[int] = []

    def refining(picture: Picture, matte: Matte, cut: Cut, threads: int) -> Cutout:
        given.append(threads)
        return refine(picture, matte, cut, threads)

    monkeypatch.setattr("handler.pipeline.run.refine", refining)
    service = build(Settings(home=tmp_path, threads=3), FakeModel())

    with TestClient(service.app) as client:
        headers = {"x-api-key": new_key(service)}
        response = client.post("/v1/remove", headers=headers, files={"file": encoded(photo(64, 48))})

    assert response.status_code == 200, response.text
    assert [3] == given
