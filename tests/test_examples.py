"""Examples do what their READMEs say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DIGITS = Path(__file__).parents[1] / "examples" / "digits"


def run(*command: str, check: int = 0) -> str:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    made = subprocess.run(
        [sys.executable, *command], cwd=DIGITS, capture_output=True, text=True, env=environment, timeout=300
    )
    assert made.returncode == check, made.stdout + made.stderr
    return made.stdout + made.stderr


def test_every_command_of_the_readme_is_tried_here() -> None:
    commands = re.findall(r"^    ((?:nmt|python|pytest) .*)$", (DIGITS / "README.md").read_text(), re.MULTILINE)
    tried = Path(__file__).read_text()
    assert len(commands) == 6
    for command in commands:
        program, *arguments = command.split(" ", 2)
        assert all(f'"{word}"' in tried for word in (program, *arguments[:1]) if word != "python"), command


def test_the_interface() -> None:
    assert "digits is fine: 1 module, 7 ops" in run("-m", "nmt", "check", "digits.nmt")
    shown = run("-m", "nmt", "show", "digits.nmt", "ask(less(left(), right()))")
    assert "dot[DIGIT]" in shown


@pytest.mark.slow
def test_right_and_wrong_modules() -> None:
    assert " 0 do not" in run("-m", "nmt", "test", "digits.nmt", "--impl", "digits_modules")
    said = run("-m", "nmt", "test", "digits.nmt", "--impl", "wrong_modules", check=1)
    assert "read: NMT617 `batch` does not hold: a row changes with what else is in the batch" in said


@pytest.mark.slow
def test_what_was_learned_is_used_anew() -> None:
    said = run("train.py", "--steps", "300")
    shares = [float(share) for share in re.findall(r"([\d.]+)% right, never trained on", said)]
    assert len(shares) == 3
    assert min(shares) > 90


@pytest.mark.slow
def test_its_own_tests() -> None:
    said = run("-m", "pytest", "--nmt", "--nmt-impl", "digits_modules", "-p", "no:cacheprovider", "-q")
    assert re.search(r"\d\d passed", said)
    assert "failed" not in said
