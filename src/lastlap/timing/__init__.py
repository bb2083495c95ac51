"""What timing devices say, out of their bytes, and back: `P3` and `P98`, without any I/O.

Bytes go in by `receive`, which returns what they tell: a `Passing`, a `Status`, a `Missed` ...
How a device's clock stands against ours is the business of `Clock`.
"""

from lastlap.events import Passing
from lastlap.timing.clocks import Clock, Estimate, Jump, Reading
from lastlap.timing.p3 import P3
from lastlap.timing.p98 import P98
from lastlap.timing.said import (
    FAULTS,
    MODELS,
    Fault,
    Garbled,
    GetTime,
    GetVersion,
    Missed,
    Other,
    OtherLine,
    Resend,
    Restarted,
    Said,
    Status,
    Time,
    Version,
    passing_key,
)

__all__ = [
    "FAULTS",
    "MODELS",
    "P3",
    "P98",
    "Clock",
    "Estimate",
    "Fault",
    "Garbled",
    "GetTime",
    "GetVersion",
    "Jump",
    "Missed",
    "Other",
    "OtherLine",
    "Passing",
    "Reading",
    "Resend",
    "Restarted",
    "Said",
    "Status",
    "Time",
    "Version",
    "passing_key",
]
