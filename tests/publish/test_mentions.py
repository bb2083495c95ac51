"""Names in a text: whole at first, then the family name alone where nobody can be mistaken."""

from pathlib import Path

from lastlap.log import Meet
from lastlap.publish.finding import Finding, Line, Person
from lastlap.publish.mentions import Mentions
from lastlap.publish.report import as_text, report
from lastlap.publish.story import Edit, Story
from sheetmeet import told_from_sheets

LEE, PARK, OTHER_PARK = (
    Person("Lee Seung-hoon", "KOR"),
    Person("Ji-Woo PARK", "KOR"),
    Person("Park Ji-woo", "KOR"),
)
THORUP = Person("Viktor Hald Thorup", "DEN")


def mentions(*people: Person) -> Mentions:
    """The mentions of a text in which *people* come in a list."""
    return Mentions([Finding("next_places", "final", {"people": people}, (1,))])


def test_a_name_is_whole_until_it_was_said() -> None:
    """Then the family name does."""
    told = mentions(LEE, PARK)
    assert told.briefly(LEE) == LEE
    told.name([Line(LEE, 1, 60)])
    assert told.briefly((LEE, PARK)) == (Person("Lee", "KOR"), PARK)


def test_who_can_be_mistaken_keeps_the_whole_name() -> None:
    """Two of one family name; and a name of which nobody can say where the family name begins."""
    told = mentions(PARK, OTHER_PARK, THORUP)
    told.name([PARK, OTHER_PARK, THORUP])
    assert told.briefly((PARK, OTHER_PARK, THORUP)) == (PARK, OTHER_PARK, THORUP)
    assert told.briefly(5) == 5


def test_a_report_names_everybody_in_full_first(night: Path) -> None:
    """Also where somebody wrote the sentence that did so anew; and without the capitals of sheets."""
    with Meet.open(night / "pyeongchang-2018.meet") as meet:
        records = list(meet.records())
    plain = report(records)
    lead = plain.paragraphs[0].sentences[0]
    later = {one.id for one in plain.sentences if one.text.startswith("For Takagi it was")}
    edit = Edit(lead.id, "en", "What a race.", lead.basis, "Ann Aa")
    edited = [one for one in report(records, story=Story(edits=(edit,))).sentences if one.id in later]
    assert [one.text.partition(" it was")[0] for one in edited] == ["For Nana Takagi"]


def test_a_report_has_no_capitals_of_sheets(tmp_path: Path) -> None:
    """A sheet prints `Ivanie BLONDIN`, a newspaper does not."""
    text = as_text(report(told_from_sheets(tmp_path / "cup.meet", "wc2025_cgy_w_diva")))
    assert "Ivanie Blondin of Canada won" in text
    assert "BLONDIN" not in text
