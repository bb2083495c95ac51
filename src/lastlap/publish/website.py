"""The whole meet as files that any web space can serve: results, report, ceremony, privacy, and what else is there.

Strategy: pages are made from the log alone and link to whatever other files stand in the folder, so
that sheets, charts, calendars and feeds need not know of them.  All links are relative, nothing is
loaded from elsewhere, and no script is needed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from shutil import copyfile

import msgspec
from markupsafe import Markup

from lastlap.competition import Competition
from lastlap.errors import InputError
from lastlap.events import IncidentNoted, Record, ResultDeclared, SkaterFell
from lastlap.publish import put
from lastlap.publish import sheet as sheets
from lastlap.publish.book import Book, book
from lastlap.publish.ceremony import ceremony, clock_at
from lastlap.publish.charts import KINDS, chart
from lastlap.publish.cited import moment_at
from lastlap.publish.lists import start_list
from lastlap.publish.offered import FORMATS, offered
from lastlap.publish.report import Report, report
from lastlap.publish.report_page import Link, as_html
from lastlap.publish.results import result
from lastlap.publish.scene import Scene, Stage
from lastlap.publish.story import Story
from lastlap.publish.templates import filled, style
from lastlap.publish.words import LANGUAGES, language
from lastlap.race import Status

STYLE = "style.css"
_FINAL = (Status.OFFICIAL, Status.CORRECTED)
_MEDALS = ("gold", "silver", "bronze")


class Column(msgspec.Struct, frozen=True):
    """A column of a table."""

    title: str
    kind: str = ""
    """The classes of its cells."""
    heads: bool = False
    """Whether its cells are the heads of their rows."""

    @property
    def numeric(self) -> bool:
        """Whether it stands to the right."""
        return "num" in self.kind


class Cell(msgspec.Struct, frozen=True):
    """A cell of a table."""

    text: str
    void: bool = False
    """Whether it is points that do not count."""


class Table(msgspec.Struct, frozen=True):
    """A table of a page."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def write_site(
    records: Sequence[Record],
    out: Path,
    story: Story | None = None,
    *,
    beside: Path | None = None,
    contact: str = "",
) -> list[Path]:
    """Writes the pages of a meet into the folder *out*, and returns them.

    What else stands in *out* is linked.  Pictures of the *story* are copied from the folder
    *beside*; *contact* is whom to ask about personal data.

    Raises `InputError` if a file cannot be written, or a picture is not there.
    """
    stage = Stage(records)
    shelf = _Shelf(stage, out, contact or "the organiser of the meet")
    reports = {lang: report(records, lang, story) for lang in LANGUAGES}
    pages = dict(_pages(shelf, reports, records))
    written = []
    try:
        for name, text in pages.items():
            file = out / name
            file.parent.mkdir(parents=True, exist_ok=True)
            put(file, text.encode())
            written.append(file)
        pictures = [one.file for one in story.pictures] if story and beside else []
        for picture in pictures:
            copyfile((beside or out) / picture, out / "report" / Path(picture).name)
    except OSError as error:
        message = f"the site cannot be written: {error}"
        raise InputError(message) from error
    return written


def _pages(
    shelf: "_Shelf", reports: Mapping[str, Report], records: Sequence[Record]
) -> Iterator[tuple[str, str]]:
    """Every page by its path."""
    yield STYLE, style()
    yield "privacy.html", shelf.page("privacy.html", "", "Privacy", contact=shelf.contact)
    for lang, told in reports.items():
        links = _report_links(lang)
        foot = f"{language(lang).label('as_of')} {told.as_of}"
        yield f"report/{lang}.html", as_html(told, records, css=f"../{STYLE}", links=links, foot=foot)
    for one in shelf.stage.competitions.values():
        if shelf.stage.deciding(one):
            yield f"ceremony/{one.id}.html", _ceremony_page(shelf, one)
    for name, scene in shelf.stage.scenes.items():
        if scene.race.starters and scene.plan:
            yield f"races/{name}.html", _race_page(shelf, scene)
    yield "index.html", _index(shelf, reports["en"])


class _Shelf:
    """What all pages of a site share."""

    def __init__(self, stage: Stage, out: Path, contact: str) -> None:
        self.stage = stage
        self.book = book(stage.records)
        self.out = out
        self.contact = contact
        last = stage.records[-1] if stage.records else None
        self.as_of = f"As of record {last.number}" + (f", {self.clock(last)}" if last else "") if last else ""

    def clock(self, record: Record) -> str:
        """When a record was written, by the rink's clock."""
        local = moment_at(record.at) + timedelta(minutes=self.stage.opened.utc_offset)
        return f"{local:%Y-%m-%d %H:%M}"

    def page(self, template: str, up: str, title: str, **values: object) -> str:
        """A page with the frame that all have; *up* is the way from it to the start page."""
        opened = self.stage.opened
        links = [
            Link(f"{up}index.html", "Start"),
            Link(f"{up}report/en.html", "Report"),
            Link(f"{up}privacy.html", "Privacy"),
        ]
        return filled(
            template,
            lang="en",
            title=title,
            meet=opened.name,
            up=up,
            css=f"{up}{STYLE}",
            style="",
            skip="Skip to the text",
            nav="Pages",
            links=links,
            foot=f"{self.as_of}. Made with lastlap from the log of the meet.",
            **values,
        )

    def others(self) -> list[str]:
        """The files in the folder that are no pages of the site, by their paths."""
        ours = ("index.html", "privacy.html", STYLE)
        made = [path.relative_to(self.out).as_posix() for path in self.out.rglob("*") if path.is_file()]
        return sorted(
            path
            for path in made
            if path not in ours
            and not path.startswith(("races/", "report/", "ceremony/"))
            and Path(path).suffix[1:] in FORMATS
        )


def _report_links(lang: str) -> list[Link]:
    words = language(lang)
    others = [Link(f"{code}.html", language(code).words.name, code, code == lang) for code in LANGUAGES]
    return [
        Link("../index.html", words.label("home")),
        *others,
        Link("../privacy.html", words.label("privacy"), ""),
    ]


# The start page


def _index(shelf: _Shelf, told: Report) -> str:
    stage, opened = shelf.stage, shelf.stage.opened
    made_up = [scene for scene in stage.scenes.values() if scene.made_up]
    reconstructed = (
        "Reconstructed from result sheets; what each race makes up is said on its page." if made_up else ""
    )
    told_of = [one for one in told.paragraphs if one.sentences]
    leads = [one for one in told_of if one.name.endswith("/lead")] or told_of[:1]
    return shelf.page(
        "index.html",
        "",
        opened.name,
        ld=_ld(_meet_ld(shelf)),
        when=", ".join(filter(None, [opened.venue, shelf.book.day])),
        made_up=reconstructed,
        headline=told.headline.text,
        leads=[" ".join(sentence.text for sentence in one.sentences) for one in leads],
        reports=[Link(f"report/{code}.html", language(code).words.name, code) for code in LANGUAGES],
        competitions=[_competition(shelf, one) for one in stage.competitions.values()],
        feeds=[path for path in shelf.others() if path.endswith(".atom")],
        stacks=offered(shelf.book, shelf.others()),
    )


def _competition(shelf: _Shelf, one: Competition) -> dict[str, object]:
    stage = shelf.stage
    scene = stage.deciding(one)
    official = scene is not None and scene.race.status in _FINAL
    return {
        "title": shelf.book.event(one),
        "official": official,
        "podium_title": "Medals" if stage.opened.games else "First three",
        "podium": [
            (_MEDALS[who.rank - 1], who.rank, who.skater.name, who.skater.noc, who.score.bib)
            for who in (scene.finishers if scene else ())
            if who.rank and who.rank <= len(_MEDALS)
        ],
        "ceremony": f"ceremony/{one.id}.html" if scene else "",
        "races": [_race_line(shelf, stage.scenes[race]) for race in one.races],
    }


def _race_line(shelf: _Shelf, scene: Scene) -> dict[str, str]:
    plan = scene.plan
    return {
        "time": clock_at(plan.scheduled, shelf.stage.opened) if plan else "",
        "title": shelf.book.chapters[scene.name].phase if plan else scene.name,
        "href": f"races/{scene.name}.html" if scene.race.starters and plan else "",
        "status": scene.race.status.value,
    }


# A race


def _race_page(shelf: _Shelf, scene: Scene) -> str:
    opened, plan = shelf.stage.opened, scene.plan
    title = shelf.book.name(scene.name)
    at = clock_at(plan.scheduled, opened) if plan else ""
    stacks = [stack for stack in offered(shelf.book, shelf.others()) if stack.about == scene.name]
    links = [link for stack in stacks for offer in stack.offers for link in offer.links]
    return shelf.page(
        "race.html",
        "../",
        title,
        ld=_ld(_race_ld(shelf, scene)),
        heading=title,
        when=", ".join(filter(None, [shelf.book.day, at, scene.race.status.value])),
        notes=list(_notes(scene)),
        tables=[race_table(shelf.book, scene)],
        reasons=[(one.rank or "", one.skater.name, one.why) for one in scene.places if scene.is_over],
        incidents=[
            *(_incident(scene, one) for one in scene.told(SkaterFell)),
            *(_incident(scene, one) for one in scene.told(IncidentNoted)),
        ],
        charts=[_chart(shelf, link.href, scene.name) for link in links if link.href.endswith(".svg")],
        stacks=stacks,
    )


class Drawing(msgspec.Struct, frozen=True):
    """A chart on a page."""

    href: str
    title: str
    shows: str
    """What it shows, for who cannot see it."""


def _chart(shelf: _Shelf, path: str, race: str) -> Drawing:
    """A chart that stands beside the pages: one of ours with its description, any other by its name."""
    chapter, kind = shelf.book.chapters[race], Path(path).stem.removeprefix(f"{race}-")
    if kind in KINDS and chapter.race.front:
        drawn = chart(shelf.book, chapter, kind)
        return Drawing(f"../{path}", drawn.title, f"{drawn.whole}. {drawn.shows}")
    words = re.sub(r"[-_. ]+", " ", Path(path).stem.replace(race, "")).strip() or "chart"
    title = f"{words[0].upper()}{words[1:]}"
    return Drawing(f"../{path}", title, f"{title}: {shelf.book.name(race)}")


def _notes(scene: Scene) -> Iterator[str]:
    declared = scene.race.said(ResultDeclared)
    if scene.is_over and scene.race.status not in _FINAL:
        yield "Provisional: the result is not official."
    if declared and declared[-1].note:
        yield f"{declared[-1].status.value.capitalize()}: {declared[-1].note}."
    if scene.plan and scene.plan.reconstructed:
        yield f"Reconstructed; {scene.plan.reconstructed}. What a ~ stands before is made up."


def _incident(scene: Scene, one: IncidentNoted | SkaterFell) -> str:
    lap = f"Lap {one.lap}: " if one.lap is not None else ""
    place = f", {one.place}" if one.place else ""
    if isinstance(one, SkaterFell):
        by = one.brought_down_by
        over = f" over {scene.person(by).name}" if by in scene.race.starters and by is not None else ""
        return f"{lap}{scene.person(one.bib).name} fell{over}{place}."
    who = ", ".join(scene.person(bib).name for bib in one.bibs)
    return f"{lap}{who}{': ' if who else ''}{one.what}{place}."


def race_table(book: Book, scene: Scene) -> Table:
    """The result as its sheet has it, or before it the start list; what no source tells is marked."""
    chapter = book.chapters[scene.name]
    sheet = result(book, chapter) if scene.is_over else start_list(book, chapter)
    if sheet is None:
        return Table("Start list", (), ())
    found, doubtful = sheet.tables[0], _made_up(scene) if scene.is_over else set()
    caps = [column.key for column in found.columns].index("cap")
    columns = tuple(Column(one.title, _classes(one), one.key == "name") for one in found.columns)
    rows = tuple(
        tuple(
            Cell(
                f"{_MADE_UP if (row.cells[caps].value, column.key) in doubtful else ''}{one.text}", one.struck
            )
            if one.text
            else Cell("")
            for column, one in zip(found.columns, row.cells, strict=True)
        )
        for row in found.rows
    )
    return Table(sheet.title, columns, rows)


def _classes(column: sheets.Column) -> str:
    """The classes of a column of a sheet on a page; a small screen leaves out the way to the total."""
    if column.key == "cap":
        return "cap-cell num"
    if column.key == "why":
        return "why"
    on_the_way = column.key in ("laps", "bonus", "behind") or column.key.startswith("s")
    return "" if column.kind == "text" else "num way" if on_the_way else "num"


_MADE_UP = "~"
"""Before what no source tells, as in a terminal."""


def _made_up(scene: Scene) -> set[tuple[int | None, str]]:
    """Of which caps which columns are made up."""
    found: set[tuple[int | None, str]] = set()
    for one in scene.places:
        bib, skater = one.score.bib, one.skater.id
        if scene.plan and skater in scene.plan.made_up_times:
            found |= {(bib, "time"), (bib, "behind")}
        if scene.plan and skater in scene.plan.made_up_laps:
            found.add((bib, "laps"))
        for number, lap in enumerate(scene.race.tables, 1):
            order = scene.race.order(lap)
            if bib not in order or not scene.knows_place(lap, order.index(bib) + 1):
                found.add((bib, f"s{number}"))
    return found


# The ceremony


def _ceremony_page(shelf: _Shelf, one: Competition) -> str:
    plan, event = ceremony(shelf.stage, one.id), shelf.book.event(one)
    when = plan.at or "right after the racing"
    held = "held" if plan.held else "planned" if plan.planned else "not planned yet"
    return shelf.page(
        "ceremony.html",
        "../",
        f"{event}: victory ceremony",
        heading=f"{event}: victory ceremony",
        when=f"{plan.place}, {when}; {held}",
        plan=plan,
    )


# For search engines


def _ld(value: Mapping[str, object]) -> Markup:
    """JSON-LD that cannot end the element that it stands in."""
    text = msgspec.json.encode({"@context": "https://schema.org", **value}).decode()
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - no `<` is left in it


def _meet_ld(shelf: _Shelf) -> dict[str, object]:
    stage = shelf.stage
    races = [
        _race_ld(shelf, scene, "races/")
        for scene in stage.scenes.values()
        if scene.race.starters and scene.plan
    ]
    return _event_ld(stage, stage.opened.name) | {"subEvent": races}


def _race_ld(shelf: _Shelf, scene: Scene, folder: str = "") -> dict[str, object]:
    plan, opened = scene.plan, shelf.stage.opened
    found = _event_ld(shelf.stage, f"{opened.name}: {shelf.book.name(scene.name)}")
    if plan and plan.scheduled is not None:
        found["startDate"] = f"{moment_at(plan.scheduled):%Y-%m-%dT%H:%M:%SZ}"
    people = [
        {
            "@type": "Person",
            "name": one.skater.name,
            "affiliation": {"@type": "SportsTeam", "name": one.skater.noc},
        }
        for one in scene.places
    ]
    return found | {"url": f"{folder}{scene.name}.html", "competitor": people}


def _event_ld(stage: Stage, name: str) -> dict[str, object]:
    opened = stage.opened
    found: dict[str, object] = {"@type": "SportsEvent", "name": name, "sport": "Speed skating"}
    found |= {"startDate": opened.date} if opened.date else {}
    return found | ({"location": {"@type": "Place", "name": opened.venue}} if opened.venue else {})
