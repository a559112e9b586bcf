"""What the README says is run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FRONTENDS = ROOT / "docs" / "frontends.md"
CONSOLE = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_python_blocks_run(block):
    made = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    assert "torch.Size([2, 28])" in made.stdout or "28" not in block


def test_the_diagnostic_is_what_the_checker_says(tmp_path):
    shown = re.search(r"    (or\.nmt:.*?)\n\n", README, re.DOTALL)
    assert shown
    wanted = "\n".join(line.removeprefix("    ") for line in shown[1].splitlines())
    lines = ["package or_of @ 1.0.0", "dim H", "dim W", "", "type mask = real[H, W] in 0..1 by sigmoid", ""]
    (tmp_path / "or.nmt").write_text("\n".join([*lines, "op or(a: mask, b: mask) -> mask = a + b"]) + "\n")
    made = subprocess.run(
        [sys.executable, "-m", "nmt", "check", "or.nmt"], cwd=tmp_path, capture_output=True, text=True
    )
    assert made.stderr.startswith(wanted)


def test_the_language_block_is_the_librarys_own():
    block = re.search(r"```\n# clevr\.nmt, in part.*?\n(.*?)```", README, re.DOTALL)
    assert block
    library = "\n".join((ROOT / "stdlib" / name).read_text() for name in ("clevr.nmt", "std/attention.nmt"))
    have = {" ".join(line.partition("#")[0].split()) for line in library.splitlines()}
    for line in filter(None, block[1].splitlines()):
        assert " ".join(line.split()) in have


def test_every_command_of_the_readme_exists():
    for name in set(re.findall(r"^    nmt (\S+)", README, re.MULTILINE)) | set(re.findall(r"`nmt (\w+)", README)):
        made = subprocess.run([sys.executable, "-m", "nmt", name, "--help"], capture_output=True, text=True)
        assert made.returncode == 0, name


def test_every_target_of_make_exists():
    made = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^    make (\S+)", README, re.MULTILINE):
        assert f"\n{target}:" in made


@pytest.mark.slow  # each command is a process of its own
def test_the_page_on_front_ends_prints_what_it_shows(tmp_path, request):
    """Its commands run in one folder, one after the other; `pytest --bless` writes what they print."""
    page = FRONTENDS.read_text(encoding="utf-8")
    made = CONSOLE.sub(lambda block: printed(block[0], tmp_path), page)
    if request.config.getoption("--bless"):
        FRONTENDS.write_text(made, encoding="utf-8")
    assert made == FRONTENDS.read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    run = subprocess.run([sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True)
    assert run.stdout.splitlines()[-1] == "told: NMT420", run.stderr


def printed(block, folder):
    """A block with its commands (`$ `, gone on by `> `) and what they print."""
    commands = re.findall(r"^\$ .*(?:\n>.*)*", block, re.MULTILINE)
    return "".join(f"{command}\n{output(command, folder)}" for command in commands)


def output(command, folder):
    script = re.sub(r"^> ?", "", command.removeprefix("$ "), flags=re.MULTILINE) + "\n"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "PYTHONUNBUFFERED": "1"}
    run = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return run.stdout
