"""A secret in Secrets Manager."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from handler.domain.errors import StoreUnavailableError

if TYPE_CHECKING:
    from botocore.client import BaseClient


class AwsSecret:
    """One secret, read when it is first asked for: most functions never need it."""

    def __init__(self, connect: "Callable[[], BaseClient]", secret_id: str) -> None:
        self._connect = connect
        self._secret_id = secret_id
        self._secret = b""

    def read(self) -> bytes:
        """The secret's text, as bytes."""
        if not self._secret:
            try:
                answer = self._client.get_secret_value(SecretId=self._secret_id)
            except (BotoCoreError, ClientError) as error:
                raise StoreUnavailableError from error
            self._secret = answer["SecretString"].encode()
        return self._secret

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401 # the stubs for this service are not among the development tools
        return self._connect()
