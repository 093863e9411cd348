"""What the service says of itself, without a key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata, resources
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

VERSION = "0.1.0"
NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class About:
    """
    What the pages below tell.

    Attributes:
        ready: checks what a request needs; its facts, and whether all of them are well.
        models: name, source and licence of each installed model.
    """

    ready: Callable[[], tuple[bool, Mapping[str, Any]]]
    models: tuple[Mapping[str, str], ...]


def add_about_routes(app: FastAPI, about: About) -> None:
    """Mount health, readiness, licences and the documentation page."""

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "version": VERSION}, headers=NO_STORE)

    def ready(_: Request) -> Response:
        well, facts = about.ready()
        status = "ready" if well else "not ready"
        return JSONResponse({"status": status, **facts}, 200 if well else 503, headers=NO_STORE)

    def licenses(_: Request) -> Response:
        return JSONResponse({"models": about.models, "packages": installed_licences()})

    async def docs(_: Request) -> Response:
        return HTMLResponse(resources.files("handler.api").joinpath("docs.html").read_text("utf-8"))

    for path, endpoint, summary in (
        ("/health", health, "Whether the process answers"),
        ("/ready", ready, "Whether a picture would be served: the model and the accounts"),
        ("/v1/licenses", licenses, "Licences of the models and packages in use"),
    ):
        app.add_api_route(
            path, endpoint, methods=["GET"], summary=summary, name=path, response_class=JSONResponse
        )
    # The second is where rembg's users look.
    for path in ("/docs", "/api"):
        app.add_route(path, docs, methods=["GET"], include_in_schema=False)


def installed_licences() -> list[dict[str, str]]:
    """Name, version and licence of every package in the process's environment."""
    found = {
        str(package.metadata["Name"]): {
            "name": str(package.metadata["Name"]),
            "version": package.version,
            "license": _licence(package.metadata),
        }
        for package in metadata.distributions()
    }
    return [found[name] for name in sorted(found, key=str.lower)]


def _licence(facts: metadata.PackageMetadata) -> str:
    stated = facts.get_all("License-Expression") or facts.get_all("License") or []
    classifiers = [
        line.rsplit("::", 1)[-1].strip()
        for line in facts.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    # Some packages put the whole text in the field.
    short = [text for text in stated if len(text) <= 80]
    return ", ".join(short or classifiers) or "see the package"
