"""The feed: what goes out when, as versions of documents, and only because something has changed."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

import story
from feeds import RACE, ROOT, THREE, feed_of, meet, record_of, roots, said, values
from lastlap.events import (
    Event,
    GunFired,
    IncidentNoted,
    LapsCut,
    MarkGiven,
    NoteMade,
    OrderRead,
    Passing,
    RacePlanned,
    RaceRestarted,
    RaceStopped,
    Record,
    RecordRetracted,
    ResultDeclared,
    ResultStatus,
    SkaterFell,
    SkatersCalled,
    StartListPosted,
)
from lastlap.log import Draft, Meet
from lastlap.publish.odf import Feed, Sent, Settings, messages
from lastlap.publish.odf.codes import EXTENSIONS
from lastlap.publish.odf.folder import Follower, write_feed
from lastlap.rulebook import IRM
from lastlap.times import SECOND, Instant, parse_clock

OFFICIAL = ("5:00", ResultDeclared(ResultStatus.OFFICIAL))
UNOFFICIAL = ("4:00", ResultDeclared(ResultStatus.UNOFFICIAL))


def at(sent: Sent) -> float:
    """When a message went out, in seconds after the gun."""
    return sent.at / SECOND


def drive(records: Sequence[Record], feed: Feed) -> list[Sent]:
    """The feed of records that come one by one, with a look after each."""
    found: list[Sent] = []
    for record in records:
        found += feed.due(record.at)
        feed.tell(record)
        found += feed.due(record.at)
    return [*found, *feed.rest()]


# The order of a final


def test_a_final_goes_out_in_the_order_of_the_standard() -> None:
    """Start list, gun, race, finish, unofficial, official, then medallists, standings and ranking."""
    feed = feed_of(meet(THREE, UNOFFICIAL, OFFICIAL))
    firsts = list(dict.fromkeys(" ".join(word.split()[:-1]) for word in said(feed)))
    assert firsts == [
        "PARTIC", "ENTRIES", "SCHEDULE", "CONFIG", "RESULT START_LIST", "SCHEDULE_UPDATE", "CURRENT LIVE",
        "RESULT LIVE", "PLAY_BY_PLAY LIVE", "RESULT UNCONFIRMED", "PLAY_BY_PLAY UNCONFIRMED", "RESULT UNOFFICIAL",
        "PLAY_BY_PLAY UNOFFICIAL", "RESULT OFFICIAL", "PLAY_BY_PLAY OFFICIAL", "MEDALLISTS OFFICIAL", "MEDALS",
        "MEDALLISTS_DISCIPLINE", "RANKING OFFICIAL",
    ]  # fmt: skip


def test_the_schedule_says_that_a_race_runs_before_its_result_does() -> None:
    """RUNNING stands before LIVE, and FINISHED before UNCONFIRMED."""
    words = said(feed_of(meet(), "DT_SCHEDULE_UPDATE", "DT_RESULT"))
    assert words[:3] == ["RESULT START_LIST 1", "SCHEDULE_UPDATE 1", "RESULT LIVE 2"]
    assert words[-2:] == ["SCHEDULE_UPDATE 2", f"RESULT UNCONFIRMED {len(words) - 2}"]


def test_versions_count_up_within_a_document() -> None:
    """Whatever its status, each document counts 1, 2, 3."""
    results = feed_of(meet(THREE, UNOFFICIAL, OFFICIAL), "DT_RESULT")
    assert [sent.version for sent in results] == list(range(1, len(results) + 1))


def test_times_in_the_headers_rise() -> None:
    """No two messages have one time, so that the names of the files sort as they went out."""
    feed = feed_of(meet(THREE, UNOFFICIAL, OFFICIAL))
    names = [sent.file_name for sent in feed]
    assert [sent.at for sent in feed] == sorted({sent.at for sent in feed})
    assert names == sorted(names)


# Bursts


def test_a_pack_that_crosses_the_line_makes_few_messages() -> None:
    """Nine crossings within three tenths of a second are two messages, the second a quarter later."""
    line = "   ".join(f"0:31.{place} {place}" for place in range(9))
    feed = feed_of(meet(f"laps 3\n{line.replace('0:31.0 0', '0:30.99 9')}"), "DT_RESULT")
    live = [sent for sent in feed if sent.message.status == "LIVE" and at(sent) > 30]
    assert [round(at(sent), 2) for sent in live] == [30.99, 31.24, 31.49, 31.74, 31.99]


def test_of_a_burst_the_last_is_sent() -> None:
    """The message after a burst knows every crossing of it."""
    records = meet("laps 3\n0:31.00 1   0:31.05 2   0:31.10 3")
    last = feed_of(records, "DT_RESULT")[-1]
    assert values(roots([last])[0], ".//ExtendedResult[@Code='LAPS']", "Value") == [("1",)] * 3


def test_an_echo_is_no_news() -> None:
    """The other ankle changes nothing, so nothing is sent."""
    one, two = (meet(f"laps 3\n0:31.0 1{echo}\n1:02.0 1") for echo in ("", "   0:31.5 1'"))
    assert len(feed_of(one, "DT_RESULT")) == len(feed_of(two, "DT_RESULT"))


def test_the_gun_is_told_though_nothing_else_has_changed() -> None:
    """LIVE goes out at the gun."""
    live = [sent for sent in feed_of(meet(), "DT_RESULT") if sent.message.status == "LIVE"]
    assert 0 <= at(live[0]) < 0.01


def test_updates_that_are_held_are_added_up() -> None:
    """Two races that change within a quarter of a second are in one update of the schedule."""
    records = meet()
    plan = next(record.event for record in records if isinstance(record.event, RacePlanned))
    other = msgspec.structs.replace(plan, place=2)
    starts = next(record.event for record in records if isinstance(record.event, StartListPosted))
    more: list[tuple[Event, int]] = [
        (other, -400_000),
        (starts, -300_000),
        (GunFired(Instant(100_000)), 100_000),
    ]
    records += [
        record_of(len(records) + n, event, moment, "w-b") for n, (event, moment) in enumerate(more, 1)
    ]
    updates = roots(feed_of(sorted(records, key=lambda one: one.at), "DT_SCHEDULE_UPDATE"))
    assert len(values(updates[0], ".//Unit", "Code")) == 1
    assert values(updates[1], ".//Unit", "ScheduleStatus") == [("RUNNING",)]


# What is official


def test_an_official_result_stays_until_it_is_declared_again() -> None:
    """A mark given after the referee signed is not in the feed before she signs again."""
    given = ("6:00", MarkGiven(1, IRM.DSQ, "T25"))
    corrected = ("7:00", ResultDeclared(ResultStatus.CORRECTED, "Skater 1 disqualified (T25)."))
    results = feed_of(meet(THREE, OFFICIAL, given, corrected), "DT_RESULT")
    assert [at(sent) for sent in results[-2:]] == [300, 420]
    assert values(roots(results)[-1], "Competition/Result", "Rank", "IRM")[-1] == (None, "DQ")


def test_a_correction_carries_its_note_and_those_before() -> None:
    """Notes add up, also on the ranking and the medallists that follow."""
    words: list[tuple[str, Event]] = [OFFICIAL]
    for minute, note in ((6, "first"), (8, "second")):
        words += [
            (f"{minute}:00", MarkGiven(minute // 2 - 2, IRM.DSQ)),
            (f"{minute + 1}:00", ResultDeclared(ResultStatus.CORRECTED, note)),
        ]
    feed = feed_of(meet(THREE, *words), "DT_RESULT", "DT_RANKING", "DT_MEDALLISTS")
    assert [sent.notes for sent in feed if sent.message.kind == "DT_RANKING"] == [
        (),
        ("first",),
        ("first", "second"),
    ]
    assert feed[-1].notes == ("first", "second")
    assert [note.text for note in roots(feed)[-1].iterfind("Note")] == ["first", "second"]


def test_a_protest_before_the_official_result_needs_no_note() -> None:
    """Notes are for corrections only, not for what happens on the way."""
    protest = ("4:30", ResultDeclared(ResultStatus.PROTESTED, "NED protests"))
    assert not any(sent.notes for sent in feed_of(meet(THREE, UNOFFICIAL, protest, OFFICIAL)))


def test_a_signature_that_is_taken_back_takes_the_medals_back() -> None:
    """The ranking and the medallists are invalidated with the version that they had."""
    records = meet(THREE, UNOFFICIAL, OFFICIAL)
    records.append(record_of(len(records) + 1, RecordRetracted(len(records)), 400_000_000))
    feed = feed_of(records)
    gone = [sent for sent in feed if sent.invalid]
    assert {sent.message.kind for sent in gone} == {
        "DT_MEDALLISTS", "DT_MEDALS", "DT_MEDALLISTS_DISCIPLINE", "DT_RANKING",
    }  # fmt: skip
    assert all(
        sent.version == 1 and root.find("Competition") is None
        for sent, root in zip(gone, roots(gone), strict=True)
    )
    assert [sent.notes for sent in feed if sent.message.kind == "DT_RESULT"][-1]


def test_after_it_was_taken_back_a_document_counts_on() -> None:
    """A start list that was taken back and posted again has the next version, not the first."""
    starts = next(record for record in meet() if isinstance(record.event, StartListPosted))
    records = [record for record in meet() if record.at < 0]
    records += [record_of(6, RecordRetracted(starts.number), 1), record_of(7, starts.event, 10 * SECOND)]
    results = feed_of(records, "DT_RESULT")
    assert [(sent.version, sent.invalid) for sent in results] == [(1, False), (1, True), (2, False)]


def test_a_result_without_a_declaration_is_on_hold() -> None:
    """Once it was official, what is taken back wholly is provisional and not live again."""
    records = meet(THREE, OFFICIAL)
    records.append(record_of(len(records) + 1, RecordRetracted(len(records)), 400_000_000))
    assert said(feed_of(records, "DT_RESULT"))[-1].startswith("RESULT PROVISIONAL")


def test_a_false_start_takes_back_what_was_live() -> None:
    """A gun that is taken back: the live version is invalid, and the start list stands again."""
    records = [record for record in meet() if record.at <= 0]
    records.append(record_of(len(records) + 1, RecordRetracted(len(records)), 10 * SECOND))
    last = feed_of(records, "DT_RESULT")[-2:]
    assert [(sent.message.status, sent.version, sent.invalid) for sent in last] == [
        ("LIVE", 2, True),
        ("START_LIST", 3, False),
    ]


def test_a_dead_heat_shares_the_medal() -> None:
    """Two gold, no silver, one bronze; ranks 1, 1, 3, and the standings count so."""
    heat = ("3:00", OrderRead(3, ((1, 2), 3)))
    feed = feed_of(
        meet("laps 3; sprint 3: 60 40 20\nread 1: 1 2 3", heat, OFFICIAL),
        "DT_RESULT",
        "DT_MEDALLISTS",
        "DT_MEDALS",
    )
    result, medallists, standings = roots(feed)[-3:]
    assert values(result, "Competition/Result", "Rank", "RankEqual") == [("1", "Y"), ("1", "Y"), ("3", None)]
    assert [(one.get("Code"), len(one)) for one in medallists.iterfind("Competition/Medal")] == [
        ("ME_GOLD", 2),
        ("ME_BRONZE", 1),
    ]
    assert values(standings, ".//MedalSummary/MedalNumber[@Type='TOT']", "Gold", "Silver", "Bronze") == [
        ("2", None, "1")
    ]


def test_whoever_comes_after_the_gun_is_told_as_an_update() -> None:
    """A new name on a start list of a later race."""
    records = meet()
    plan = next(record.event for record in records if isinstance(record.event, RacePlanned))
    late = StartListPosted((story.starter(9, "CAN"),))
    more: list[Event] = [msgspec.structs.replace(plan, place=2), late]
    records += [record_of(len(records) + n, event, 100 * SECOND, "w-b") for n, event in enumerate(more, 1)]
    (update,) = roots(feed_of(records, "DT_PARTIC_UPDATE"))
    assert values(update, "Competition/Participant", "Code", "Organisation") == [("1004", "CAN")]


# The schedule


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (RaceStopped(Instant(40 * SECOND)), "INTERRUPTED"),
        (RaceRestarted(Instant(50 * SECOND)), "RUNNING"),
    ],
)
def test_a_stop_is_on_the_schedule(event: RaceStopped | RaceRestarted, status: str) -> None:
    """A stopped race is interrupted, and runs again once it goes on."""
    words: list[tuple[str, Event]] = [("0:40", RaceStopped(Instant(40 * SECOND)))]
    words += [("0:50", event)] if isinstance(event, RaceRestarted) else []
    updates = roots(feed_of(meet("laps 3\n0:31.0 1", *words), "DT_SCHEDULE_UPDATE"))
    assert values(updates[-1], ".//Unit", "ScheduleStatus") == [(status,)]


def test_a_race_is_moved_called_off_and_has_no_time() -> None:
    """The schedule says RESCHEDULED, CANCELLED and UNSCHEDULED."""
    records = [record for record in meet() if record.at < -500_000]
    plan = records[-1].event
    assert isinstance(plan, RacePlanned)
    for change, status in (
        (msgspec.structs.replace(plan, scheduled=Instant(600 * SECOND)), "RESCHEDULED"),
        (msgspec.structs.replace(plan, scheduled=None), "UNSCHEDULED"),
        (RecordRetracted(4), "CANCELLED"),
    ):
        race = RACE
        feed = feed_of([*records, record_of(5, change, 0, race)], "DT_SCHEDULE_UPDATE")
        assert values(roots(feed)[-1], ".//Unit", "ScheduleStatus") == [(status,)], status


def test_a_race_that_is_stopped_before_the_gun_is_delayed() -> None:
    """Until somebody says that it goes on."""
    records = [record for record in meet() if record.at < 0]
    words: list[Event] = [RaceStopped(Instant(0)), RaceRestarted(Instant(0))]
    records += [record_of(6 + n, event, n * SECOND) for n, event in enumerate(words)]
    updates = roots(feed_of(records, "DT_SCHEDULE_UPDATE"))
    assert [values(root, ".//Unit", "ScheduleStatus") for root in updates] == [
        [("DELAYED",)],
        [("SCHEDULED",)],
    ]


def test_skaters_who_are_called_to_the_start_are_getting_ready() -> None:
    """Until the gun; a stop delays the race, and when it goes on it is as planned until they are called again."""
    records = [record for record in meet() if record.at < 0]
    words: list[Event] = [
        SkatersCalled(Instant(0)),
        RaceStopped(Instant(0)),
        RaceRestarted(Instant(0)),
        SkatersCalled(Instant(0)),
        RecordRetracted(9, "too early"),
        SkatersCalled(Instant(0)),
        GunFired(Instant(5 * SECOND)),
    ]
    records += [record_of(6 + n, event, n * SECOND) for n, event in enumerate(words)]
    updates = roots(feed_of(records, "DT_SCHEDULE_UPDATE"))
    assert [root.findall(".//Unit")[0].get("ScheduleStatus") for root in updates] == [
        "GETTING_READY",
        "DELAYED",
        "SCHEDULED",
        "GETTING_READY",
        "SCHEDULED",
        "GETTING_READY",
        "RUNNING",
    ]


def test_laps_that_are_cut_change_the_config() -> None:
    """A race that is shortened has its sprints told again."""
    configs = roots(
        feed_of(meet("laps 3; sprint 1: 3 2 1; sprint 3: 60 40 20", ("0:10", LapsCut(2))), "DT_CONFIG")
    )
    assert [values(root, ".//ExtendedConfig", "Code", "Value") for root in configs] == [
        [("LAPS", "3"), ("SPRINT", "1"), ("SPRINT", "3")],
        [("LAPS", "2"), ("SPRINT", "1"), ("SPRINT", "2")],
    ]


# A pure function


def test_the_same_records_give_the_same_feed() -> None:
    """To the byte."""
    records = meet(THREE, UNOFFICIAL, OFFICIAL)
    assert [sent.xml for sent in messages(records)] == [sent.xml for sent in messages(records)]


def test_a_live_feed_is_the_feed_of_the_whole_log(night: Path) -> None:
    """Records that come one by one give the messages of all at once."""
    with Meet.open(night / "pyeongchang-2018.meet") as held:
        records = sorted(held.records("w-sf1"), key=lambda record: (record.at, record.number))
        opening = list(held.records())[:5]
    whole = [sent.xml for sent in messages([*opening, *records])]
    assert [sent.xml for sent in drive([*opening, *records], Feed())] == whole


def test_looking_more_often_changes_nothing() -> None:
    """A clock that ticks between records gives the same messages at the same times."""
    records, feed, found = meet(THREE, UNOFFICIAL, OFFICIAL), Feed(), list[Sent]()
    for record in records:
        found += feed.due(Instant(record.at - 1))
        found += feed.due(record.at)
        feed.tell(record)
        found += feed.due(record.at)
    assert [sent.xml for sent in [*found, *feed.rest()]] == [sent.xml for sent in messages(records)]


def test_the_feed_says_when_it_has_something() -> None:
    """`next_due` is nothing, the moment of what is held, and nothing again."""
    feed = Feed()
    assert feed.next_due is None
    for record in meet():
        feed.tell(record)
    assert feed.next_due is not None
    list(feed.rest())
    assert feed.next_due is None


def test_followed_as_it_grows_a_meet_gives_the_same_files(tmp_path: Path) -> None:
    """Whoever follows a file that somebody writes to has the folder of the whole meet in the end."""
    records = meet(THREE, UNOFFICIAL, OFFICIAL)
    drafts = [Draft(record.event, record.race, record.by, record.at) for record in records]
    with Meet.create(tmp_path / "night.meet") as written:
        written.append_all(drafts[:5])
        waiting = iter(drafts[5:])

        def wait() -> bool:
            draft = next(waiting, None)
            if draft is not None:
                written.append_all([draft])
            return draft is not None

        with Meet.open(tmp_path / "night.meet") as read:
            Follower(read, tmp_path / "live").follow(lambda: max(one.at for one in read.records()), wait)
            write_feed(read, tmp_path / "whole")
    live, whole = (
        {file.name: file.read_bytes() for file in (tmp_path / name).iterdir()} for name in ("live", "whole")
    )
    assert live == whole


def test_a_folder_keeps_no_files_of_an_earlier_feed(tmp_path: Path) -> None:
    """What the same competition left is taken away, and nothing else is touched."""
    (tmp_path / "DN2026~old.xml").touch()
    (tmp_path / "letter.xml").touch()
    with Meet.create(tmp_path / "night.meet") as written:
        written.append_all(Draft(one.event, one.race, one.by, one.at) for one in meet())
        write_feed(written, tmp_path)
    assert not (tmp_path / "DN2026~old.xml").exists()
    assert (tmp_path / "letter.xml").exists()


# The header


def test_both_headers_are_written() -> None:
    """Date and Time of 2026, or the TimeStamp of 2028; local, with the zone where there is room."""
    one, two = (next(messages(meet(), Settings(header=style))) for style in ("date and time", "time stamp"))
    assert values(roots([one])[0], ".", "Date", "Time", "TimeStamp") == [("1970-01-01", "005959000", None)]
    assert values(roots([two])[0], ".", "Date", "Time", "TimeStamp") == [
        (None, None, "1970-01-01T00:59:59.000+01:00")
    ]


def test_a_race_past_midnight_is_of_the_day_on_which_it_began() -> None:
    """The day ends at three in the morning, and a correction is of its own day."""
    late = int(parse_clock("22:58:00")) - 24 * 3600 * SECOND
    shifted = [msgspec.structs.replace(one, at=Instant(one.at + late)) for one in meet(THREE, UNOFFICIAL)]
    moved = [
        msgspec.structs.replace(
            one, event=msgspec.structs.replace(one.event, at=Instant(one.event.at + late))
        )
        if isinstance(one.event, GunFired | Passing)
        else one
        for one in shifted
    ]
    last = feed_of(moved, "DT_RESULT")[-1]
    assert (last.logical_date, roots([last])[0].get("Date")) == ("1969-12-31", "1970-01-01")


def test_the_code_of_the_meet_is_made_of_its_name() -> None:
    """First letters and the year, unless somebody gives one."""
    assert next(messages(meet())).settings.competition == "DN2026"
    assert b'CompetitionCode="DEMO"' in next(messages(meet(), Settings(competition="DEMO"))).xml


# What nobody is to read


def test_injuries_and_reasons_stay_private() -> None:
    """Neither what a doctor knows nor why a mark was given is in any message."""
    words: list[tuple[str, Event]] = [
        ("0:40", SkaterFell(3, 2, "first corner", injury="left elbow")),
        ("0:41", IncidentNoted("a collision", (2, 3), injury="left elbow")),
        ("0:42", MarkGiven(3, IRM.DNF, why="left elbow")),
        ("0:43", NoteMade("left elbow")),
    ]
    text = b"".join(sent.xml for sent in messages(meet("laps 3\n0:31.0 3   0:31.2 1   0:32.5 2", *words)))
    assert b"left elbow" not in text
    assert b"falls first corner" in text
    assert b"a collision" in text


def test_the_year_of_birth_is_not_sent(night: Path) -> None:
    """No message needs it."""
    with Meet.open(night / "pyeongchang-2018.meet") as held:
        assert not any(b"BirthDate" in sent.xml for sent in messages(held.records()))


# PDF


def test_a_sheet_goes_out_as_pdf() -> None:
    """The start list and the official result, in base64, under their report codes."""
    feed = list(messages(meet(THREE, UNOFFICIAL, OFFICIAL), report=lambda *_: b"%PDF-1.7 sheet"))
    sheets = [sent for sent in feed if sent.message.kind == "DT_PDF"]
    assert [(sent.message.subtype, sent.message.status) for sent in sheets] == [
        ("C51A", "START_LIST"),
        ("C73A", "OFFICIAL"),
    ]
    assert roots(sheets)[0].findtext("Competition/PDFData") == "JVBERi0xLjcgc2hlZXQ="


def test_a_race_that_is_read_by_people_is_a_feed_too() -> None:
    """Without a single passing: the order read at the finish makes the result."""
    words: list[tuple[str, Event]] = [("3:00", OrderRead(3, (2, 1, 3))), UNOFFICIAL, OFFICIAL]
    records = meet("laps 3; sprint 3: 60 40 20\nread 1: 1 2 3", *words)
    result = roots(feed_of(records, "DT_RESULT"))[-1]
    assert values(result, "Competition/Result", "Rank", "Result") == [("1", "60"), ("2", "40"), ("3", "20")]
    assert values(result, "Competition/Result/Competitor", "Bib") == [("2",), ("1",), ("3",)]


def test_the_page_has_the_whole_table_of_extended_names() -> None:
    """`docs/odf.md` tells every name that we send or know, and how sure it is."""
    page = (ROOT / "docs" / "odf.md").read_text("utf-8")
    rows = [f"| {one.parent} | `{one.type}/{one.code}` |" for one in EXTENSIONS]
    ends = [f"| {one.says} | {one.sure} |" for one in EXTENSIONS]
    assert [row for row in (*rows, *ends) if row not in page] == []
