"""What the timekeeper does: devices, rehearsal, the meet live."""

import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lastlap.cli.output import YES, Options, on_disk, print_now
from lastlap.cli.partners import feed_settings
from lastlap.errors import InputError, RefusedError

if TYPE_CHECKING:
    from lastlap.capture import Capture
    from lastlap.log import Meet
    from lastlap.times import Instant


def capture(options: Options) -> int:
    """Listen to decoders and write what they say into a race's log, until it is finished or Ctrl-C."""
    import asyncio

    from lastlap.capture import Capture
    from lastlap.log import Meet
    from lastlap.timing.devices import parse_device

    devices = [parse_device(text) for text in options.decoder]
    with Meet.open(options.meet, write=True) as meet:
        meet.race(options.race)
        raw = Path(options.raw) if options.raw else meet.path.with_suffix(".raw")
        listening = Capture(meet, options.race, devices, raw)
        fire = partial(_fire, meet, options.race) if options.gun else None
        with suppress(KeyboardInterrupt):
            asyncio.run(
                _listen(listening, lambda: options.until_finished and _is_over(meet, options.race), fire)
            )
        print(f"{listening.stored} records stored; raw bytes in {raw}")
    return YES


def _fire(meet: "Meet", race: str) -> None:
    """Fires the gun, as the Enter key has been pressed; a false start is fired again."""
    import os

    from lastlap.events import GunFired
    from lastlap.log import wall_clock

    at = wall_clock()
    if b"\n" in os.read(sys.stdin.fileno(), 1024):
        meet.append(GunFired(at), race=race, by="starter")
        print("the gun", file=sys.stderr)


async def _listen(
    listening: "Capture", is_enough: Callable[[], bool], fire: Callable[[], None] | None
) -> None:
    """Runs a capture, and says on stderr whenever the state of a device changes; Enter is for *fire*."""
    import asyncio

    if fire:
        print("press Enter for the gun", file=sys.stderr)
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), fire)
    running = asyncio.ensure_future(listening.run())
    shown: list[str] = []
    while not is_enough() and not running.done():
        words = [f"{state.word}: {state.says}" for state in listening.states]
        words += filter(None, [listening.trouble])
        if [word.partition(":")[0] for word in words] != shown:
            shown = [word.partition(":")[0] for word in words]
            print(*words, sep="\n", file=sys.stderr)
        await asyncio.wait([running], timeout=0.2)
    running.cancel()
    await asyncio.wait([running])


def _is_over(meet: "Meet", race: str) -> bool:
    from lastlap.race import Status

    return meet.race(race).status not in (Status.PLANNED, Status.READY, Status.RUNNING)


def serve(options: Options) -> int:
    """Run a meet live: listen to decoders, serve the pages and the API, until Ctrl-C."""
    import asyncio
    import os

    from lastlap.live.journal import write_log
    from lastlap.live.server import ANYWHERE, Serving, serve
    from lastlap.log import Meet
    from lastlap.timing.devices import parse_device

    if bool(options.tls_cert) != bool(options.tls_key):
        message = "TLS takes both files: give --tls-cert and --tls-key"
        raise InputError(message)
    if not options.odf and (options.code or options.production or options.time_stamp or options.ascii):
        message = "no feed is wanted: say with --odf DIR where it goes, or leave its options out"
        raise InputError(message)
    serving = Serving(
        host=options.host or ANYWHERE,
        port=options.port,
        devices=tuple(parse_device(text) for text in options.decoder),
        bearer=os.environ.get("LASTLAP_TOKEN", ""),
        cert=Path(options.tls_cert) if options.tls_cert else None,
        key=Path(options.tls_key) if options.tls_key else None,
        odf=Path(options.odf) if options.odf else None,
        odf_settings=feed_settings(options),
    )
    with Meet.open(options.meet, write=True) as meet:
        write_log()
        asyncio.run(serve(meet, serving, print_now))
    return YES


def rehearse(options: Options) -> int:
    """Play a decoder on TCP: the race of a log, one made up for its start list, a known one or a capture."""
    from random import Random

    from lastlap.stories import story_for, story_in
    from lastlap.timing.faults import parse_fault
    from lastlap.timing.rehearsal import Plan, rehearse

    rng = Random(options.seed)  # noqa: S311 - a rehearsal keeps no secret
    faults = tuple(parse_fault(text) for text in options.fault)
    with ExitStack() as held:
        meet = _rehearsed(options, held)
        starters = tuple(meet.race(options.race).starters.values()) if meet else ()
        story = story_in(meet, options.race, rng) if meet and not options.story else None
        story = story or story_for(starters, options.story, rng)
        gun = _gun_of(meet, options.race) if meet and options.gun == "log" else None
        plan = Plan(port=options.port, faults=faults, speed=options.speed, holds=gun is not None)
        with suppress(KeyboardInterrupt):
            rehearse(story, plan, options.seed, partial(print, flush=True), gun)
    return YES


def _rehearsed(options: Options, held: ExitStack) -> "Meet | None":
    """The meet of the race that is rehearsed; none is needed where a story is named."""
    from lastlap.log import Meet

    if options.meet and options.race:
        return held.enter_context(Meet.open(options.meet))
    if options.meet or options.race or not options.story or options.gun == "log":
        message = "say which race: FILE.meet and --race RACE, or --story NIGHT/RACE alone"
        raise InputError(message)
    return None


def _gun_of(meet: "Meet", race: str) -> "Callable[[], Instant | None]":
    """Who looks in the log whether the gun of the race has been fired since now."""
    from lastlap.events import GunFired

    seen = max((record.number for record in meet.records()), default=0)

    def gun() -> "Instant | None":
        nonlocal seen
        fired = None
        for record in meet.records(after=seen):
            seen = record.number
            if record.race == race and isinstance(record.event, GunFired):
                fired = record.event.at
        return fired

    return gun


def tell(options: Options) -> int:
    """Write down what an official says of a race: an event as `lastlap export` prints it."""
    import msgspec

    from lastlap.events import Event
    from lastlap.log import Meet
    from lastlap.refusal import refusal

    try:
        event: Event = msgspec.json.decode(options.event, type=Event)
    except msgspec.MsgspecError as error:
        message = f"{options.event!r} is no event: {error}"
        raise InputError(message) from error
    with Meet.open(options.meet, write=True) as meet:
        refused = refusal(meet.race(options.race), event)
        if refused:
            raise RefusedError(refused)
        record = meet.append(event, race=options.race, by=options.by)
    print(f"record {record.number}")
    return YES


def replay_raw(options: Options) -> int:
    """Build a race's log again from the raw bytes that a capture kept; what it has already is not doubled."""
    from lastlap.inbox import replayed
    from lastlap.log import Meet, opening
    from lastlap.timing.devices import parse_device
    from lastlap.timing.raw import read_raw

    devices = [parse_device(text) for text in options.decoder]
    with Meet.open(options.meet, write=True) as meet, on_disk(Path(options.raw)):
        meet.race(options.race)
        before = sum(1 for _ in meet.records())
        chunks, offset = read_raw(Path(options.raw)), opening(meet).utc_offset
        told = replayed(chunks, devices, options.race, utc_offset=offset, races=meet.races)
        meet.append_all(told)
        added = sum(1 for _ in meet.records()) - before
    print(f"{added} records added to {options.race}")
    return YES
