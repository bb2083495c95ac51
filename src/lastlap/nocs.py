"""The committees that send skaters: their codes and English names."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import msgspec

from lastlap.sources import packaged, parse_table


@lru_cache
def nocs() -> Mapping[str, str]:
    """The English name of every NOC by its code, teams such as `AIN` and `OAR` included.

    >>> nocs()["NED"]
    'Netherlands'
    """
    return MappingProxyType(parse_nocs(packaged("noc.csv")))


def parse_nocs(text: str, origin: str = "noc.csv") -> dict[str, str]:
    """The names by code that the CSV *text* lists; raises `InputError` for a row that cannot be used."""
    return {row.code: row.name_en for row in parse_table(text, _Noc, origin)}


class _Noc(msgspec.Struct, frozen=True):
    """A row of the table; what else stands in it is of no use here."""

    code: str
    name_en: str
