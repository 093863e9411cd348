"""Logs: one JSON line each on Lambda, one plain line each in a terminal; never a key, never a picture."""

import logging

HOUSE = "handler"


def configure_logging(level: str, *, structured: bool) -> None:
    """Send the house's log lines to standard output or error, in the form that fits their reader."""
    house = logging.getLogger(HOUSE)
    house.handlers.clear()
    house.propagate = False
    house.setLevel(level.upper())
    handler = logging.StreamHandler()
    if structured:
        from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter  # noqa: PLC0415 - cold start

        handler.setFormatter(LambdaPowertoolsFormatter())
    else:
        handler.setFormatter(_PlainFormatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S"))
    house.addHandler(handler)


def name_invocation(**names: str | None) -> None:
    """Put these names on every line of this invocation, and take those of the one before away."""
    from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter  # noqa: PLC0415 - as above

    for handler in logging.getLogger(HOUSE).handlers:
        if isinstance(handler.formatter, LambdaPowertoolsFormatter):
            handler.formatter.clear_state()
            handler.formatter.append_keys(**names)


class _PlainFormatter(logging.Formatter):
    """Shows what a line carries besides its message as `name=value`."""

    _OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

    def format(self, record: logging.LogRecord) -> str:
        """Append the extras."""
        extras = " ".join(f"{key}={value}" for key, value in vars(record).items() if key not in self._OWN)
        return f"{super().format(record)} {extras}".rstrip()
