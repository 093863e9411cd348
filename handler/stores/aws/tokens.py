"""Used tokens in DynamoDB."""

from handler.domain.rate import SECOND_US
from handler.stores.aws.table import ConditionFailedError, Put, Table


class AwsTokenUses:
    """The uses of a deployment's tokens."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def use(self, digest: str, expires_at_us: int) -> bool:
        """Note the use; False where it was noted before."""
        item = {"pk": f"TOKEN#{digest}", "sk": "TOKEN", "expires_at": -(-expires_at_us // SECOND_US)}
        try:
            self._table.put(Put(item, "attribute_not_exists(#pk)"))
        except ConditionFailedError:
            return False
        return True

    def forget_expired(self, now_us: int) -> None:
        """Nothing: the table cleans itself by its expiry."""
