"""Used tokens in SQLite."""

from handler.stores.local.database import Database


class LocalTokenUses:
    """The uses of one machine's tokens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def use(self, digest: str, expires_at_us: int) -> bool:
        """Note the use; False where it was noted before."""
        with self._database.writing() as connection:
            noted = connection.execute(
                "INSERT INTO used_tokens VALUES (?, ?) ON CONFLICT DO NOTHING", (digest, expires_at_us)
            )
            return noted.rowcount == 1

    def forget_expired(self, now_us: int) -> None:
        """Drop what no token can ask for any longer."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM used_tokens WHERE expires_at_us <= ?", (now_us,))
