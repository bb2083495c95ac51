"""How a device is written, and what there is to know of its language."""

import pytest

from lastlap.errors import InputError
from lastlap.timing.devices import parse_device


class TestDevices:
    """How the timekeeper names a device."""

    def test_name_language_and_address(self) -> None:
        """All of it, or the address alone."""
        assert parse_device("line=p98+serial:/dev/ttyS0@9600").name == "line"
        plain = parse_device("tcp://10.0.0.7:5403")
        assert (plain.name, plain.language) == ("tcp://10.0.0.7:5403", "p3")

    def test_an_unknown_language(self) -> None:
        """The answer lists those that are spoken here."""
        with pytest.raises(InputError, match="nobody here speaks 'x2': choose one of p3, p98, rmonitor"):
            parse_device("box=x2+tcp://10.0.0.7:5403")
