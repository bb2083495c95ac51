"""P98, the lines of text that AMBrc, TranX and Vostok decoders send, without any I/O.

Strategy: a line is what stands between 0x01 and a line end: fields that end with a tab each, then
`x` and the checksum in hexadecimal.  It is P3's checksum, over the characters as they were sent:
some decoders write 46.820, others 46.82.  A line that is not sound is told as `Garbled`; no bytes
whatever raise.
"""

import re

from lastlap.errors import InputError
from lastlap.events import FINISH_LINE, Passing
from lastlap.times import SECOND, Duration, Instant, after, between
from lastlap.timing.framing import Framing, checksum
from lastlap.timing.said import Garbled, Missed, OtherLine, Restarted, Said, Status

LONGEST = 254
"""The most characters of a line; the longest seen has 49."""

_LINE = re.compile(rb"\x01((?:[ -~]*\t)+)x([0-9A-Fa-f]{1,4})\r?\n")
_NUMBER = r"([0-9]{0,10})\t"
_SECONDS = r"([0-9]{1,10})(?:\.([0-9]{0,6}))?\t"
_PASSING = re.compile(rf"@\t{_NUMBER}{_NUMBER}([!-~]+)\t{_SECONDS}{_NUMBER}{_NUMBER}[ -~]*")
_STATUS = re.compile(rf"#\t{_NUMBER}{_NUMBER}([0-9]{{1,10}})(?:\t[ -~]*)*")
_OWN_NUMBER = re.compile(r"[0-9]{1,10}")
_TRANSPONDER = re.compile(r"[!-~]{1,100}")
_TEXT = re.compile(r"[ -~\t]{1,200}")
_ZERO = Instant(0)
_VALID = 2  # the state of a passing; no other was seen


class P98:
    """The P98 of one line: what the decoder on it says.

    It counts seconds since it was switched on: *epoch* is the moment of that, if it is known; after
    a `Restarted` it is another.
    *source* is what passings name as their source; without, it is the decoder's own number.
    P98 has no requests: a passing that was missed is lost.
    """

    def __init__(self, source: str = "", epoch: Instant = _ZERO, loop: str = FINISH_LINE) -> None:
        self._source = source
        self._epoch = epoch
        self._loop = loop
        self._framing = Framing(b"\x01", rb"\r?\n", rb"\x01\r\n", LONGEST)
        self._last: int | None = None

    @property
    def kept(self) -> int:
        """How many bytes wait for the rest of their line; twice `LONGEST` at most, and a few."""
        return self._framing.kept

    def receive(self, data: bytes) -> list[Said]:
        """What *data* tells, together with what was kept; the beginning of a line is kept.

        However the bytes are split over calls, the same is told.  A gap in the numbers is `Missed`;
        since all lines are counted, what is missing may be no passing.
        """
        said: list[Said] = []
        for line in self._framing.receive(data):
            said += [line] if isinstance(line, Garbled) else self._read(line)
        return said

    def finish(self) -> list[Said]:
        """What was kept, when the line is cut; after that, `receive` takes a new connection's bytes."""
        return [*self._framing.finish()]

    @staticmethod
    def encode(said: Passing | Status | OtherLine, epoch: Instant = _ZERO) -> bytes:
        """The line that says so, as a Vostok writes it: the inverse of `receive`.

        A passing's source is said if it is a decoder's number; its loop is never said, and of a
        status only number, noise and decoder are.  Raises `InputError` for what P98 cannot say.
        """
        body = f"{_text(said, epoch)}\t".encode("ascii")
        return b"\x01%bx%04X\r\n" % (body, checksum(body))

    def _read(self, sent: bytes) -> list[Said]:
        line = _LINE.fullmatch(sent)
        if line is None:
            return [Garbled(sent, "no line of fields and a checksum")]
        if int(line[2], 16) != checksum(line[1]):
            return [Garbled(sent, "the checksum is wrong")]
        text = line[1][:-1].decode("ascii")
        if passing := _PASSING.fullmatch(text):
            return self._passing(passing)
        if status := _STATUS.fullmatch(text):
            return self._status(status)
        return [OtherLine(text)]

    def _passing(self, match: re.Match[str]) -> list[Said]:
        own, number, transponder, seconds, decimals, hits, strength = match.groups("")
        since = Duration(int(seconds) * SECOND + int(f"{decimals:0<6}"))
        passing = Passing(
            after(self._epoch, since),
            transponder,
            self._loop,
            self._source or own,
            _whole(number),
            _whole(strength),
            _whole(hits),
        )
        return [*self._counted(passing.number, _whole(own)), passing]

    def _status(self, match: re.Match[str]) -> list[Said]:
        decoder, number, noise = map(_whole, match.groups())
        return [*self._counted(number, decoder), Status(noise or 0, number=number, decoder=decoder)]

    def _counted(self, number: int | None, decoder: int | None) -> list[Said]:
        """What the number of a line tells beside it."""
        if number is None:
            return []
        last, self._last = self._last, number
        if last is None or number in {last, last + 1}:
            return []
        if number > last:
            return [Missed(last + 1, number - 1, decoder)]
        return [Restarted(number, decoder)]


def _whole(text: str) -> int | None:
    return int(text) if text else None


# To text


def _text(said: Passing | Status | OtherLine, epoch: Instant) -> str:
    if isinstance(said, Passing):
        return _passing_text(said, between(epoch, said.at))
    if isinstance(said, Status):
        return "\t".join(("#", *map(_digits, (said.decoder, said.number, said.noise))))
    if isinstance(said, OtherLine) and _TEXT.fullmatch(said.text):
        return said.text
    message = f"{said!r} is nothing that P98 can say"
    raise InputError(message)


def _passing_text(passing: Passing, since: Duration) -> str:
    if not _TRANSPONDER.fullmatch(passing.transponder):
        message = f"{passing.transponder!r} is no transponder: letters and digits without blanks are"
        raise InputError(message)
    own = passing.source if _OWN_NUMBER.fullmatch(passing.source) else ""
    seconds, rest = divmod(since, SECOND)
    decimals = f"{rest:06}".removesuffix("000")
    counts = map(_digits, (passing.hits, passing.strength, _VALID))
    head = ("@", own, _digits(passing.number), passing.transponder)
    return "\t".join((*head, f"{_digits(seconds)}.{decimals}", *counts))


def _digits(number: int | None) -> str:
    """The number as P98 writes it; nothing if it is not known."""
    digits = "" if number is None else str(number)
    if digits and not _OWN_NUMBER.fullmatch(digits):
        message = f"P98 cannot say {digits}: its numbers have at most ten digits, and are not below zero"
        raise InputError(message)
    return digits
