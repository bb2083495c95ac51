"""A night played again before everybody's eyes: real P3 bytes, officials' words at their moments, live pages.

Strategy: the night is first played at once, aside, which tells all that the decoder will see.  Then
one decoder that is not there speaks for the whole evening, and its clock is the meet's: it runs at
the wanted speed, and leaps over the breaks between the races.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from lastlap.events import Passing, RaceArmed
from lastlap.live.accounts import Accounts, accounts_path
from lastlap.live.hall import Hall
from lastlap.live.server import Serving, asked_to_end, found, running
from lastlap.log import Draft, Meet, wall_clock
from lastlap.night import (
    DECODER,
    STARTER,
    RaceScript,
    Said,
    Script,
    ceremonies,
    judged,
    opening,
    play,
    posted,
    starting,
    told,
)
from lastlap.times import MINUTE, SECOND, Duration, Instant
from lastlap.timing.box import Story, story_of
from lastlap.timing.devices import Device
from lastlap.timing.link import parse_address
from lastlap.timing.rehearsal import Plan, Rehearsal, serve

_BEFORE = Duration(45 * SECOND)
"""So long before its gun a race is armed; the breaks between the races are leapt over."""

_AFTER = Duration(40 * SECOND)
"""So long after the last crossing the officials begin to judge: everybody has left the ice."""

_STEP = 0.05
"""Seconds between two looks at the clock."""

Tell = Callable[[str], None]
"""Who is given what the people at the terminal should read."""


async def play_live(script: Script, meet: Meet, serving: Serving, speed: float, tell: Tell) -> None:
    """Plays the night of *script* into *meet*, served as *serving* says, until the program is asked to end."""
    story = await asyncio.to_thread(_story, script)
    rng = Random(f"{script.seed} evening")  # noqa: S311 - a made-up race is no secret
    plan = Plan(port=0, speed=speed, before=_BEFORE, waits=False)
    async with AsyncExitStack() as held:
        box = await held.enter_async_context(serve(story, plan, rng))
        accounts = held.enter_context(Accounts.open(accounts_path(meet.path), wall_clock))
        meet.append_all(opening(script))
        meet.append_all(posted(script, meet, box.moment()))
        hall = Hall(meet, accounts, box.moment, serving.bearer)
        decoder = Device(DECODER, "p3", parse_address(f"tcp://127.0.0.1:{box.port}"))
        on_the_ice = Serving(
            serving.host, serving.port, (decoder,), serving.bearer, serving.cert, serving.key, trusts_box=True
        )
        port = await held.enter_async_context(running(hall, on_the_ice))
        await held.enter_async_context(found(hall, serving, port, tell))
        playing = asyncio.create_task(Evening(script, hall, box, speed, tell).play())
        ending = asyncio.create_task(asked_to_end())
        await asyncio.wait([playing, ending], return_when=asyncio.FIRST_COMPLETED)
        if playing.done():
            playing.result()
            await ending
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)


def _story(script: Script) -> Story:
    """All that a decoder will see of the night, from the first race to the last."""
    with TemporaryDirectory() as folder, Meet.create(Path(folder) / "aside.meet") as aside:
        play(script, aside, lambda _raced: None)
        events = [record.event for record in aside.records()]
    rng = Random(f"{script.seed} box")  # noqa: S311 - a made-up race is no secret
    passings = [event for event in events if isinstance(event, Passing)]
    gun = starting(script, script.races[0])
    return Story(gun, story_of(passings, (), rng).passings)


class Evening:
    """The officials of the night, who say their words at the moments at which they were said."""

    def __init__(self, script: Script, hall: Hall, box: Rehearsal, speed: float, tell: Tell) -> None:
        self._script = script
        self._hall = hall
        self._box = box
        self._speed = speed
        self._tell = tell

    async def play(self) -> None:
        """All races, one after the other."""
        for race in self._script.races:
            await self._race(race)
        last = self._hall.rink.race(self._script.races[-1].id)
        for draft in ceremonies(self._script, last):
            await self._until(draft.at or self._hall.now())
            await self._hall.say(draft)
        self._tell("The night is over; its pages stay open until Ctrl-C.")

    async def _race(self, race: RaceScript) -> None:
        hall = self._hall
        for draft in await asyncio.to_thread(posted, self._script, hall.meet, hall.now()):
            await hall.say(draft)
        # Armed before the leap: at a high speed the first lap ends within a moment.
        await self._hall.say(Draft(RaceArmed(self._hall.now()), race.id, STARTER, self._hall.now()))
        gun = starting(self._script, race)
        self._box.leap(Instant(gun - _BEFORE))
        starters = tuple(self._hall.rink.race(race.id).starters.values())
        words = [said for said in told(self._script, race, starters) if not isinstance(said.event, Passing)]
        self._tell(f"{race.id}: the gun in {_BEFORE // SECOND} s of the night")
        await self._say_all(race, words)
        while not self._hall.rink.is_over(race.id):  # noqa: ASYNC110 - passings come by the decoder
            await asyncio.sleep(_STEP)
        await self._judge(race)

    async def _judge(self, race: RaceScript) -> None:
        """The photo finish where it is needed, then the result: at once, as nobody watches officials think."""
        skated = self._hall.rink.race(race.id)
        over = Instant((skated.latest or self._hall.now()) + _AFTER)
        for word in judged(skated, over):
            await self._say_all(race, [word])
        await self._until(Instant(self._hall.now() + MINUTE))

    async def _say_all(self, race: RaceScript, words: Sequence[Said]) -> None:
        for word in words:
            await self._until(word.at)
            await self._hall.say(Draft(word.event, race.id, word.by, word.at))

    async def _until(self, at: Instant) -> None:
        """Waits until it is *at* on the meet's clock."""
        while (left := at - self._hall.now()) > 0:
            await asyncio.sleep(max(_STEP / 10, min(left / SECOND / self._speed, 1.0)))
            if self._box.over.is_set():
                # When all have crossed the line the box takes its time again, but the night does not.
                self._box.leap(Instant(self._hall.now() + int(SECOND * self._speed)))
