"""Checks of one result: orders, ranks, marks, points, laps and times fit together.

They are those of an ISU mass start under the profile of the Winter Games: more laps before more
points before less time.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from lastlap.errors import InputError
from lastlap.publish.odf.codes import KNOWN_IRM, QUALIFICATION_MARKS, RESULT_TYPES
from lastlap.publish.odf.findings import Document, Flaw, line_name, number, value, value_of, whole
from lastlap.publish.odf.markup import Element
from lastlap.times import parse_clock

RANKED = ("DT_RESULT", "DT_RANKING", "DT_PHASE_RESULT")
_FINAL = ("UNCONFIRMED", "UNOFFICIAL", "OFFICIAL", "PROTESTED", "PROVISIONAL")
_NOT_STARTED = ("DNS", "WDR")


def lines_of(document: Document) -> list[Element]:
    """The lines of a result or a ranking, as they stand."""
    return document.all("Result") if document.kind in RANKED else []


def sorts(document: Document) -> Iterator[Flaw]:
    """Lines stand in the order of their SortOrder, which is 1, 2, 3 without gaps."""
    for place, line in enumerate(lines_of(document), 1):
        if line.get("SortOrder") != str(place):
            where, what = f"{line_name(line)}/@SortOrder", f"line {place} has {line.get('SortOrder')}"
            yield Flaw(where, what, "number the lines 1, 2, 3, every skater once")
            return


def starts(document: Document) -> Iterator[Flaw]:
    """Nobody shares a start place, a bib or a code."""
    if document.kind != "DT_RESULT":
        return
    columns = {
        "@StartOrder": [line.get("StartOrder") for line in lines_of(document)],
        "@StartSortOrder": [line.get("StartSortOrder") for line in lines_of(document)],
        "Competitor/@Code": [one.get("Code") for one in document.all("Result/Competitor")],
        "Competitor/@Bib": [one.get("Bib") for one in document.all("Result/Competitor")],
    }
    for name, values in columns.items():
        for text, count in Counter(values).items():
            if count > 1 or text is None:
                what = "it is missing" if text is None else f"{text} stands there {count} times"
                yield Flaw(f"Result/{name}", what, "give each skater their own")


def competitors(document: Document) -> Iterator[Flaw]:
    """A competitor and its one athlete are the same person with the same bib and NOC, of the right gender."""
    for one in document.everything():
        athlete = one.find("Composition/Athlete")
        if athlete is None or one.get("Type") != "A":
            continue
        described = athlete.find("Description")
        here, there = (one.get("Code"), one.get("Bib")), (athlete.get("Code"), athlete.get("Bib"))
        if here != there:
            yield Flaw(
                f"{one.tag} {one.get('Code')}", f"the athlete is {there}", "code and bib are the same in both"
            )
        if described is not None and described.get("Organisation") != one.get("Organisation"):
            where = f"{one.tag} {one.get('Code')}/@Organisation"
            yield Flaw(where, "the athlete has another", "it is the same in both")
        if not re.fullmatch(r"[1-9A-Za-z]\S{0,19}", one.get("Code", "")):
            yield Flaw(f"{one.tag}/@Code", f"it is {one.get('Code')!r}", "20 characters, no zero in front")
        yield from _gender(document, one, described)


def _gender(document: Document, one: Element, described: Element | None) -> Iterator[Flaw]:
    wanted = {"M": "M", "W": "F"}.get(document.rsc.gender) if document.rsc else None
    if wanted and described is not None and described.get("Gender") != wanted:
        where, what = f"{one.tag} {one.get('Code')}/@Gender", f"it is {described.get('Gender')}"
        yield Flaw(where, what, f"in this event it is {wanted}")


def marks(document: Document) -> Iterator[Flaw]:
    """A mark has its result type, no rank and no points, and stands behind everybody with a rank."""
    ranked_after = False
    for line in reversed(lines_of(document)):
        where, irm, kind = line_name(line), line.get("IRM"), line.get("ResultType")
        if kind is not None and kind not in RESULT_TYPES:
            yield Flaw(f"{where}/@ResultType", f"there is no {kind!r}", "IRM or POINTS")
        if (irm is None) != (kind != "IRM"):
            yield Flaw(f"{where}/@IRM", f"IRM {irm}, type {kind}", "a mark and ResultType IRM go together")
        if irm is not None and irm not in KNOWN_IRM:
            yield Flaw(f"{where}/@IRM", f"there is no mark {irm!r}", f"one of {', '.join(sorted(KNOWN_IRM))}")
        if irm is not None and (line.get("Rank") or line.get("Result")):
            yield Flaw(where, f"{irm} with a rank or points", "who has a mark has neither")
        if irm is not None and ranked_after:
            yield Flaw(f"{where}/@SortOrder", f"{irm} before skaters without a mark", "marks stand last")
        ranked_after = ranked_after or irm is None


def ranks(document: Document) -> Iterator[Flaw]:
    """Ranks rise with the order: 1, 2, 2, 4; equal ones say so, and only they."""
    lines = [line for line in lines_of(document) if line.get("Rank") is not None]
    waiting = any(line.get("PhotoFinish") == "P" for line in lines_of(document))
    found = [whole(line.get("Rank")) for line in lines]
    count = Counter(found)
    for place, (line, rank) in enumerate(zip(lines, found, strict=True), 1):
        where = f"{line_name(line)}/@Rank"
        due = place if found.index(rank) == place - 1 else found.index(rank) + 1
        if rank is None or str(rank) != line.get("Rank") or (rank != due and not waiting):
            yield Flaw(
                where,
                f"it is {line.get('Rank')}, in place {place}",
                "1, 2, 3; who shares a rank takes the next away",
            )
        if (count[rank] > 1) != (line.get("RankEqual") == "Y"):
            yield Flaw(
                f"{where}Equal",
                f"{count[rank]} with rank {rank}",
                "Y for each who shares a rank, and for nobody else",
            )


def points(document: Document) -> Iterator[Flaw]:
    """Points are a whole number that is not 0, with their result type."""
    for line in lines_of(document):
        where, result, kind = f"{line_name(line)}/@Result", line.get("Result"), line.get("ResultType")
        if (result is not None) != (kind == "POINTS"):
            yield Flaw(where, f"{result} with type {kind}", "points and ResultType POINTS go together")
        if result is not None and not re.fullmatch(r"-?[1-9]\d*", result):
            yield Flaw(where, f"it is {result!r}", "a whole number; no points are left out, not sent as 0")


def orders(document: Document) -> Iterator[Flaw]:
    """At the end, skaters stand by laps, then points, then as they crossed the line."""
    if document.kind != "DT_RESULT" or document.status not in _FINAL:
        return
    ranked = [line for line in lines_of(document) if line.get("Rank") is not None]
    for ahead, line in pairwise(ranked):
        equal = line.get("Rank") == ahead.get("Rank")
        one, other = _merit(ahead), _merit(line)
        if one > other or (equal and one[:2] != other[:2]):
            where = line_name(line)
            yield Flaw(
                where,
                f"it stands behind {line_name(ahead)}",
                "more laps, then more points, then less time come first",
            )
        elif one == other and not equal and not _by_camera(ahead, line):
            yield from _too_late(ahead, line)


def _merit(line: Element) -> tuple[int, int]:
    return (-(whole(value_of(line, "LAPS")) or 0), -(number(line.get("Result")) or 0))


def _by_camera(ahead: Element, line: Element) -> bool:
    return ahead.get("PhotoFinish") == line.get("PhotoFinish") == "E"


def _too_late(ahead: Element, line: Element) -> Iterator[Flaw]:
    """Whether of two with the same laps and points the one behind was sooner."""
    one, other = (micros(value_of(which, "TIME"), value_of(which, "MS")) for which in (ahead, line))
    crossed = [value(which, "LAP", "F") for which in (ahead, line)]
    places = [whole(lap.get("Rank")) if lap is not None else None for lap in crossed]
    sooner = one is not None and other is not None and other < one
    if places[0] is not None and places[1] is not None:
        sooner = places[1] < places[0]
    if sooner:
        yield Flaw(
            line_name(line),
            f"it was sooner than {line_name(ahead)}",
            "at equal laps and points the sooner stands before",
        )


def micros(time: str | None, fraction: str | None = None) -> int | None:
    """A time in microseconds, with its *fraction* if that is known better; `None` if it is none."""
    try:
        whole_time = int(parse_clock(time)) if time else None
    except InputError:
        return None
    if whole_time is None or fraction is None or not re.fullmatch(r"\.\d{3}", fraction):
        return whole_time
    return whole_time - whole_time % 1_000_000 + int(fraction[1:]) * 1_000


def sprints(document: Document) -> Iterator[Flaw]:
    """Sprint points add up to the total, unless they are void; who is first at a sprint has most."""
    if document.kind != "DT_RESULT":
        return
    full = race_laps(document)
    for line in lines_of(document):
        won = [
            found for found in line.findall("ExtendedResults/ExtendedResult") if found.get("Code") == "SPRINT"
        ]
        total = sum(number(found.get("Value")) or 0 for found in won) + (number(value_of(line, "BONUS")) or 0)
        short = (whole(value_of(line, "LAPS")) or 0) < full
        may_be_void = short or value_of(line, "LAPPED") or line.get("IRM") or line.get("PhotoFinish") == "P"
        result = number(line.get("Result")) or 0
        if result != total and not (result == 0 and may_be_void):
            where, what = f"{line_name(line)}/@Result", f"{result} points, the sprints have {total}"
            yield Flaw(where, what, "they are equal, unless the points are void")
    yield from _sprint_orders(lines_of(document))


def _sprint_orders(lines: Sequence[Element]) -> Iterator[Flaw]:
    """At each sprint places differ, and points fall with them."""
    for pos in dict.fromkeys(one.get("Pos") for line in lines for one in line.iter("ExtendedResult")):
        won = [found for line in lines if (found := value(line, "SPRINT", pos)) is not None]
        won.sort(key=lambda found: whole(found.get("SortOrder")) or 0)
        for ahead, found in pairwise(won):
            fewer = (number(found.get("Value")) or 0) <= (number(ahead.get("Value")) or 0)
            later = (whole(found.get("Rank")) or 0) >= (whole(ahead.get("Rank")) or 0)
            if not (fewer and later) or found.get("SortOrder") == ahead.get("SortOrder"):
                what = f"place {found.get('SortOrder')} has more, or shares it"
                yield Flaw(f"ExtendedResult SPRINT {pos}", what, "points fall from place to place")


def race_laps(document: Document) -> int:
    """How long the race is, as far as the message tells: the most laps that anybody has."""
    return max((whole(value_of(line, "LAPS")) or 0 for line in lines_of(document)), default=0)


def laps(document: Document) -> Iterator[Flaw]:
    """Who did not ride all laps has no time at the finish."""
    full = race_laps(document)
    for line in lines_of(document):
        done, time = whole(value_of(line, "LAPS")), value_of(line, "TIME")
        if time is not None and (done is None or done < full):
            yield Flaw(
                f"{line_name(line)} TIME",
                f"a time with {done} laps of {full}",
                "only who rode all laps has one",
            )
        if line.get("IRM") in _NOT_STARTED and line.find("ExtendedResults") is not None:
            yield Flaw(line_name(line), "laps or points of who did not start", "leave them out")


def times(document: Document) -> Iterator[Flaw]:
    """Lap times add up to the times at the line, and gaps to the difference of two."""
    known = [found for line in lines_of(document) if (found := micros(value_of(line, "TIME"))) is not None]
    for line in lines_of(document):
        yield from _laps_add_up(line)
        time, fraction = value_of(line, "TIME"), value_of(line, "MS")
        if fraction is not None and (time is None or time[-2:] != fraction[1:3]):
            yield Flaw(f"{line_name(line)} MS", f"{fraction} of {time}", "it is the fraction of the time")
        told = value(line, "TIME")
        gap = told.get("Diff") if told is not None else None
        if gap is not None and known:
            behind = (micros(time) or 0) - min(known)
            if not gap.startswith("+") or micros(gap[1:]) != behind:
                yield Flaw(
                    f"{line_name(line)} TIME/@Diff", f"it is {gap}", "a plus, and the gap to the best time"
                )


def _laps_add_up(line: Element) -> Iterator[Flaw]:
    laps = [found for found in line.findall("ExtendedResults/ExtendedResult") if found.get("Code") == "LAP"]
    ends = [(found, micros(found.get("Value")), micros(found.get("Value2"))) for found in laps]
    for (_, before, _), (found, end, took) in pairwise([(None, 0, 0), *ends]):
        follows = found is not None and (found.get("Pos") == "1" or before)
        if (
            found is not None
            and follows
            and None not in (before, end, took)
            and end != (before or 0) + (took or 0)
        ):
            where = f"{line_name(line)} LAP {found.get('Pos')}"
            yield Flaw(
                where,
                "the lap does not add up",
                "the time before and the time of the lap are the time at its end",
            )
    last = value(line, "LAP", "F")
    time = value_of(line, "TIME")
    if last is not None and time is not None and last.get("Value") not in (None, time):
        yield Flaw(
            f"{line_name(line)} TIME",
            f"{time}, the last lap ends at {last.get('Value')}",
            "they are the same",
        )


def camera(document: Document) -> Iterator[Flaw]:
    """While the photo finish is read nobody concerned has a rank; what is official is not unchecked."""
    for line in lines_of(document):
        told = line.get("Rank") or line.get("Result") or document.status == "OFFICIAL"
        if line.get("PhotoFinish") == "P" and told:
            yield Flaw(
                f"{line_name(line)}/@PhotoFinish",
                "it is pending",
                "no rank, no points, and nothing official",
            )
        if document.status == "OFFICIAL" and any(one.get("Unchecked") for one in line.iter()):
            yield Flaw(f"{line_name(line)}/@Unchecked", "the result is official", "leave it out")


def stages(document: Document) -> Iterator[Flaw]:
    """A start list has no results, a live message no end, and an official result no gaps."""
    if document.kind != "DT_RESULT" or document.competition is None:
        return
    began = document.competition.find("ExtendedInfos/UnitDateTime")
    start = document.status == "START_LIST"
    if began is not None and (start or (document.status == "LIVE" and began.get("EndDate"))):
        yield Flaw("UnitDateTime", f"the message is {document.status}", "give only what has happened")
    if began is not None and began.get("EndDate") and began.get("StartDate", "") > began.get("EndDate", ""):
        yield Flaw("UnitDateTime", "it ends before it begins", "give the gun and the last skater's finish")
    for line in lines_of(document):
        shown = line.get("Rank") or line.get("Result") or line.find("ExtendedResults") is not None
        if start and shown:
            yield Flaw(line_name(line), "a start list with results", "send them as LIVE")
        if document.status == "OFFICIAL" and not (line.get("Rank") or line.get("IRM")):
            yield Flaw(line_name(line), "neither rank nor mark", "an official result has one for everybody")


def starters(document: Document) -> Iterator[Flaw]:
    """As many start as it says, of as many NOCs."""
    for one in document.all("ExtendedInfos/ExtendedInfo"):
        if one.get("Code") != "STARTERS":
            continue
        starting = [line for line in lines_of(document) if line.get("IRM") not in _NOT_STARTED]
        nocs = {found.get("Organisation") for line in starting for found in line.findall("Competitor")}
        told = {"": one.get("Value")} | {child.get("Code", ""): child.get("Value") for child in one}
        if told[""] != str(len(starting)) or told.get("ORG", str(len(nocs))) != str(len(nocs)):
            yield Flaw(
                "ExtendedInfo UI/STARTERS",
                f"it says {told['']}",
                f"{len(starting)} start, of {len(nocs)} NOCs",
            )


def qualification(document: Document) -> Iterator[Flaw]:
    """Who goes on stands among the first so many; nobody goes on from a final or with a mark."""
    rule = [
        one.get("Value", "")
        for one in document.all("ExtendedInfos/ExtendedInfo")
        if one.get("Code") == "QUAL_RULE"
    ]
    first = whole(rule[0].removeprefix("UT").removesuffix("^F")) if rule else None
    for line in lines_of(document):
        mark, where = line.get("QualificationMark"), f"{line_name(line)}/@QualificationMark"
        if mark is None:
            continue
        rank = whole(line.get("Rank"))
        if mark not in QUALIFICATION_MARKS:
            yield Flaw(where, f"there is no {mark!r}", "Q or ADV")
        if line.get("IRM") or (document.rsc and document.rsc.phase == "FNL"):
            yield Flaw(where, "nobody goes on from a final, or with a mark", "leave it out")
        if mark == "Q" and first is not None and rank is not None and rank > first:
            yield Flaw(where, f"Q with rank {rank}", f"the first {first} go on; others by ADV")
