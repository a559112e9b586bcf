"""Every `cases/NAME.nmt` is checked, and what comes out is compared with `cases/NAME.txt`.

`pytest --bless` writes the outputs anew. A first line `# --use OLD=NEW` swaps packages, as the command line does.
Packages that cases use lie in `cases/packages`.
"""

import re
from pathlib import Path

import pytest

from nmt.compiler.check import Interface, check
from nmt.compiler.diagnostics import CompileError, Diagnostic, render
from nmt.compiler.parse import read
from nmt.stdlib import FOLDER

CASES = Path(__file__).parent.parent / "cases"
NAMES = sorted(path.stem for path in CASES.glob("*.nmt"))


@pytest.mark.parametrize("name", NAMES)
def test_case(name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES)  # places are shown as a user beside the files would see them
    found = outcome(Path(f"{name}.nmt")) + "\n"
    expected = Path(f"{name}.txt")
    if request.config.getoption("--bless"):
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")


def outcome(path: Path) -> str:
    """What a user reads."""
    try:
        source = read(path)
        swaps = dict(re.findall(r"--use (\S+)=(\S+)", source.text.partition("\n")[0]))
        interface, findings = check(source, (Path("packages"), FOLDER), swaps)
    except CompileError as fault:
        interface, findings = None, fault.diagnostics
    lines = list(map(render, findings)) + ([fine(interface)] if interface is not None else [])
    return "\n".join(lines).replace(str(FOLDER), "stdlib")


def fine(interface: Interface) -> str:
    lines = [f"{interface.package} @ {interface.version} is fine"]
    lines += [f"source {source.name}: {source.type}" for source in interface.sources.values()]
    for target in interface.targets.values():
        trace = f" (a trace of {target.traces})" if target.traces else ""
        lines.append(f"target {target.name}: {target.type} from {target.predicted} by {target.loss}{trace}")
    for module in interface.modules.values():
        lines.append(f"module {module.signature}")
        lines += [f"  {' '.join(soft.span.text.split())} (weight {soft.weight:g})" for soft in module.softs]
    lines += [f"op {op.signature}" for op in interface.ops.values() if op.signature.package == interface.package]
    lines += [f"layout {layout.name}: {layout.type}" for layout in interface.layouts.values()]
    lines += [f"model {model.name}: {model.body.type}" for model in interface.models.values() if model.body]
    lines += [f"law {law.name}({', '.join(map(str, law.params))})" for law in interface.laws]
    lines += [
        f"expect {expect.name}: {', '.join(str(claim.name) for claim in expect.claims)}" for expect in interface.expects
    ]
    lines += [f"surrogate {surrogate.name} for {surrogate.module}" for surrogate in interface.surrogates]
    return "\n".join(lines)


def test_no_output_without_its_case() -> None:
    assert sorted(path.stem for path in CASES.glob("*.txt")) == NAMES


def test_findings_have_places() -> None:
    def check_one(finding: Diagnostic) -> bool:
        return finding.span is not None or bool(finding.place) or "--use" in finding.message

    for name in NAMES:
        try:
            _, findings = check(read(CASES / f"{name}.nmt"), (CASES / "packages", FOLDER))
        except CompileError as fault:
            findings = fault.diagnostics
        assert all(map(check_one, findings)), name
