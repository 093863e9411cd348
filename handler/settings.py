"""Every setting, read once from the environment; the only module that reads it."""

import json
import os
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, BeforeValidator, Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from handler.domain.errors import InvalidParameterError
from handler.domain.limits import Limits
from handler.domain.money import price_list
from handler.fetch.target import read_exemptions

REPOSITORY = Path(__file__).resolve().parent.parent
# Lambda gives one core's worth of time for each of these.
MEGABYTES_PER_CPU = 1769
# The event is at most 6,291,456 bytes of JSON and base64 adds a third; the rest is for headers.
LAMBDA_MAX_RESULT_BYTES = 4_680_000
PREFIX = "CLEARCUT_"


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _from_json(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise ValueError(f'expected JSON such as {{"native.picture": "0.5"}}, got {value}') from error


LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)]
# Read here and not by the library, whose complaint would name no variable.
Prices = Annotated[dict[str, str], NoDecode, BeforeValidator(_from_json)]


class Settings(BaseSettings):
    """What an owner may change, each with the prefix CLEARCUT_ in the environment."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", populate_by_name=True, env_ignore_empty=True
    )

    home: Path = Field(Path(".clearcut"), description="Folder of the embedded stores.")
    host: str = Field("127.0.0.1", description="Address that the local server listens on.")
    port: int = Field(
        8000,
        ge=0,
        le=65535,
        validation_alias=AliasChoices("CLEARCUT_PORT", "PORT"),
        description="Port of the local server; PORT works too.",
    )
    public_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#@]+(/[^\s?#]*)?)?$",
        description="Address that callers use, for links to the service; empty is the local server's own.",
    )
    table_name: str = Field("", description="DynamoDB table of the accounts; empty means the embedded store.")
    bucket: str = Field("", description="S3 bucket of what is too large for the table; needed with a table.")
    usage_plan_id: str = Field("", description="API Gateway usage plan that gateway keys are attached to.")
    secret_id: str = Field("", description="Secrets Manager secret that signs client tokens, beside a table.")
    aws_endpoint: str = Field(
        "", pattern=r"^(https?://\S+)?$", description="Another address for the AWS services, for tests."
    )
    models_dir: Path = Field(
        REPOSITORY / "layers" / "onnx_models", description="Folder of models.toml and the model files."
    )
    threads: int = Field(
        0, ge=0, le=64, description="Threads of one picture; 0 takes what the machine gives."
    )
    max_bytes: int = Field(20 * 1024 * 1024, ge=1, description="Largest picture taken, in bytes.")
    max_pixels: int = Field(
        50_000_000, ge=1, le=89_000_000, description="Largest picture taken, in pixels; at most 89,000,000."
    )
    max_result_bytes: int = Field(
        0,
        ge=0,
        description="Largest answer; 0 is what the transport carries: 4,680,000 on Lambda, else no bound.",
    )
    matte_cache: bool = Field(
        True,  # noqa: FBT003 # a default
        description="Keep each picture's matte for a week; seen again, it takes no model.",
    )
    zero_retention: bool = Field(
        False,  # noqa: FBT003 # a default
        description="Store no bytes of a caller's picture; what cannot work without is answered 403.",
    )
    max_running: int = Field(2, ge=1, le=64, description="Pictures worked on at once; more wait.")
    max_waiting: int = Field(16, ge=0, le=1000, description="Requests that may wait; more are answered 503.")
    deadline_seconds: float = Field(27.0, gt=0, description="Longest time for one picture.")
    hold_seconds: int = Field(120, ge=10, description="When an unfinished charge is given back.")
    jobs_queue: str = Field("", description="SQS queue of jobs; without one beside a table there are none.")
    notices_queue: str = Field("", description="SQS queue of webhooks to be told, likewise.")
    job_seconds: int = Field(
        3600, ge=60, le=43_200, description="Longest time from a job's submission to its end."
    )
    job_workers: int = Field(1, ge=1, le=16, description="Jobs worked on at once.")
    prices: Prices = Field(
        default_factory=dict,
        description='Prices that differ from the usual, as JSON in credits: {"native.picture": "0.5"}.',
    )
    requests_per_second: int = Field(20, ge=1, description="Rate limit of an account.")
    requests_per_minute: int = Field(500, ge=1, description="Rate limit of an account.")
    dialects: str = Field("all", description="Dialects that are served, by commas, or all.")
    open_dialects: str = Field(
        "rembg,snapotter",
        description="Dialects whose clients may come without a key, by commas, or none; they work on the "
        "account of CLEARCUT_OPEN_ACCOUNT.",
    )
    open_account: str = Field(
        "",
        description="Account of callers without a key; empty is the embedded store's own, and with a table "
        "nobody comes without one.",
    )
    fetch_allow_hosts: str = Field(
        "",
        description="Hosts, or host:port, whose pictures are fetched though they are not public; by commas.",
    )
    log_level: LogLevel = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    lambda_function: str = Field(
        "", validation_alias="AWS_LAMBDA_FUNCTION_NAME", description="Set by Lambda."
    )
    lambda_megabytes: int = Field(
        0, validation_alias="AWS_LAMBDA_FUNCTION_MEMORY_SIZE", description="Set by Lambda."
    )

    @field_validator("prices")
    @classmethod
    def _check_prices(cls, prices: dict[str, str]) -> dict[str, str]:
        try:
            price_list(prices)
        except InvalidParameterError as error:
            raise ValueError(str(error)) from error
        return prices

    @field_validator("fetch_allow_hosts")
    @classmethod
    def _check_fetch_allow_hosts(cls, hosts: str) -> str:
        read_exemptions(hosts)
        return hosts

    @model_validator(mode="after")
    def _check_that_lambda_fetches_from_the_public_only(self) -> Self:
        if self.on_lambda and self.fetch_allow_hosts:
            raise ValueError("CLEARCUT_FETCH_ALLOW_HOSTS is refused on Lambda: it would open its own runtime")
        return self

    @property
    def on_lambda(self) -> bool:
        """Whether this process is a Lambda function."""
        return bool(self.lambda_function)

    @property
    def address(self) -> str:
        """What absolute addresses begin with; never what a caller says that the host is."""
        if self.public_url or self.on_lambda:
            return self.public_url.rstrip("/")
        return f"http://127.0.0.1:{self.port}"

    @property
    def thread_count(self) -> int:
        """Threads that really are there: on Lambda more cores are seen than are paid for."""
        if self.threads:
            return self.threads
        if self.lambda_megabytes:
            return max(1, round(self.lambda_megabytes / MEGABYTES_PER_CPU))
        return len(os.sched_getaffinity(0))

    @property
    def limits(self) -> Limits:
        """The bounds on one picture."""
        transport = LAMBDA_MAX_RESULT_BYTES if self.on_lambda else None
        return Limits(
            max_bytes=self.max_bytes,
            max_pixels=self.max_pixels,
            max_result_bytes=self.max_result_bytes or transport,
        )


def variable_name(location: str) -> str:
    """What a setting is called in the environment, by its name here or by one of its own aliases."""
    for field in Settings.model_fields.values():
        alias = field.validation_alias
        if isinstance(alias, AliasChoices) and location in alias.choices:
            return " or ".join(map(str, alias.choices))
    return location if location.isupper() else f"{PREFIX}{location.upper()}"
