"""Other programs: FinishLynx, scoreboards, spreadsheets of passings."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from lastlap.cli.output import YES, Options, on_disk, writing
from lastlap.errors import InputError

if TYPE_CHECKING:
    from lastlap.timing.relay import Relay


def lynx(options: Options) -> int:
    """Write the files with which FinishLynx knows people, events and schedule: one event a sprint and finish."""
    from lastlap.log import Meet
    from lastlap.timing import lynx

    with Meet.open(options.meet) as meet:
        plans = [lynx.plan(number, name, meet.race(name)) for number, name in enumerate(meet.races(), 1)]
    planned = [reading for plan in plans for reading in plan]
    if not planned:
        message = f"{options.meet} has no races yet: draw them first"
        raise InputError(message)
    folder = Path(options.out)
    files = {"ppl": lynx.people, "evt": lynx.events, "sch": lynx.schedule}
    with on_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for ending, written in files.items():
            (folder / f"lynx.{ending}").write_text(written(planned), encoding="latin-1", newline="")
    print(f"{folder}: {len(planned)} readings of {len(plans)} races in lynx.{', lynx.'.join(files)}")
    return YES


def passings(options: Options) -> int:
    """Write the passings of a race as a table (CSV), as the devices told them."""
    from lastlap.events import Passing
    from lastlap.log import Meet
    from lastlap.timing.table import passings_table

    with Meet.open(options.meet) as meet, writing(options.out) as write:
        meet.race(options.race)
        told = (record.event for record in meet.records(options.race))
        write(passings_table(event for event in told if isinstance(event, Passing)))
    return YES


def rmonitor(options: Options) -> int:
    """Feed a race to scoreboards and apps that speak RMonitor, until Ctrl-C."""
    import asyncio

    from lastlap.inbox import wall_of
    from lastlap.log import Meet, opening, wall_clock
    from lastlap.race import Race
    from lastlap.timing.relay import Relay

    with Meet.open(options.meet) as meet:
        meet.race(options.race)
        race, seen = Race(), 0

        def latest() -> Race:
            nonlocal seen
            for record in meet.records(options.race, after=seen):
                race.tell(record)
                seen = record.number
            return race

        opened = opening(meet)
        relay = Relay(latest, opened, wall_of(opened.utc_offset, wall_clock()), wall_clock)
        with suppress(KeyboardInterrupt):
            asyncio.run(_relayed(relay, options))
    return YES


async def _relayed(relay: "Relay", options: Options) -> None:
    """Serves a feed until it is cancelled."""
    import asyncio

    async with relay.serve(options.host, options.port):
        print(f"{options.race} as RMonitor on tcp://{options.host}:{relay.port}; Ctrl-C ends it", flush=True)
        await asyncio.Event().wait()
