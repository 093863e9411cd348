"""The whole service: the books, the model and the web."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from handler.api.about import About
from handler.api.app import Parts, create_app
from handler.api.exchange import Counter
from handler.api.workers import Workers
from handler.bootstrap.books import Books, open_books
from handler.bootstrap.cutouts import open_cutouts, open_pictures, open_uploads
from handler.bootstrap.doors import open_doors
from handler.bootstrap.jobs import open_jobs
from handler.bootstrap.labour import open_front, open_hands
from handler.bootstrap.model import Models, load_model
from handler.dialects import DIALECTS
from handler.domain.errors import NotFoundError, StoreUnavailableError
from handler.domain.request import Quality
from handler.inference.catalogue import read_catalogue
from handler.ports import MattingModel
from handler.services.cutout import Cutouts
from handler.services.desk import Aside, Desk
from handler.services.jobs.front import JobFront
from handler.services.jobs.hands import Hands
from handler.services.jobs.upkeep import JobUpkeep
from handler.services.jobs.work import JobWork
from handler.services.uploads import Uploads
from handler.settings import Settings


@dataclass(frozen=True, slots=True)
class Labour:
    """Jobs from submission to end; the hands are started where no function works on the queue."""

    upkeep: JobUpkeep
    front: JobFront
    hands: Hands


@dataclass(frozen=True, slots=True)
class Service:
    """The whole house, ready to be served."""

    app: FastAPI
    books: Books
    workers: Workers
    labour: Labour | None = None


def build(settings: Settings, model: MattingModel | None = None) -> Service:
    """Join everything; a model that is given takes the place of the installed one."""
    books = open_books(settings)
    model = model or load_model(settings)
    uploads = open_uploads(settings, books)
    pictures = open_pictures(settings, uploads)
    cutouts = open_cutouts(settings, books, model, pictures)
    workers = Workers(settings.max_running, settings.max_waiting)
    labour = _labour(settings, books, cutouts, uploads)
    desk = Desk(
        books.authentication,
        books.accounts,
        cutouts,
        Aside(uploads, pictures, books.tokens, labour.front if labour else None),
        open_doors(settings, books),
    )
    counter = Counter(desk, books.idempotency, workers, settings.limits, settings.deadline_seconds)
    models = Models(settings, model)
    about = About(
        ready=lambda: _readiness(settings, books, models),
        models=_model_licences(settings),
    )
    app = create_app(Parts(DIALECTS, counter, about, books.stores.files))
    return Service(app, books, workers, labour)


def _labour(settings: Settings, books: Books, cutouts: Cutouts, uploads: Uploads) -> Labour | None:
    jobs = open_jobs(settings, books)
    if jobs is None:
        return None
    work = JobWork(jobs.rooms, cutouts.make)
    hands = open_hands(settings, books, jobs, work)
    return Labour(jobs.upkeep, open_front(settings, jobs, work, uploads, cutouts), hands)


def _readiness(settings: Settings, books: Books, models: Models) -> tuple[bool, Mapping[str, Any]]:
    facts: dict[str, Any] = {
        "model": models.label(Quality.MEDIUM),
        "models": {quality: models.label(quality) for quality in Quality},
        "threads": settings.thread_count,
        "accounts": "ok",
    }
    installed = settings.models_dir / "installed.json"
    if installed.exists():
        facts["installed"] = json.loads(installed.read_text("utf-8"))
    try:
        books.bookkeeping.find("ready")
    except NotFoundError:
        pass
    except StoreUnavailableError:
        facts["accounts"] = "unavailable"
    return facts["accounts"] == "ok", facts


def _model_licences(settings: Settings) -> tuple[Mapping[str, str], ...]:
    rows = read_catalogue(settings.models_dir).installed()
    return tuple({"name": row.name, "license": row.licence, "source": row.source} for row in rows)
