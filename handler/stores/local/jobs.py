"""Jobs in SQLite."""

import sqlite3
from collections.abc import Iterable

from handler.domain.job import Job
from handler.stores.job_record import forget_at_us, packed, unpacked
from handler.stores.local.database import Database


class LocalJobs:
    """The job store of one machine."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, job: Job) -> bool:
        """Keep a new job; False where another has its id."""
        with self._database.writing() as connection:
            connection.execute("INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", _row(job))
            return _read(connection, job.id) == job

    def read(self, job_id: str) -> Job | None:
        """The job as of now."""
        with self._database.reading() as connection:
            return _read(connection, job_id)

    def replace(self, job: Job) -> bool:
        """Put the job in the place of its version before."""
        with self._database.writing() as connection:
            kept = _read(connection, job.id)
            if kept == job:
                return True
            if kept is None or kept.version != job.version - 1:
                return False
            connection.execute("INSERT OR REPLACE INTO jobs VALUES (?, ?, ?, ?, ?, ?)", _row(job))
        return True

    def unsettled(self) -> Iterable[Job]:
        """Every job that somebody has still to do something about, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT record FROM jobs WHERE NOT settled ORDER BY created_at_us, id"
            ).fetchall()
        return [unpacked(row["record"]) for row in rows]

    def forget_expired(self, now_us: int) -> tuple[Job, ...]:
        """Answer settled jobs whose results' time is over, each once."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM jobs WHERE settled AND forget_at_us <= ?", (now_us,))
            rows = connection.execute(
                "UPDATE jobs SET expires_at_us = NULL WHERE settled AND expires_at_us <= ? RETURNING record",
                (now_us,),
            ).fetchall()
        return tuple(unpacked(row["record"]) for row in rows)


def _row(job: Job) -> tuple[str | int | bytes | None, ...]:
    return (
        job.id,
        job.created_at_us,
        job.settled,
        job.expires_at_us,
        forget_at_us(job),
        packed(job),
    )


def _read(connection: sqlite3.Connection, job_id: str) -> Job | None:
    row = connection.execute("SELECT record FROM jobs WHERE id = ?", (job_id,)).fetchone()
    return None if row is None else unpacked(row["record"])
