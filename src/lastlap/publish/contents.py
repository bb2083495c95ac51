"""Which sheets there are of a meet, in the order of a results book."""

from collections.abc import Collection, Iterator

from lastlap.publish import results
from lastlap.publish.book import Book, Chapter
from lastlap.publish.sheet import Sheet


def sheets(book: Book, races: Collection[str] = (), *, reasons: bool = False) -> tuple[Sheet, ...]:
    """Every sheet that the *book* has something for; of certain *races* alone, if any are named."""
    found: list[Sheet] = []
    for competition in book.competitions.values():
        found += _of_competition(book, competition.id) if not races else []
        for race in competition.races:
            chapter = book.chapters.get(race)
            if chapter and (not races or race in races):
                found += _of_race(book, chapter, reasons=reasons)
    return tuple(found)


def _of_competition(book: Book, name: str) -> Iterator[Sheet]:
    competition = book.competitions[name]
    yield from filter(None, [results.summary(book, competition)])


def _of_race(book: Book, chapter: Chapter, *, reasons: bool) -> Iterator[Sheet]:
    if chapter.race.start is not None or chapter.race.front:
        yield results.result(book, chapter, reasons=reasons)
        if book.meet.profile == "world-cup":
            yield results.world_cup_sheet(book, chapter)
