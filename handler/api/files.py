"""Signed addresses that the service answers itself, where no bucket does: downloads and form uploads."""

import anyio.to_thread
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from handler.api.intake import read_inbound
from handler.api.workers import Workers
from handler.domain.errors import InvalidParameterError
from handler.domain.keeping import disposition
from handler.domain.limits import Limits
from handler.ports import SignedFiles

PATH = "/files/{name:path}"
FILE_FIELD = "file"
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def add_file_routes(app: FastAPI, files: SignedFiles, workers: Workers, limits: Limits) -> None:
    """Mount both; whoever has such an address has the right to it, so no key is asked for."""

    def download(request: Request) -> Response:
        stored = files.fetch(request.path_params["name"], dict(request.query_params))
        headers = {**_HEADERS, "Content-Disposition": disposition(stored.filename)}
        return Response(stored.body, media_type=stored.media_type, headers=headers)

    async def upload(request: Request) -> Response:
        async with workers.place():
            inbound = await read_inbound(request, limits)
            given = [upload.data for upload in inbound.files if upload.name == FILE_FIELD]
            if len(given) != 1:
                raise InvalidParameterError(FILE_FIELD, "one file", f"{len(given)}")
            name = request.path_params["name"]
            await anyio.to_thread.run_sync(files.accept, name, dict(inbound.fields), given[0])
        return Response(status_code=204, headers=_HEADERS)

    app.add_route(PATH, download, methods=["GET"], include_in_schema=False)
    app.add_route(PATH, upload, methods=["POST"], include_in_schema=False)
