"""The tables of the SQLite file, as the steps that brought them; a file takes those that it has not had."""

_BOOKS = (
    """CREATE TABLE accounts (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        plan TEXT NOT NULL,
        created_at_us INTEGER NOT NULL,
        status TEXT NOT NULL,
        granted INTEGER NOT NULL CHECK (granted >= 0),
        balance INTEGER NOT NULL CHECK (balance >= 0),
        spent INTEGER NOT NULL CHECK (spent >= 0)
    ) STRICT""",
    """CREATE TABLE holds (
        account_id TEXT NOT NULL REFERENCES accounts (id),
        id TEXT NOT NULL,
        amount INTEGER NOT NULL CHECK (amount > 0),
        expires_at_us INTEGER NOT NULL,
        PRIMARY KEY (account_id, id)
    ) STRICT""",
    """CREATE TABLE tats (
        account_id TEXT NOT NULL REFERENCES accounts (id),
        rate TEXT NOT NULL,
        tat_us INTEGER NOT NULL,
        PRIMARY KEY (account_id, rate)
    ) STRICT""",
    """CREATE TABLE ledger (
        account_id TEXT NOT NULL REFERENCES accounts (id),
        id TEXT NOT NULL,
        kind TEXT NOT NULL,
        amount INTEGER NOT NULL,
        at_us INTEGER NOT NULL,
        reference TEXT NOT NULL,
        PRIMARY KEY (account_id, id)
    ) STRICT""",
    """CREATE TRIGGER ledger_keeps BEFORE UPDATE ON ledger
        BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER ledger_stays BEFORE DELETE ON ledger
        BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END""",
    """CREATE TABLE keys (
        digest TEXT PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        account_id TEXT NOT NULL REFERENCES accounts (id),
        label TEXT NOT NULL,
        test INTEGER NOT NULL,
        last_four TEXT NOT NULL,
        created_at_us INTEGER NOT NULL,
        last_used_at_us INTEGER,
        expires_at_us INTEGER,
        revoked_at_us INTEGER,
        account_suspended INTEGER NOT NULL,
        gateway_key_id TEXT UNIQUE
    ) STRICT""",
    "CREATE INDEX keys_of_account ON keys (account_id, id)",
    """CREATE TABLE attempts (
        account_id TEXT NOT NULL,
        name TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        owner TEXT NOT NULL,
        hold_id TEXT NOT NULL,
        paid INTEGER NOT NULL,
        deadline_us INTEGER NOT NULL,
        expires_at_us INTEGER NOT NULL,
        status INTEGER,
        headers TEXT,
        body BLOB,
        body_name TEXT,
        PRIMARY KEY (account_id, name)
    ) STRICT""",
    "CREATE INDEX attempts_by_expiry ON attempts (expires_at_us)",
)
_TOKENS = (
    """CREATE TABLE used_tokens (
        digest TEXT PRIMARY KEY,
        expires_at_us INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX used_tokens_by_expiry ON used_tokens (expires_at_us)",
)
_JOBS = (
    # The record is the whole job; the columns are what it is looked for by.
    """CREATE TABLE jobs (
        id TEXT PRIMARY KEY,
        created_at_us INTEGER NOT NULL,
        settled INTEGER NOT NULL,
        expires_at_us INTEGER,
        forget_at_us INTEGER NOT NULL,
        record BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX unsettled_jobs ON jobs (created_at_us) WHERE NOT settled",
    "CREATE INDEX jobs_by_expiry ON jobs (expires_at_us) WHERE settled",
    "CREATE INDEX jobs_by_forgetting ON jobs (forget_at_us) WHERE settled",
    """CREATE TABLE messages (
        id INTEGER PRIMARY KEY,
        queue TEXT NOT NULL,
        body TEXT NOT NULL,
        visible_at_us INTEGER NOT NULL,
        receives INTEGER NOT NULL,
        receipt TEXT UNIQUE
    ) STRICT""",
    "CREATE INDEX messages_by_turn ON messages (queue, visible_at_us, id)",
)
# A step that was released stays as it is; what comes later is a step of its own.
STEPS: tuple[tuple[str, ...], ...] = (_BOOKS, _TOKENS, _JOBS)
