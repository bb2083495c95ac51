"""What each command takes on the command line: its flags, in the words of `--help`."""

from collections.abc import Mapping, Sequence
from typing import Any

Argument = tuple[tuple[str, ...], Mapping[str, Any]]
"""The flags of an argument, and what argparse is told of it."""


def _of(*flags: str, **settings: object) -> Argument:
    return flags, settings


_PORT = _of("--port", type=int, default=8080, metavar="N", help="8080 if not given; 0 takes any")
_HOST = _of(
    "--host", metavar="H", help="127.0.0.1 is for this machine alone; everybody in the network if not given"
)
_JSON = _of("--json", action="store_true", help="print JSON for programs")
_MEET = _of("meet", metavar="FILE.meet")
_RACE = _of("race", metavar="RACE")
_COMPETITION = _of("--competition", metavar="ID", help="which one, if the meet has several")

_FEED = (
    _of("--code", metavar="CODE", help="the competition code (made of the meet's name if not given)"),
    _of("--production", action="store_true", help="say that it is no test"),
    _of("--time-stamp", action="store_true", help="the header of 2028 instead of that of 2026"),
    _of("--ascii", action="store_true", help="spell names in ASCII, as the feeds of the Games do"),
)


def _decoder(**settings: object) -> Argument:
    metavar = "[NAME=][LANGUAGE+]ADDRESS"
    words = "box=tcp://HOST:PORT, line=alge+serial:DEVICE@BAUD ...; repeat for several"
    return _of("--decoder", action="append", metavar=metavar, help=words, **settings)


ARGUMENTS: Mapping[str, Sequence[Argument]] = {
    "demo": (
        _of("--out", metavar="DIR", help="the folder for what it leaves (the night's name if not given)"),
        _of("--night", metavar="NAME", help="which night, if several come with lastlap"),
        _of("--serve", action="store_true", help="open the night with all pages live, until Ctrl-C"),
        _PORT,
        _HOST,
        _of(
            "--speed",
            type=float,
            default=20.0,
            metavar="X",
            help="so many seconds of the night take one (20 if not given)",
        ),
        _JSON,
    ),
    "rank": (_of("files", nargs="+", metavar="FILE"), _JSON),
    "verify": (_of("files", nargs="+", metavar="FILE"), _JSON),
    "new": (
        _MEET,
        _of("--edition", default="isu-2024", metavar="NAME", help="an edition, or a TOML file of your own"),
        _of(
            "--from",
            dest="sheets",
            nargs="+",
            metavar="SHEET.json",
            help="races and start lists of sheets",
        ),
        _of(
            "--category",
            action="append",
            metavar="W|M|JW|JM",
            help="repeat for several (W and M if not given)",
        ),
        _of("--name", metavar="TEXT"),
        _of("--venue", default="", metavar="TEXT"),
        _of("--date", default="", metavar="YYYY-MM-DD"),
        _of(
            "--utc-offset",
            type=int,
            default=0,
            metavar="MIN",
            help="minutes that the rink's clock is ahead of UTC",
        ),
        _of("--lap-m", type=float, metavar="M", help="the measured length of a lap"),
        _of(
            "--profile",
            default="world-cup",
            metavar="NAME",
            help="how sheets print: world-cup or olympic",
        ),
        _of("--games", type=int, metavar="YEAR", help="the Olympic Winter Games that the meet is part of"),
        _JSON,
    ),
    "enter": (
        _MEET,
        _of("entries", metavar="ENTRIES.csv"),
        _COMPETITION,
        _of("--anyway", action="store_true", help="take the rows that are right although others are wrong"),
        _JSON,
    ),
    "draw": (_MEET, _COMPETITION, _of("--seed", default="1", help="of the lot for unranked skaters"), _JSON),
    "withdraw": (
        _MEET,
        _of("skaters", nargs="+", metavar="SKATER"),
        _COMPETITION,
        _of("--why", default=""),
        _JSON,
    ),
    "capture": (
        _MEET,
        _of("--race", required=True, metavar="RACE"),
        _decoder(required=True),
        _of("--raw", metavar="FILE", help="where raw bytes are kept (beside the meet if not given)"),
        _of("--gun", action="store_true", help="press Enter here to fire the gun"),
        _of("--until-finished", action="store_true", help="stop when everybody has finished"),
    ),
    "serve": (
        _MEET,
        _PORT,
        _HOST,
        _decoder(default=[]),
        _of("--tls-cert", metavar="FILE", help="serve by HTTPS, with this certificate"),
        _of("--tls-key", metavar="FILE", help="and its key"),
        _of("--odf", metavar="DIR", help="feed partners: ODF messages go into this folder, and are served"),
        *_FEED,
    ),
    "rehearse": (
        _of("meet", nargs="?", metavar="FILE.meet"),
        _of("--race", metavar="RACE"),
        _of(
            "--story",
            metavar="NIGHT/RACE|FILE",
            help="another race, as in pyeongchang-2018/w-final, or the bytes that a P3 decoder once sent",
        ),
        _of(
            "--gun",
            choices=("now", "log"),
            default="now",
            help="when the skaters start: with the first client, or when the gun is fired in the log",
        ),
        _of(
            "--port",
            type=int,
            default=5403,
            metavar="N",
            help="5403 is what P3 decoders use; 0 takes any",
        ),
        _of(
            "--speed",
            type=float,
            default=1.0,
            metavar="X",
            help="so many seconds of the race take one; inf does not wait",
        ),
        _of(
            "--fault",
            action="append",
            default=[],
            metavar="FAULT",
            help="misbehave: drop=0.01, cut=300:20 ...",
        ),
        _of("--seed", type=int, default=1, metavar="S", help="of all that is made up"),
    ),
    "tell": (
        _MEET,
        _RACE,
        _of("event", metavar="EVENT", help='JSON, as in {"type": "MarkGiven", "bib": 7, "irm": "DNF"}'),
        _of("--by", default="referee", metavar="NAME", help="who says it"),
    ),
    "replay-raw": (
        _of("raw", metavar="FILE.raw"),
        _MEET,
        _of("--race", required=True, metavar="RACE"),
        _of(
            "--decoder",
            action="append",
            required=True,
            metavar="[NAME=]ADDRESS",
            help="as it was captured",
        ),
    ),
    "report": (
        _MEET,
        _COMPETITION,
        _of("--lang", metavar="en|ko|ja|nl", help="the language (en if not given)"),
        _of("--trace", action="store_true", help="show the records behind each sentence"),
        _of(
            "--out",
            metavar="FILE",
            help="a file instead of the terminal; FILE.html is a page, FILE.pdf is printed",
        ),
        _of("--story", metavar="FILE.toml", help="what people added (FILE.story.toml if not given)"),
        _of("--edit", metavar="SENTENCE", help="write --text down instead of this sentence"),
        _of("--text", default="", metavar="TEXT", help="nothing leaves the sentence out"),
        _of("--quote", default="", metavar="TEXT", help="attach what somebody said"),
        _of("--who", default="", metavar="NAME", help="who said it, and what they are"),
        _of("--picture", default="", metavar="FILE", help="attach a photograph"),
        _of("--caption", default="", metavar="TEXT", help="what it shows"),
        _of("--credit", default="", metavar="NAME", help="who took it"),
        _of("--words", default="", metavar="TEXT", help="attach a paragraph of your own"),
        _of("--after", metavar="PARAGRAPH", help="behind which paragraph, as --trace names them"),
        _of("--by", default="", metavar="NAME", help="who adds it"),
        _JSON,
    ),
    "ceremony": (
        _MEET,
        _of("competition", nargs="?", metavar="COMPETITION", help="which one, if the meet has several"),
        _of("--where", choices=("venue", "plaza"), help="at the rink, or at the medals plaza"),
        _of("--place", metavar="TEXT", help="the name of the place"),
        _of("--at", metavar="HH:MM", help="by the rink's clock; YYYY-MM-DD HH:MM for another day"),
        _of(
            "--presents",
            action="append",
            metavar="WHAT",
            help="as in 'gold medal: Ann Aa, president'; repeat for several, all are said anew",
        ),
        _of("--held", action="store_true", help="write down that it was held"),
        _of("--by", default="secretary", metavar="NAME", help="who says it"),
        _of("--out", metavar="FILE", help="a file instead of the terminal; FILE.pdf is printed"),
        _JSON,
    ),
    "forget": (
        _MEET,
        _of("skater", metavar="SKATER", help="by id, or by name"),
        _of("--into", required=True, metavar="NEW.meet", help="the meet to make"),
    ),
    "lynx": (_MEET, _of("--out", required=True, metavar="DIR", help="the folder of FinishLynx")),
    "passings": (
        _MEET,
        _of("--race", required=True, metavar="RACE"),
        _of("--out", metavar="FILE", help="a file instead of the terminal"),
    ),
    "rmonitor": (
        _MEET,
        _of("--race", required=True, metavar="RACE"),
        _of(
            "--port",
            type=int,
            default=50_000,
            metavar="N",
            help="50000 is what scoreboards expect; 0 takes any",
        ),
        _of("--host", default="0.0.0.0", metavar="H", help="where to listen (everywhere if not given)"),  # noqa: S104 - scoreboards are other computers
    ),
    "standings": (
        _MEET,
        _RACE,
        _of("--profile", metavar="NAME", help="print as this family of sheets does"),
        _JSON,
    ),
    "sure": (_MEET, _RACE, _of("--top", type=int, metavar="K", help="which places are asked for"), _JSON),
    "check": (
        _MEET,
        _of("--salvage", metavar="NEW.meet", help="save what can be proved of a damaged file"),
        _JSON,
    ),
    "export": (_MEET, _of("--out", metavar="FILE", help="a file instead of the terminal")),
    "publish": (
        _MEET,
        _of("--out", required=True, metavar="DIR", help="the folder for all of it"),
        _of("--race", action="append", default=[], metavar="RACE", help="only this; repeat for several"),
        _of("--format", action="append", default=[], metavar="NAME,NAME", help="only these: pdf, html ..."),
        _of("--reasons", action="store_true", help="let results say why everybody has their rank"),
        _of("--games", type=int, metavar="YEAR", help="the Games whose medals the meet decides"),
        _of("--fonts", action="append", default=[], metavar="DIR", help="more fonts, for rare characters"),
        _of("--at", default="", metavar="URL", help="the address under which the folder will stand"),
        _of("--site", action="store_true", help="pages too that any web space can serve"),
        _of("--follow", action="store_true", help="publish again as results are declared, until Ctrl-C"),
        _of("--contact", default="", metavar="TEXT", help="whom to ask about personal data"),
        _JSON,
    ),
    "odf": (
        _MEET,
        _of("--out", required=True, metavar="DIR", help="the folder for the messages"),
        _of("--follow", action="store_true", help="go on as the meet grows, until Ctrl-C"),
        *_FEED,
        _JSON,
    ),
    "odf-check": (
        _of(
            "files",
            nargs="+",
            metavar="FILES",
            help="messages; a folder is a whole feed, in which nothing may be missing",
        ),
        _of("--xsd", metavar="FILE", help="the odf2.xsd of a schema package, to validate against too"),
        _JSON,
    ),
    "chart": (
        _MEET,
        _RACE,
        _of("--kind", default="position", metavar="NAME", help="position, gap, laps or points"),
        _of("--out", required=True, metavar="FILE", help="a name that ends in .svg or .png"),
        _of(
            "--skater",
            type=int,
            action="append",
            default=[],
            metavar="CAP",
            help="highlight this skater; repeat for several (the first three if not given)",
        ),
    ),
    "import": (_MEET, _of("lines", metavar="LINES.jsonl", help="what export wrote; - is stdin")),
}
"""The arguments of each command, by its name."""
