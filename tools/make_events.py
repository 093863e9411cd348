"""Writes events/: what API Gateway hands to the function, one file a case; the pictures are drawn here."""

import base64
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from PIL import Image, ImageDraw, ImageFilter

EVENTS = Path(__file__).resolve().parent.parent / "events"
# Made up for these files; the checksum fits, so it is looked up. Whoever replays them registers it.
KEY = "ck_live_EventsReplayedByTests02pNah8"
UNKNOWN_KEY = "ck_live_NobodyEverMadeThisKey00oXV52"
# As made up as the key.
JOB_ID = "5f0c8e6a-7d1b-4c2e-9a43-b8d6f1e20c79"
BOUNDARY = "events-boundary"
STAGE = "live"
JSON = {"Content-Type": "application/json"}
HOST = "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Call:
    """
    One request as its client sends it.

    Attributes:
        mapping: what a domain of the owner's puts before the route.
        values: what stands in the places of the route.
    """

    method: str
    route: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    body: bytes | None = None
    mapping: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


def picture(encoding: str) -> bytes:
    """Draw a shaded ball before a soft backdrop."""
    image = Image.linear_gradient("L").resize((160, 120)).convert("RGB")
    draw = ImageDraw.Draw(image)
    for step in range(40):
        left, top = 45 + step * 0.6, 25 + step * 0.5
        draw.ellipse((left, top, 115 - step * 0.8, 95 - step), fill=(200 + step, 30 + step * 3, 40))
    buffer = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(0.7)).save(buffer, encoding)
    return buffer.getvalue()


def multipart(fields: Mapping[str, str], files: Mapping[str, bytes]) -> bytes:
    """Write a form as a browser does."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, data in files.items():
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        parts.append(head.encode() + data + b"\r\n")
    return b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()])


def event(call: Call, number: int) -> dict[str, Any]:
    """Describe the call as a REST API's proxy integration does."""
    headers = {"Host": HOST, "X-Forwarded-Port": "443", "X-Forwarded-Proto": "https", **call.headers}
    query = parse_qsl(call.query, keep_blank_values=True)
    path = f"{call.mapping}{call.route}"
    for name, value in call.values.items():
        path = path.replace(f"{{{name}}}", value)
    return {
        "resource": call.route,
        "path": path,
        "httpMethod": call.method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": gathered(query) or None,
        "pathParameters": dict(call.values) or None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": HOST.partition(".")[0],
            "domainName": HOST,
            "httpMethod": call.method,
            "identity": {
                "sourceIp": "192.0.2.1",
                "userAgent": call.headers.get("User-Agent"),
                "apiKeyId": None,
            },
            "path": path if call.mapping else f"/{STAGE}{path}",
            "protocol": "HTTP/1.1",
            "requestId": f"00000000-0000-4000-8000-{number:012d}",
            "requestTime": "21/Nov/2026:12:00:00 +0000",
            "requestTimeEpoch": 1795262400000,
            "resourceId": "a1b2c3",
            "resourcePath": call.route,
            "stage": STAGE,
        },
        "body": None if call.body is None else base64.b64encode(call.body).decode(),
        "isBase64Encoded": call.body is not None,
    }


def gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Bring repeats together under their name."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def calls() -> dict[str, Call]:
    """Name every case of the native dialect."""
    jpeg, png = picture("JPEG"), picture("PNG")
    key, form = {"x-api-key": KEY}, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    inline = json.dumps({"image_b64": base64.b64encode(png).decode(), "format": "webp"}).encode()

    def remove(body: bytes | None, headers: Mapping[str, str], query: str = "") -> Call:
        return Call("POST", "/v1/remove", {"Accept": "*/*", **headers}, query, body)

    return {
        "multipart": remove(multipart({"size": "full"}, {"image_file": jpeg}), key | form),
        "json_b64": remove(inline, key | JSON),
        "raw": remove(jpeg, key | {"Content-Type": "image/jpeg"}, "format=jpg&bg_color=%23ffffff"),
        "bearer": remove(jpeg, {"Authorization": f"Bearer {KEY}", "Content-Type": "image/jpeg"}),
        "unknown_key": remove(multipart({}, {"image_file": jpeg}), {"x-api-key": UNKNOWN_KEY} | form),
        "missing_image": remove(multipart({"size": "full"}, {}), key | form),
        "unknown_parameter": remove(jpeg, key | {"Content-Type": "image/jpeg"}, "colour=red"),
        "unreadable_image": remove(multipart({}, {"image_file": jpeg[: len(jpeg) // 3]}), key | form),
        "no_body": remove(None, key),
        "odd_host": Call("GET", "/health", {"Host": "[::1]:80:80", "X-Forwarded-Port": "80, 443"}),
        "preflight": Call(
            "OPTIONS",
            "/v1/remove",
            {
                "Origin": "https://shop.example",
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "x-api-key",
            },
        ),
        "me": Call("GET", "/v1/me", {"Accept": "application/json", **key}),
        "own_domain": Call("GET", "/v1/me", key, mapping="/pictures"),
        "health": Call("GET", "/health", {"Accept": "*/*"}),
        "licenses": Call("GET", "/v1/licenses", {"Accept": "*/*"}),
        "openapi": Call("GET", "/openapi.json", {"Accept": "*/*"}),
        "docs": Call("GET", "/docs", {"Accept": "text/html"}),
        "not_found": Call("GET", "/v1/nothing", key),
        "upload": Call(
            "POST", "/v1/uploads", key | JSON, "", b'{"content_type": "image/jpeg", "bytes": 19000000}'
        ),
        "job": Call("POST", "/v1/jobs", key | form, "", multipart({"format": "jpg"}, {"image_file": jpeg})),
        "job_look": Call("GET", "/v1/jobs/{id}", key, values={"id": JOB_ID}),
        "job_end": Call("DELETE", "/v1/jobs/{id}", key, values={"id": JOB_ID}),
    }


def calls_of_others() -> dict[str, Call]:
    """One call of each other service's clients."""
    jpeg, key, bearer = picture("JPEG"), {"X-Api-Key": KEY}, {"Authorization": f"Bearer {KEY}"}
    form = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    image, file, upload = (multipart({}, {name: jpeg}) for name in ("image_file", "file", "image"))
    return {
        "removebg_picture": Call("POST", "/v1.0/removebg", key | form, "", image),
        "rembg_picture": Call("POST", "/api/remove", form, "", file),
        "threedaistudio_submit": Call("POST", "/v1/tools/remove-bg/", bearer | form, "", image),
        "picwish_submit": Call("POST", "/api/tasks/visual/segmentation", key | form, "", image),
        "snapotter_submit": Call("POST", "/api/v1/tools/remove-background", form, "", file),
        "backgroundcut_upload": Call("POST", "/v3/remove-bg/upload-image/", bearer | form, "", upload),
    }


def main() -> None:
    """Write every case, and the one that a console's test button sends: no headers at all."""
    named = {f"native_{name}": call for name, call in calls().items()} | calls_of_others()
    events = {name: event(call, number) for number, (name, call) in enumerate(named.items())}
    events["native_no_headers"] = {
        **events["native_no_body"],
        "headers": None,
        "multiValueHeaders": None,
        "isBase64Encoded": False,
    }
    for old in EVENTS.glob("*.json"):
        old.unlink()
    for name, content in events.items():
        text = json.dumps(content, indent=2) + "\n"
        EVENTS.joinpath(f"rest_{name}.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
