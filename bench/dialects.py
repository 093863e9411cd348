"""`make bench-dialects`: what translating a call and its answer costs, dialect by dialect."""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median, quantiles

import numpy as np

from bench.speed.table import grid, machine
from handler.dialects import DIALECTS
from handler.dialects.base import Inbound, Route, Upload
from handler.domain.account import Hold
from handler.domain.image import Box
from handler.domain.job import FileView, ItemState, ItemView, JobState, JobView
from handler.domain.request import (
    BalanceRequest,
    CutoutRequest,
    Format,
    Intent,
    JobRequest,
    KeepRequest,
    TokenRequest,
)
from handler.domain.result import (
    Balance,
    CutoutResult,
    IssuedToken,
    Kept,
    Outcome,
    Rendering,
)

GOAL_MS = 3.0
RUNS = 300
PICTURE = np.random.default_rng(seed=0).bytes(4_000_000)
KEPT_ID = "00000000-0000-4000-8000-000000000001"


@dataclass(frozen=True, slots=True)
class Sample:
    """A typical call of a dialect: its route's path, and what comes in."""

    path: str
    inbound: Inbound


def _form(name: str, *fields: tuple[str, str]) -> Inbound:
    return Inbound(fields=fields, files=(Upload(name, "photo.jpg", "image/jpeg", PICTURE),))


def _json(**fields: str) -> Inbound:
    return Inbound({"content-type": "application/json"}, fields=tuple(fields.items()))


SETTINGS = json.dumps(
    {"backgroundType": "gradient", "gradientColor1": "#ff8800", "gradientColor2": "#ffffff"}
)
VARIANTS = json.dumps([{"variant_name": str(number), "max_resolution": 10**number} for number in range(1, 9)])
SAMPLES: dict[str, Sample] = {
    "native": Sample(
        "/v1/remove",
        _form(
            "image_file", ("size", "medium"), ("crop", "4:3"), ("crop_margin", "10%"), ("bg_color", "white")
        ),
    ),
    "removebg": Sample(
        "/v1.0/removebg",
        _form(
            "image_file", ("size", "full"), ("roi", "0% 0% 90% 90%"), ("scale", "80%"), ("bg_color", "81d4fa")
        ),
    ),
    "threedaistudio": Sample("/v1/tools/remove-bg/", _form("image_file", ("quality", "high"))),
    "picwish": Sample(
        "/api/tasks/visual/segmentation", _form("image_file", ("sync", "1"), ("output_type", "1"))
    ),
    "snapotter": Sample("/api/v1/tools/remove-background", _form("file", ("settings", SETTINGS))),
    "backgroundcut": Sample(
        "/v3/remove-bg/process-image/", _json(unique_filename=KEPT_ID, output_variants=VARIANTS)
    ),
    "rembg": Sample("/api/remove", _form("file", ("a", "true"), ("af", "240"), ("model", "u2net"))),
}


def _rendering(name: str, link: str | None) -> Rendering:
    return Rendering(
        body=b"" if link else PICTURE,
        format=Format.PNG,
        width=4000,
        height=3000,
        subject=Box(10, 10, 900, 900),
        model="isnet-general-use@0123456789ab",
        confidence=0.98,
        ambiguous_ratio=0.02,
        timings=(),
        source_format="jpeg",
        source_frames=1,
        full_width=4000,
        full_height=3000,
        name=name,
        link=link,
        size_bytes=len(PICTURE),
    )


def _outcome(intent: Intent) -> Outcome:
    """What the use case would give."""
    if isinstance(intent, JobRequest):
        files = tuple(
            FileView(
                variant.name, f"{variant.name}.png", "image/png", len(PICTURE), "https://files.example/a"
            )
            for item in intent.items
            for variant in item.variants
        )
        item = ItemView(0, ItemState.COMPLETED, files)
        return JobView(
            KEPT_ID, JobState.COMPLETED, "", 1.0, intent.memo, (item,), 1000, 1.8e9, 1.8e9, 1.8e9, 1.8e9
        )
    if isinstance(intent, CutoutRequest):
        links = len(intent.variants) > 1
        made = tuple(
            _rendering(each.name, "https://files.example/a" if links else None) for each in intent.variants
        )
        return CutoutResult(made, Hold("h", "a", "req", 1000, 9000, 0), input_link="https://files.example/b")
    simple: dict[type[object], Outcome] = {
        BalanceRequest: Balance("org", "standard", 10_000, 1000),
        KeepRequest: Kept(KEPT_ID),
        TokenRequest: IssuedToken("a.b.c"),
    }
    return simple[type(intent)]


def _route(routes: Iterable[Route], path: str) -> Route:
    return next(route for route in routes if route.path == path and route.method == "POST")


def _spent_ms(work: Callable[[], object]) -> list[float]:
    spent = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        spent.append((time.perf_counter() - began) * 1000)
    return spent


def main() -> int:
    """Measure each dialect's typical call with a 4 MB picture, and print."""
    lines, all_within = [], True
    for dialect in DIALECTS:
        sample = SAMPLES[dialect.name]
        route = _route(dialect.routes, sample.path)
        outcome = _outcome(route.parse(sample.inbound))

        def translate(
            route: Route = route, inbound: Inbound = sample.inbound, outcome: Outcome = outcome
        ) -> None:
            route.parse(inbound)
            route.present(outcome, inbound)

        spent = _spent_ms(translate)
        within = median(spent) <= GOAL_MS
        all_within &= within
        lines.append(
            [
                dialect.name,
                "yes" if within else "no",
                f"{median(spent):.3f}",
                f"{quantiles(spent, n=100)[98]:.3f}",
            ]
        )
    print(f"{machine()}; a 4 MB picture, {RUNS} calls each\n")
    print(grid(["dialect", f"within {GOAL_MS:g} ms", "p50 ms", "p99 ms"], lines))
    return 0 if all_within else 1


if __name__ == "__main__":
    raise SystemExit(main())
