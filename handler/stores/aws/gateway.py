"""API Gateway's own keys, on one usage plan."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from handler.domain.errors import StoreUnavailableError

if TYPE_CHECKING:
    from botocore.client import BaseClient


class AwsGatewayKeys:
    """The keys of a usage plan."""

    def __init__(self, client: "BaseClient", usage_plan_id: str) -> None:
        # Typed as any client: the stubs for this service are not among the development tools.
        self._client: Any = client
        self._usage_plan_id = usage_plan_id

    def create(self, name: str, value: str) -> str:
        """Make a gateway key of this value and put it on the plan."""
        with _translated():
            made: str = self._client.create_api_key(name=name, value=value, enabled=True)["id"]
        try:
            with _translated():
                self._client.create_usage_plan_key(
                    usagePlanId=self._usage_plan_id, keyId=made, keyType="API_KEY"
                )
        except StoreUnavailableError:
            # A key on no plan opens nothing and would only take up one of the account's 10,000.
            self.delete(made)
            raise
        return made

    def delete(self, gateway_key_id: str) -> None:
        """Take a gateway key off the plan and remove it."""
        gone = self._client.exceptions.NotFoundException
        with _translated():
            with suppress(gone):
                self._client.delete_usage_plan_key(usagePlanId=self._usage_plan_id, keyId=gateway_key_id)
            with suppress(gone):
                self._client.delete_api_key(apiKey=gateway_key_id)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise StoreUnavailableError from error
