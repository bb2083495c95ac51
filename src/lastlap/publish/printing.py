"""The sheets that go out with the feed: a race's start list and official result, as PDF."""

from collections.abc import Callable, Iterable

from lastlap.events import Record
from lastlap.publish.book import Chapter, book, utc
from lastlap.publish.lists import start_list
from lastlap.publish.odf.told import Told, Unit
from lastlap.publish.results import result


class Printer:
    """Prints the sheets of *records*, the log of a meet, as they were when the feed had got so far.

    What was printed is kept until somebody says something more of the race.
    """

    def __init__(self, records: Callable[[], Iterable[Record]]) -> None:
        self._records = records
        self._printed: dict[tuple[str, str], tuple[int, bytes | None]] = {}

    def __call__(self, told: Told, unit: Unit, sheet: str) -> bytes | None:
        """The *sheet* of a race as a PDF; `None` if there is nothing to print."""
        number = max((record.number for record in told.races[unit.race].records), default=0)
        kept = self._printed.get((unit.race, sheet))
        if kept is None or kept[0] != number:
            kept = self._printed[unit.race, sheet] = number, self._print(unit.race, sheet, number)
        return kept[1]

    def _print(self, race: str, sheet: str, number: int) -> bytes | None:
        from lastlap.publish.pdf import as_pdf  # noqa: PLC0415 - the typesetter takes its time to load

        found = book(record for record in self._records() if record.number <= number)
        chapter: Chapter | None = found.chapters.get(race)
        if chapter is None:
            return None
        page = start_list(found, chapter) if sheet == "start list" else result(found, chapter)
        return as_pdf([page], utc(chapter.last.at)) if page else None
