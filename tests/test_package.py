"""The wheel: `nmt` alone, with its grammar and standard library inside, working outside the checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    # Setuptools builds inside the folder it is given: a copy, so that no old build gets into the wheel.
    source, out = tmp_path_factory.mktemp("source") / "ntypes", tmp_path_factory.mktemp("wheel")
    left_out = shutil.ignore_patterns(".*", "build", "demo", "dist", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, source, symlinks=True, ignore=left_out)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(out), str(source)]
    made = subprocess.run(command, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    return next(out.glob("ntypes-*.whl"))


@pytest.mark.slow
def test_nothing_but_nmt_at_the_top(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"nmt"}
    for name in (
        "grammar/nmt.lark",
        "grammar/nmt.tables.json",
        "stdlib/clevr.nmt",
        "stdlib/std/answer.nmt",
        "py.typed",
    ):
        assert f"nmt/{name}" in names


@pytest.mark.slow
def test_every_module_of_the_checkout_is_there(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("nmt/commands", "grammar", "ntypes", "compiler", "stdlib", "data", "trainer"):
        for path in (ROOT / folder).rglob("*.py"):
            assert f"nmt/{path.relative_to(ROOT).as_posix().removeprefix('nmt/')}" in names


@pytest.mark.slow
def test_it_works_outside_the_checkout(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = (
        "import sys; sys.path.insert(0, 'site'); from nmt.__main__ import main; import nmt; print(nmt.__file__); main()"
    )
    made = subprocess.run(
        [sys.executable, "-c", code, "check", "clevr_paper"], cwd=tmp_path, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    assert str(tmp_path / "site") in made.stdout
    assert "clevr_paper is fine" in made.stdout
