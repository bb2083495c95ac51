"""What the press takes away: text, data and print, each with the same words."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from clubnight import stage
from lastlap.log import Meet
from lastlap.publish.ceremony import ceremony
from lastlap.publish.report import report
from lastlap.publish.typeset import ceremony_pdf, report_pdf
from lastlap.times import Instant


def printed(pdf: bytes, file: Path) -> str:
    """The words that stand in a PDF."""
    tool = shutil.which("pdftotext")
    if tool is None and not os.environ.get("CI"):
        pytest.skip("pdftotext (poppler-utils) is not here")
    file.write_bytes(pdf)
    read = subprocess.run([str(tool), "-layout", str(file), "-"], capture_output=True, text=True, check=True)
    return " ".join(read.stdout.split())


def test_a_printed_ceremony_has_the_plan_after_a_tie(tmp_path: Path) -> None:
    """Two golds, no silver, two anthems: all of it on the sheet."""
    text = printed(
        ceremony_pdf(ceremony(stage((2, 3), 1, 4), "w"), "Club night", Instant(0)), tmp_path / "c.pdf"
    )
    assert "Silver not given" in text
    assert "Please stand for the national anthem of Austria and then the national anthem of Belgium." in text
    assert "Centre: BEL Belgium (gold)" in text


def test_a_printed_ceremony_says_what_is_missing_and_parts_long_names(tmp_path: Path) -> None:
    """Not official stands on it, so does every name that nobody entered, and a long name stays in its column."""
    plan = ceremony(stage(3, 1, 2, 4), "w")
    long = "Maria-Magdalena WOLFESCHLEGELSTEINHAUSENBERGERDORFF-SCHMIDT"
    awards = tuple(
        msgspec.structs.replace(
            award, recipients=tuple(msgspec.structs.replace(who, name=long) for who in award.recipients)
        )
        for award in plan.awards
    )
    odd = msgspec.structs.replace(plan, official=False, awards=awards)
    text = printed(ceremony_pdf(odd, "Club night", Instant(0)), tmp_path / "c.pdf")
    assert "PROVISIONAL" in text
    assert "The result is not official." in text
    assert text.count("not entered") == 1 + 3 * 3
    assert text.count("Maria-Magdalena") == text.count("SCHMIDT") == 3


@pytest.mark.parametrize("lang", ["en", "ko", "ja", "nl"])
def test_a_printed_report_has_the_sentences(night: Path, tmp_path: Path, lang: str) -> None:
    """Every sentence of the report can be read out of its PDF."""
    with Meet.open(night / "pyeongchang-2018.meet") as meet:
        found = report(list(meet.records()), lang)
    text = printed(report_pdf(found, "Night", Instant(0)), tmp_path / "r.pdf").replace(" ", "")
    text = re.sub(r"Night\d/\d", "", text)  # the foot of a page may stand in the middle of a sentence
    assert [one.text for one in found.sentences if one.text.replace(" ", "") not in text] == []
