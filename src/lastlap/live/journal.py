"""The server's own log: a line of JSON for each thing worth knowing, on stderr."""

import logging
import sys
import time
from typing import Any, TextIO

import msgspec


class Lines(logging.Formatter):
    """A record of the log as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        seconds = time.gmtime(record.created)
        line: dict[str, Any] = {
            "at": f"{time.strftime('%Y-%m-%dT%H:%M:%S', seconds)}.{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "of": record.name,
            "says": record.getMessage(),
        }
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


def write_log(level: str = "info", out: TextIO | None = None) -> None:
    """From now on whatever the program logs goes to *out* (stderr if not given), a line of JSON each."""
    lines = logging.StreamHandler(out or sys.stderr)
    lines.setFormatter(Lines())
    logging.basicConfig(handlers=[lines], level=level.upper(), force=True)
    # uvicorn says at length what it does when it starts and stops; here only trouble counts.
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
