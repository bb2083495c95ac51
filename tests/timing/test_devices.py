"""How a device is written, and what there is to know of its language."""

from datetime import date

import pytest

from lastlap.errors import InputError
from lastlap.timing.devices import LANGUAGES, parse_device
from lastlap.timing.wall import WallClock


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

    def test_a_loop_of_its_own(self) -> None:
        """A box half way round, and a device with two lines."""
        assert parse_device("back@200m=tcp://10.0.0.8:5403").loop == "200m"
        timy = parse_device("line@C1:FIN,C2:200m=alge+serial:/dev/ttyS0")
        assert (timy.loop, timy.loops) == ("FIN", {"C1": "FIN", "C2": "200m"})

    @pytest.mark.parametrize("text", ["line@C1:,C2:200m=alge+serial:/dev/ttyS0", "line@C1:FIN,C2=tcp://a:1"])
    def test_loops_that_cannot_be(self, text: str) -> None:
        """Every line has a loop."""
        with pytest.raises(InputError, match="write loops as LINE:LOOP,LINE:LOOP"):
            parse_device(text)

    def test_a_photo_finish_is_a_folder(self) -> None:
        """Its language comes in files, and a folder makes no sense without."""
        with pytest.raises(InputError, match=r"name their folder, as in photo=lynx[+]folder:PATH"):
            parse_device("photo=lynx+tcp://10.0.0.9:1")
        assert parse_device("photo=lynx+folder:results").address.path == "results"

    def test_no_device_at_all(self) -> None:
        """Nothing is no device."""
        with pytest.raises(InputError, match=r"is no device: write NAME=LANGUAGE[+]ADDRESS"):
            parse_device("")

    def test_every_language_has_a_decoder(self) -> None:
        """Each says nothing of nothing, and nothing is left at the end."""
        wall = WallClock(date(2018, 2, 24))
        for name in LANGUAGES:
            kind = LANGUAGES[name].kind or "file"
            decoder = LANGUAGES[name].decoder(parse_device(f"box={name}+{kind}:x"), wall)
            assert not decoder.finish()
