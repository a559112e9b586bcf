"""`nmt fmt` as people call it: what is written, what is said, and what is left alone."""

import io
import json
import os
import shutil
import subprocess
import sys

import pytest

from nmt.__main__ import main

ROUGH = "dim   H # rows\nvocab A={a}\n"
FINE = f"{'dim H':42}# rows\nvocab A = {{ a }}\n"
BROKEN = "dim h\ndim   K\n"


@pytest.fixture
def fmt(tmp_path, monkeypatch, capsys):
    """Call `nmt fmt` in a folder of its own; gives exit status, standard output and standard error."""
    monkeypatch.chdir(tmp_path)

    def call(*args):
        with pytest.raises(SystemExit) as ended:
            main(["fmt", *map(str, args)])
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return call


@pytest.fixture
def stdin(monkeypatch):
    """Put bytes on standard input."""
    return lambda content: monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_files_are_rewritten_in_place(fmt, tmp_path):
    rough, fine = tmp_path / "rough.nmt", tmp_path / "fine.nmt"
    rough.write_text(ROUGH)
    fine.write_text(FINE)
    rough.chmod(0o640)
    os.utime(fine, (1, 1))
    assert fmt("rough.nmt", "fine.nmt") == (0, "rough.nmt: formatted\n", "")
    assert rough.read_text() == fine.read_text() == FINE
    assert rough.stat().st_mode & 0o777 == 0o640
    assert fine.stat().st_mtime == 1, "nothing is written where nothing changes"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fine.nmt", "rough.nmt"], "nothing is left beside"
    assert fmt("rough.nmt", "fine.nmt") == (0, "", "")


def test_check_writes_nothing(fmt, tmp_path):
    (tmp_path / "rough.nmt").write_text(ROUGH)
    (tmp_path / "fine.nmt").write_text(FINE)
    assert fmt("--check", "rough.nmt", "fine.nmt") == (1, "rough.nmt: would change\n", "")
    assert (tmp_path / "rough.nmt").read_text() == ROUGH
    assert fmt("--check", "fine.nmt") == (0, "", "")


@pytest.mark.parametrize("content", [ROUGH, "dim   H", "\ufeffdim H\r\ndim W\r\n", "\n", "dim A\n" * 30 + "dim\tB"])
@pytest.mark.skipif(shutil.which("patch") is None, reason="needs `patch`")
def test_a_diff_can_be_applied(fmt, tmp_path, content):
    path = tmp_path / "rough.nmt"
    path.write_bytes(content.encode())
    status, diff, err = fmt("--diff", "rough.nmt")
    assert (status, err) == (1, "")
    assert path.read_bytes() == content.encode()
    subprocess.run(["patch", "--binary", "-s", "rough.nmt"], input=diff.encode(), cwd=tmp_path, check=True)
    by_patch = path.read_bytes()
    path.write_bytes(content.encode())
    fmt("rough.nmt")
    assert by_patch == path.read_bytes()
    assert fmt("--diff", "rough.nmt") == (0, "", "")


def test_folders_stand_for_the_files_below(fmt, tmp_path):
    for name in ("a/rough.nmt", "a/b/other.nmt", "a/.hidden/none.nmt", "a/text.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(ROUGH)
    assert fmt("a") == (0, "a/rough.nmt: formatted\na/b/other.nmt: formatted\n", "")
    assert (tmp_path / "a/.hidden/none.nmt").read_text() == (tmp_path / "a/text.txt").read_text() == ROUGH
    (tmp_path / "empty").mkdir()
    status, out, err = fmt("empty", "a")
    assert (status, out) == (1, "")
    assert "empty: NMT006 holds no .nmt file" in err


def test_what_cannot_be_formatted_is_left_and_the_rest_goes_on(fmt, tmp_path):
    (tmp_path / "broken.nmt").write_text(BROKEN)
    (tmp_path / "latin.nmt").write_bytes("dim H # é".encode("latin-1"))
    (tmp_path / "kept.nmt").write_text(ROUGH)
    (tmp_path / "kept.nmt").chmod(0o444)
    (tmp_path / "rough.nmt").write_text(ROUGH)
    status, out, err = fmt("broken.nmt", "latin.nmt", "kept.nmt", "absent.nmt", "rough.nmt")
    assert (status, out) == (1, "rough.nmt: formatted\n")
    assert "broken.nmt:1:5: NMT001" in err
    assert "latin.nmt: NMT006 is not UTF-8 text (byte 8)" in err
    assert "kept.nmt: NMT610 is read-only" in err
    assert "absent.nmt: NMT006 cannot be read" in err
    assert (tmp_path / "broken.nmt").read_text() == BROKEN
    assert (tmp_path / "kept.nmt").read_text() == ROUGH


def test_a_disk_that_is_full_costs_nothing(fmt, tmp_path, monkeypatch):
    (tmp_path / "rough.nmt").write_text(ROUGH)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    status, out, err = fmt("rough.nmt")
    assert (status, out) == (1, "")
    assert "rough.nmt: NMT610 cannot be written: No space left on device" in err
    assert [path.name for path in tmp_path.iterdir()] == ["rough.nmt"]
    assert (tmp_path / "rough.nmt").read_text() == ROUGH


def test_a_link_stays_a_link(fmt, tmp_path):
    (tmp_path / "real.nmt").write_text(ROUGH)
    (tmp_path / "link.nmt").symlink_to("real.nmt")
    fmt("link.nmt")
    assert (tmp_path / "link.nmt").is_symlink()
    assert (tmp_path / "real.nmt").read_text() == FINE


@pytest.mark.parametrize(
    ("content", "result"),
    [(b"", b""), (b"\n \n", b""), (b"\xef\xbb\xbfdim H\r\ndim  W", b"dim H\ndim W\n"), (b"#\r#", b"#\n#\n")],
)
def test_line_ends_marks_and_nothing(fmt, tmp_path, content, result):
    (tmp_path / "one.nmt").write_bytes(content)
    assert fmt("one.nmt")[0] == 0
    assert (tmp_path / "one.nmt").read_bytes() == result


def test_standard_input():
    def piped(content, *args):
        made = subprocess.run([sys.executable, "-m", "nmt", "fmt", "-", *args], input=content, capture_output=True)
        return made.returncode, made.stdout, made.stderr.decode()

    assert piped(b"\xef\xbb\xbfdim   H\r\n# \xc3\xa9") == (0, "dim H\n# é\n".encode(), "")
    status, out, err = piped(BROKEN.encode())
    assert (status, out) == (1, b"")
    assert "<stdin>:1:5: NMT001" in err


def test_standard_input_can_be_checked(fmt, stdin):
    stdin(ROUGH.encode())
    assert fmt("-", "--check") == (1, "<stdin>: would change\n", "")
    stdin(b"dim  H")
    assert fmt("-", "--diff")[1].endswith("-dim  H\n\\ No newline at end of file\n+dim H\n")
    stdin(b"\xff")
    assert "<stdin>: NMT006 is not UTF-8 text (byte 0)" in fmt("-")[2]


def test_json(fmt, tmp_path):
    (tmp_path / "rough.nmt").write_text("dim  H\n")
    (tmp_path / "broken.nmt").write_text(BROKEN)
    status, out, err = fmt("--json", "--diff", "rough.nmt", "broken.nmt")
    report = json.loads(out)
    assert (status, err) == (1, "")
    assert report["files"] == [
        {
            "file": "rough.nmt",
            "changed": True,
            "diff": "--- rough.nmt\n+++ rough.nmt\n@@ -1 +1 @@\n-dim  H\n+dim H\n",
        }
    ]
    assert [finding["code"] for finding in report["diagnostics"]] == ["NMT001"]
    assert json.loads(fmt("--json", "rough.nmt")[1])["files"] == [{"file": "rough.nmt", "changed": True}]
    assert (tmp_path / "rough.nmt").read_text() == "dim H\n"


def test_wrong_usage(fmt):
    assert fmt()[0] == fmt("-", "other.nmt")[0] == fmt("-", "--json")[0] == 2
