"""Checks of messages together: versions, their order, and that they agree with one another."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

from lastlap.publish.odf.check_result import lines_of
from lastlap.publish.odf.codes import MEDAL_CODES
from lastlap.publish.odf.findings import Document, Flaw, line_name, number, value_of, whole
from lastlap.publish.odf.markup import Element

Flaws = Iterator[tuple[Document, Flaw]]

_HOLD = timedelta(milliseconds=250)
_TICKS = timedelta(milliseconds=10)
"""What stamps may be off, where several messages of one moment are told apart by them."""

_FINAL = ("UNCONFIRMED", "UNOFFICIAL", "OFFICIAL", "PROTESTED")
_STAGES = {"START_LIST": 0, "LIVE": 1, "INTERMEDIATE": 1, "UNCONFIRMED": 2}
_DECLARED = 3
"""What never comes again once the result is official; nor does a start list come after the gun."""


class History(NamedTuple):
    """The versions of one document, as time goes."""

    documents: Sequence[Document]
    whole_feed: bool
    """Whether nothing is missing between them."""


class Batch:
    """Messages that are checked together."""

    def __init__(self, documents: Sequence[Document], *, whole_feed: bool) -> None:
        self.documents = sorted(documents, key=lambda document: (document.stamp, document.version))
        self.whole_feed = whole_feed
        """Whether nothing is missing: the folder of a whole feed."""

    def of(self, *kinds: str) -> list[Document]:
        """Those of some types, as time goes, without those that take a version back."""
        return [one for one in self.documents if one.kind in kinds and one.competition is not None]

    @property
    def histories(self) -> Iterator[History]:
        """The versions of each document, as time goes."""
        found: dict[tuple[str, ...], list[Document]] = defaultdict(list)
        for document in self.documents:
            found[document.identity].append(document)
        return (History(documents, self.whole_feed) for documents in found.values())


def versions(history: History) -> Flaws:
    """Versions count up from 1 within a document; only what takes a version back repeats it."""
    last = 0
    for document in history.documents:
        version, taken_back = document.version, document.competition is None
        gap = version != last + 1 if history.whole_feed else version <= last
        if (not taken_back and gap) or (taken_back and last and version != last):
            what = f"version {version} after {last or 'none'}"
            yield document, Flaw("@Version", what, "count 1, 2, 3 within each document")
        last = version


def pace(history: History) -> Flaws:
    """Two versions of a document are a quarter of a second apart."""
    for before, document in pairwise(history.documents if history.whole_feed else ()):
        if before.competition is None or not (before.made and document.made):
            continue
        apart = document.made - before.made
        if apart < _HOLD - _TICKS:
            what = f"{apart.total_seconds():.3f} s after the version before"
            yield document, Flaw("@Time", what, "hold versions for 0.25 s and send the last")


def stages(history: History) -> Flaws:
    """A result never goes back behind the gun, nor, once official, to the race."""
    official = began = False
    for document in history.documents:
        stage = _STAGES.get(document.status, _DECLARED)
        back = (official and stage < _DECLARED) or (began and stage == 0)
        if document.kind == "DT_RESULT" and back and document.competition is not None:
            what = f"{document.status} after {'the official result' if official else 'the gun'}"
            yield document, Flaw("@ResultStatus", what, "take the wrong version back instead")
        taken_back = document.competition is None
        official = (official or document.status == "OFFICIAL") and not taken_back
        began = (began or stage > 0) and not taken_back


def notes(history: History) -> Flaws:
    """What changes an official message has a note more, and those before stay; nothing else has one."""
    official, before = False, tuple[str, ...]()
    noted = history.documents[0].kind in _NOTED
    for document in history.documents if noted else ():
        told = document.notes
        if document.competition is not None:
            yield from ((document, flaw) for flaw in _noted(told, before, official=official))
            if told and not official and not before and history.whole_feed:
                yield document, Flaw("Note", "nothing was official before", "a note is for corrections only")
        official, before = official or document.status == "OFFICIAL", told or before


_NOTED = ("DT_RESULT", "DT_RANKING", "DT_MEDALLISTS")


def _noted(told: tuple[str, ...], before: tuple[str, ...], *, official: bool) -> Iterator[Flaw]:
    if told[: len(before)] != before:
        yield Flaw("Note", "an earlier note is gone", "notes are added up")
    if official and told == before:
        yield Flaw("Note", "it is missing", "say why what was official has changed")


def schedule_first(batch: Batch) -> Flaws:
    """The schedule says that a race runs or is finished before its result does."""
    said: dict[str, set[str]] = defaultdict(set)
    ever = {
        (unit.get("Code"), unit.get("ScheduleStatus"))
        for document in batch.of("DT_SCHEDULE", "DT_SCHEDULE_UPDATE")
        for unit in document.all("Unit")
    }
    for document in batch.of("DT_SCHEDULE", "DT_SCHEDULE_UPDATE", "DT_RESULT"):
        for unit in document.all("Unit"):
            said[unit.get("Code", "")].add(unit.get("ScheduleStatus", ""))
        known = said[document.code]
        wanted = "FINISHED" if document.status in _FINAL else "RUNNING" if document.status == "LIVE" else ""
        due = (ever and batch.whole_feed) or (document.code, wanted) in ever
        if document.kind == "DT_RESULT" and wanted and due and wanted not in known:
            what = f"{document.status} before the schedule said {wanted}"
            yield document, Flaw("@ResultStatus", what, "send the update of the schedule first")


def units(batch: Batch) -> Flaws:
    """Every race that has a result is on the schedule."""
    planned = {unit.get("Code") for one in batch.of("DT_SCHEDULE") for unit in one.all("Unit")}
    for document in batch.of("DT_RESULT"):
        if (planned or batch.whole_feed) and document.code not in planned:
            yield (
                document,
                Flaw("@DocumentCode", f"{document.code} is not scheduled", "send the schedule first"),
            )


def honours_after_results(batch: Batch) -> Flaws:
    """Medallists come after the official result of the final, and the ranking after the medallists."""
    sequence = "DT_RESULT, DT_MEDALLISTS, DT_MEDALS, DT_MEDALLISTS_DISCIPLINE, DT_RANKING"
    official = [one for one in batch.of("DT_RESULT") if one.status == "OFFICIAL"]
    for document in batch.of("DT_MEDALLISTS", "DT_RANKING"):
        units = [one.get("Unit") for one in document.all("Medal")]
        units += [one.get("LastUnit") for one in document.all("ExtendedInfos/Progress")]
        before = [one for one in official if one.code in units]
        if document.kind == "DT_RANKING":
            before += [one for one in batch.of("DT_MEDALLISTS") if one.code == document.code]
        for kind in dict.fromkeys(one.kind for one in before):
            if min(one.stamp for one in before if one.kind == kind) > document.stamp:
                yield document, Flaw("", f"it is there before {kind}", f"send in the order {sequence}")


# Agreement


def known_people(batch: Batch) -> Flaws:
    """Whoever skates is among the participants, with the same name, gender and NOC, and was entered."""
    people: dict[str | None, Element] | None = {} if batch.whole_feed else None
    entered: dict[str, set[str | None]] = {}
    for document in batch.of("DT_PARTIC", "DT_PARTIC_UPDATE", "DT_ENTRIES", "DT_RESULT", "DT_RANKING"):
        if document.kind == "DT_PARTIC":
            people = {}
        for one in document.all("Participant"):
            people = (people or {}) | {one.get("Code"): one}
        if document.kind == "DT_ENTRIES":
            entered[document.code] = {one.get("Code") for one in document.all("Entry")}
        for line in lines_of(document):
            yield from (
                (document, flaw) for flaw in _stranger(line, people, entered.get(_event_of(document)))
            )


def _event_of(document: Document) -> str:
    """The code of the event that a code of 34 characters is of."""
    return f"{document.code[:22]:-<34}"


def _stranger(
    line: Element, people: Mapping[str | None, Element] | None, entered: Collection[str | None] | None
) -> Iterator[Flaw]:
    for athlete in line.findall("Competitor/Composition/Athlete"):
        code = athlete.get("Code")
        if people is not None and not _is_known(people.get(code), athlete):
            todo = "send DT_PARTIC first, with the same name"
            yield Flaw(f"{line_name(line)} {code}", "it is no participant, or another person", todo)
        if entered is not None and code not in entered:
            yield Flaw(f"{line_name(line)} {code}", "it is not entered", "send DT_ENTRIES first")


def _is_known(person: Element | None, athlete: Element) -> bool:
    described = athlete.find("Description")
    if person is None or described is None:
        return False
    return all(
        person.get(name) == described.get(name)
        for name in ("GivenName", "FamilyName", "Gender", "Organisation")
    )


def _latest(documents: Sequence[Document], code: str, before: str) -> Document | None:
    found = [one for one in documents if one.code == code and one.stamp <= before]
    return found[-1] if found else None


def medallists_as_ranked(batch: Batch) -> Flaws:
    """The medals go to ranks 1, 2 and 3 of the official result of the final."""
    results = [one for one in batch.of("DT_RESULT") if one.status == "OFFICIAL"]
    for document in batch.of("DT_MEDALLISTS"):
        for medal, rank in zip(MEDAL_CODES.values(), "123", strict=True):
            won = [one for one in document.all("Medal") if one.get("Code") == medal]
            unit = document.all("Medal")[0].get("Unit", "") if document.all("Medal") else ""
            final = _latest(results, unit, document.stamp)
            if final is None:
                continue
            due = {_code_of(line) for line in lines_of(final) if line.get("Rank") == rank}
            have = {one.get("Code") for medals in won for one in medals.findall("Competitor")}
            if due != have:
                what = f"{sorted(filter(None, have))} have it, rank {rank} are {sorted(filter(None, due))}"
                yield document, Flaw(f"Medal {medal}", what, "medals follow the official result")


def _code_of(line: Element) -> str | None:
    found = line.find("Competitor")
    return None if found is None else found.get("Code")


def standings_as_won(batch: Batch) -> Flaws:
    """The medal standings of a discipline count the medals of its medallists."""
    latest = batch.of("DT_MEDALS")[-1:]
    lists = batch.of("DT_MEDALLISTS_DISCIPLINE")[-1:]
    if not latest or not lists or latest[0].code != lists[0].code:
        return
    won = Counter(
        (one.get("Organisation"), medal.get("Code"))
        for medal in lists[0].all("Discipline/Event/Medal")
        for one in medal.findall("Competitor")
    )
    if +_counted(latest[0]) != won:
        todo = "count DT_MEDALLISTS_DISCIPLINE"
        yield latest[0], Flaw("MedalsTable", "it does not count the medallists", todo)


def _counted(document: Document) -> Counter[tuple[str | None, str | None]]:
    """The medals that standings count, by NOC and medal."""
    colours = tuple(zip(("Gold", "Silver", "Bronze"), MEDAL_CODES.values(), strict=True))
    totals = [
        (line.get("Organisation"), one)
        for line in document.all("MedalStandings/MedalsTable/MedalLine")
        for one in line.findall("MedalNumber")
        if one.get("Type") == "TOT"
    ]
    found: Counter[tuple[str | None, str | None]] = Counter()
    for noc, one in totals:
        found.update({(noc, code): whole(one.get(colour)) or 0 for colour, code in colours})
    return found


def ranking_as_raced(batch: Batch) -> Flaws:
    """The ranking of an event begins as the final ended."""
    results = [one for one in batch.of("DT_RESULT") if one.status == "OFFICIAL"]
    for document in batch.of("DT_RANKING"):
        progress = document.all("ExtendedInfos/Progress")
        final = _latest(results, progress[0].get("LastUnit", "") if progress else "", document.stamp)
        if final is None:
            continue
        raced = [(line.get("Rank"), _code_of(line)) for line in lines_of(final) if line.get("Rank")]
        ranked = [(line.get("Rank"), _code_of(line)) for line in lines_of(document) if line.get("Rank")]
        if ranked[: len(raced)] != raced:
            yield (
                document,
                Flaw("Result", "it does not begin as the final ended", "rank the finalists as they finished"),
            )


def as_configured(batch: Batch) -> Flaws:
    """Laps and sprint points are those of the race's config; without one, sprints are those of the code list of 2022."""
    for document in batch.of("DT_RESULT"):
        config = _latest_config(batch, document)
        look = _unconfigured if config is None else _configured(config)
        yield from ((document, flaw) for line in lines_of(document) for flaw in look(line))


def _configured(config: Element) -> Callable[[Element], Iterator[Flaw]]:
    """What looks at a line under that config."""
    laps = [whole(one.get("Value")) or 0 for one in config if one.get("Code") == "LAPS"]
    sprints = [one for one in config if one.get("Code") == "SPRINT"]
    worth = {(one.get("Pos"), item.get("Pos")): item.get("Value") for one in sprints for item in one}

    def look(line: Element) -> Iterator[Flaw]:
        done = whole(value_of(line, "LAPS"))
        if done is not None and laps and done > laps[0]:
            yield Flaw(f"{line_name(line)} LAPS", f"{done} of {laps[0]}", "nobody rides more than the race")
        yield from _worth(line, worth)

    return look


def _latest_config(batch: Batch, document: Document) -> Element | None:
    before = (one for one in batch.of("DT_CONFIG") if one.stamp <= document.stamp)
    configs = [config for one in before for config in one.all("Configs/Config")]
    return next((config for config in reversed(configs) if config.get("Unit") == document.code), None)


def _sprints_of(line: Element) -> list[Element]:
    return [one for one in line.iter("ExtendedResult") if one.get("Code") == "SPRINT"]


def _worth(line: Element, worth: Mapping[tuple[str | None, str | None], str | None]) -> Iterator[Flaw]:
    known = {pos for pos, _ in worth}
    for one in _sprints_of(line):
        where = f"{line_name(line)} SPRINT {one.get('Pos')}"
        due = number(worth.get((one.get("Pos"), one.get("Rank"))))
        if one.get("Pos") not in known:
            yield Flaw(where, "the race has no such sprint", "see its DT_CONFIG")
        elif number(one.get("Value")) != due and not one.get("RankEqual"):
            yield Flaw(where, f"{one.get('Value')} for place {one.get('Rank')}", "see its DT_CONFIG")


def _unconfigured(line: Element) -> Iterator[Flaw]:
    for one in _sprints_of(line):
        if one.get("Pos") not in ("S1", "S2", "S3", "F"):
            where = f"{line_name(line)} SPRINT {one.get('Pos')}"
            yield Flaw(where, "there is no such sprint", "S1, S2, S3 or F; more only with DT_CONFIG")
