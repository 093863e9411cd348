"""
A job: pictures to be made later, its claim by a worker, and how it ends.

A state only moves forward: queued, processing, then completed or failed; cancelled comes after all of them.
A job ends by one write. Its money, its clean-up and its notice follow from that write, by whoever comes
by, until the job is settled.
"""

from handler.domain.job.job import Job
from handler.domain.job.parts import (
    ItemState,
    JobFault,
    JobFile,
    JobItem,
    Lease,
    Webhook,
    WebhookAttempt,
)
from handler.domain.job.states import JobState
from handler.domain.job.view import FileView, ItemView, JobView

__all__ = [
    "FileView",
    "ItemState",
    "ItemView",
    "Job",
    "JobFault",
    "JobFile",
    "JobItem",
    "JobState",
    "JobView",
    "Lease",
    "Webhook",
    "WebhookAttempt",
]
