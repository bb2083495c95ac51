"""The codes and names of those who send skaters."""

import pytest

from lastlap.errors import InputError
from lastlap.nocs import nocs, parse_nocs


def test_nocs_are_known_by_code() -> None:
    """Countries, and teams that competed without one; the federation itself sends nobody."""
    assert nocs()["KOR"] == "Korea"
    assert nocs()["OAR"] == "Olympic Athlete from Russia"
    assert "ISU" not in nocs()


def test_every_code_is_three_capitals() -> None:
    """That is how sheets print them."""
    assert len(nocs()) > 200
    assert [code for code in nocs() if not (len(code) == 3 and code.isalpha() and code.isupper())] == []


def test_a_row_without_a_name_is_refused() -> None:
    """A code alone tells nobody anything."""
    with pytest.raises(InputError, match=r"mine, row 2: .*`name_en`"):
        parse_nocs("code,name_en\nXYZ,\n", "mine")
