"""Which sheets there are of a meet, in the order of a results book."""

from collections.abc import Collection, Iterator

from lastlap.competition import Competition
from lastlap.publish.book import Book, Chapter
from lastlap.publish.decisions import decisions
from lastlap.publish.lap_chart import lap_chart
from lastlap.publish.lists import entries, start_list
from lastlap.publish.medal_lists import medal_standings, medallists_by_event, medallists_of
from lastlap.publish.results import result, summary, world_cup_sheet
from lastlap.publish.sheet import Sheet


def sheets(book: Book, races: Collection[str] = (), *, reasons: bool = False) -> tuple[Sheet, ...]:
    """Every sheet that the *book* has something for; of certain *races* alone, if any are named."""
    found: list[Sheet | None] = []
    if not races:
        found += [medallists_by_event(book), medal_standings(book)]
    for competition in book.competitions.values():
        if not races:
            found += [
                entries(book, competition),
                medallists_of(book, competition),
                summary(book, competition),
            ]
        for chapter in _backwards(book, competition):
            if not races or chapter.id in races:
                found += _of_race(book, chapter, reasons=reasons)
    return tuple(sheet for sheet in found if sheet)


def _backwards(book: Book, competition: Competition) -> list[Chapter]:
    """The races of a competition, the final first: so results books have it."""
    return [book.chapters[race] for race in reversed([*competition.races]) if race in book.chapters]


def _of_race(book: Book, chapter: Chapter, *, reasons: bool) -> Iterator[Sheet | None]:
    yield start_list(book, chapter)
    if chapter.race.start is not None or chapter.race.front:
        yield result(book, chapter, reasons=reasons)
        if book.meet.profile == "world-cup":
            yield world_cup_sheet(book, chapter)
        yield lap_chart(book, chapter)
    yield decisions(book, chapter)
