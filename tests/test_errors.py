"""What callers can catch, and that one net catches all."""

import re

import pytest

from lastlap import errors
from lastlap.errors import InputError, LastlapError, MeetError, RefusedError, RulebookError


@pytest.mark.parametrize("kind", [RulebookError, InputError, RefusedError, MeetError])
def test_whoever_catches_lastlap_error_catches_all(kind: type[LastlapError]) -> None:
    """Each of the four errors is a `LastlapError` and keeps its sentence."""
    sentence = "row 3 has no birth year: fill it in"
    with pytest.raises(LastlapError, match=sentence):
        raise kind(sentence)


def test_the_drawn_tree_is_the_whole_tree() -> None:
    """The picture in the module's docstring shows every error that there is, and no other."""
    drawn = re.findall(r"^[├└]── (\w+)", errors.__doc__ or "", re.MULTILINE)
    assert drawn == [kind.__name__ for kind in LastlapError.__subclasses__()]
