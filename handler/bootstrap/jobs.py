"""What is done about jobs without the model: telling, settling, sweeping."""

from dataclasses import dataclass

from handler.bootstrap.books import Books
from handler.fetch.courier import WebCourier
from handler.fetch.download import FetchRule
from handler.fetch.target import read_exemptions
from handler.ports import Courier
from handler.services.jobs.messages import NoticeMessage, WorkMessage, read_message
from handler.services.jobs.rooms import JobRooms, JobRule
from handler.services.jobs.upkeep import JobUpkeep
from handler.services.webhooks import Webhooks
from handler.settings import Settings


@dataclass(frozen=True, slots=True)
class Jobs:
    """The rooms of jobs, and those who look after them."""

    rooms: JobRooms
    courier: Courier
    upkeep: JobUpkeep
    webhooks: Webhooks

    def run_errand(self, text: str) -> None:
        """Do what a message of the notices, or of the dead, asks for."""
        message = read_message(text)
        if isinstance(message, NoticeMessage):
            self.webhooks.deliver(message)
        if isinstance(message, WorkMessage):
            self.upkeep.bury(message.job_id)


def open_jobs(settings: Settings, books: Books) -> Jobs | None:
    """Join them; None where nothing may be kept, or where there is no queue beside the table."""
    stores = books.stores
    if settings.zero_retention or stores.waiting is None or stores.notices is None:
        return None
    rooms = JobRooms(
        jobs=stores.jobs,
        objects=stores.objects,
        accounts=books.accounts,
        waiting=stores.waiting,
        notices=stores.notices,
        rule=JobRule(max_seconds=settings.job_seconds, item_seconds=settings.deadline_seconds),
    )
    courier = WebCourier(FetchRule(read_exemptions(settings.fetch_allow_hosts)))
    return Jobs(rooms, courier, JobUpkeep(rooms), Webhooks(rooms, courier, stores.secret))
