"""`nmt check`: what is said of files that are fine, and of what is no file."""

import pytest

from nmt.__main__ import main


def run(capsys, *args):
    """The exit status, and what is printed, on standard output and on standard error."""
    with pytest.raises(SystemExit) as end:
        main(list(args))
    return end.value.code, *capsys.readouterr()


@pytest.fixture(autouse=True)
def _beside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mics.nmt").write_text(
        "package mics @ 1.0.0\nmodule m(x: real) -> real\nop f(x: real) -> real = m(x)\n"
    )
    (tmp_path / "rooms.nmt").write_text("package rooms @ 1.0.0\n")
    (tmp_path / "none").mkdir()


def test_what_a_file_has_is_counted(capsys):
    said = "mics.nmt: mics is fine: 1 module, 1 op\nrooms.nmt: rooms is fine: 0 modules, 0 ops\n"
    assert run(capsys, "check", "mics.nmt", "rooms.nmt") == (0, said, "")


@pytest.mark.parametrize(
    ("name", "help_"),
    [
        (".", "name its files: mics.nmt rooms.nmt"),
        ("none", "it has no .nmt files"),
        ("mics", "did you mean mics.nmt?"),
        ("mcis", "the library has "),
    ],
)
def test_what_is_no_file(capsys, name, help_):
    status, out, err = run(capsys, "check", name)
    assert (status, out) == (1, "")
    assert err.startswith(f"{name}: NMT006 is {'no file' if name.startswith('m') else 'a folder'}")
    assert f"  help: {help_}" in err


def test_many_files_of_a_folder_are_not_all_named(capsys, tmp_path):
    for at in range(9):
        (tmp_path / "none" / f"p{at}.nmt").touch()
    assert "none/p7.nmt and 1 more\n" in run(capsys, "check", "none")[2]


def test_a_command_that_is_written_wrongly(capsys):
    status, _, err = run(capsys, "chek", "mics.nmt")
    assert status == 2
    assert "No such command 'chek'. Did you mean `check`?" in err
    assert "id you mean" not in run(capsys, "nothing")[2]
