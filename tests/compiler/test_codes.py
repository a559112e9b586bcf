"""The table of diagnostics: it is whole, its examples give what they say, and the pages made from it are up to date."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from nmt.compiler.codes import HUNDREDS, PRELUDE, RULES, TABLE, Code
from nmt.compiler.codes.document import anchor, document, rules_of
from nmt.compiler.codes.examples import CHECKED, findings, said

ROOT = Path(__file__).parents[2]
LANGUAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
TEXTS = {
    path.relative_to(ROOT): path.read_text(encoding="utf-8")
    for layer in ("compiler", "ntypes", "nmt", "trainer", "data", "stdlib")
    for path in sorted((ROOT / layer).rglob("*.py"))
    if path.parent != ROOT / "compiler" / "codes"
}
# What no .nmt file alone can show: a file that cannot be read, an option, and what `nmt test` finds.
NO_CASE = {"NMT006", "NMT114", "NMT506"}


@pytest.fixture(scope="module")
def page() -> str:
    return document()


def by_code(row: Code) -> str:
    return row.code


def test_the_table_is_whole() -> None:
    assert len(TABLE) >= 45
    assert list(TABLE) == sorted(TABLE)
    for digit, (_, rows) in HUNDREDS.items():
        assert all(re.fullmatch(rf"NMT{digit}\d\d", row.code) for row in rows)
    assert len(TABLE) == sum(len(rows) for _, rows in HUNDREDS.values())  # no code stands twice


def test_every_code_of_the_source_is_in_the_table() -> None:
    for path, text in TEXTS.items():
        assert set(re.findall(r"NMT\d{3}(?!\d)", text)) <= TABLE.keys(), path


def test_every_code_of_the_table_is_raised() -> None:
    raised = {code for text in TEXTS.values() for code in re.findall(r"\"(NMT\d{3})\"", text)}
    assert TABLE.keys() == raised


def test_every_code_of_a_file_has_a_golden_case() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "cases").glob("*.txt")]
    shown = {code for text in texts for code in re.findall(r"NMT\d{3}", text)}
    assert {code for code in TABLE if code[3] in "01235"} - shown <= NO_CASE


@pytest.mark.parametrize("row", TABLE.values(), ids=by_code)
def test_a_row_can_be_read(row: Code) -> None:
    assert row.rule in RULES
    assert row.severity in {"error", "warning"}
    assert len(row.page) > 60
    assert len(row.page.splitlines()) <= 6
    assert row.title == row.title.strip(" .")
    assert len(row.title) < 70
    assert row.wrong
    assert row.right or row.kind == "diff"  # some changes have no mended form: they are made on purpose
    assert max(map(len, row.page.splitlines())) < 120


@pytest.mark.parametrize("row", [row for row in TABLE.values() if row.kind in CHECKED], ids=by_code)
def test_examples_give_their_code_and_no_other(row: Code) -> None:
    assert [finding.code for finding in findings(row.wrong, row.kind)] == [row.code]
    assert not row.right or not findings(row.right, row.kind)
    assert "example.nmt:" in said(row) or row.kind != "nmt"
    assert str(ROOT) not in said(row)  # what is printed is the same on every machine


def test_codes_of_files_have_checked_examples() -> None:
    """Only what hangs on a folder, an option, a second file or a run, on bytes or tabs, may go unchecked."""
    unchecked = {"NMT401", *(f"NMT{number}" for number in (*range(413, 420), 445, 448, 449, 450, 451, 453))}
    assert {row.code for row in TABLE.values() if row.code[3] != "6" and row.kind not in CHECKED} == {
        *NO_CASE,
        *unchecked,
    }


def test_rules_are_those_of_the_docs() -> None:
    """`make docs` takes them from there."""
    assert (ROOT / "compiler" / "codes" / "rules.py").read_text(encoding="utf-8") == rules_of(LANGUAGE)
    assert list(RULES) == re.findall(r"^\*\*(\d+\.\d+)\*\*", LANGUAGE, re.MULTILINE)
    assert RULES["3.3"] == "A scalar fits any shape, also at `->`."
    assert all("\n" not in text and "**" not in text and len(text) > 20 for text in RULES.values())
    order = [tuple(map(int, number.split("."))) for number in RULES]
    assert order == sorted(order)


def test_rules_that_are_cited_exist(page: str) -> None:
    texts = [LANGUAGE, page, *TEXTS.values(), *(row.page for row in TABLE.values())]
    cited = {number for text in texts for number in re.findall(r"\b[Rr]ule:? (\d+\.\d+)", text)}
    assert cited <= RULES.keys()
    assert len(cited) > 20  # they are found at all


def test_the_prelude_is_that_of_the_docs() -> None:
    assert f"```nmt prelude\n{PRELUDE}```" in LANGUAGE


def test_the_docs_are_up_to_date(page: str) -> None:
    """`make docs` writes them anew."""
    assert (ROOT / "docs" / "diagnostics.md").read_text(encoding="utf-8") == page


def test_every_code_has_its_place_in_the_docs(page: str) -> None:
    for code in TABLE:
        assert f"\n### {code}\n" in page
        assert f"](#{anchor(code).partition('#')[2]})" in page


def test_the_table_is_light_and_not_needed_by_a_clean_check() -> None:
    """It is imported when something is found, and brings nothing along that a check has not."""
    script = """
import sys
import nmt.loading
from pathlib import Path
assert nmt.loading.check_file(nmt.loading.find("clevr"))[0] is not None
assert "nmt.compiler.codes" not in sys.modules
before = set(sys.modules)
import nmt.compiler.codes
more = [name for name in set(sys.modules) - before if not name.startswith("nmt.compiler.codes")]
assert not more, more
assert "nmt.compiler.codes.examples" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
