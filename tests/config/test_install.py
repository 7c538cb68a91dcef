"""Installing: what a machine lacks is said in a sentence, and nothing is done twice."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import install
from tests.config.processes import ROOT


def test_the_script_can_be_read_by_an_old_python() -> None:
    ast.parse((ROOT / "config" / "install.py").read_text(), feature_version=(3, 6))


def test_old_python_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match="1"):
        install.main("requirements.txt")
    assert "需要 Python 3.11 或更高版本，当前为 3.9.2" in capsys.readouterr().err


def test_stamp_follows_the_lock_and_the_larger_lock_suffices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in install.LOCKS:
        (tmp_path / name).write_text("django==5.2\n")
    monkeypatch.setattr(install, "ROOT", str(tmp_path))
    monkeypatch.setattr(install, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(install, "PYTHON", sys.executable)
    (tmp_path / ".venv").mkdir()
    assert not install.is_up_to_date("requirements.txt")
    install.write_stamp("requirements-dev.txt")
    assert install.is_up_to_date("requirements.txt")
    assert install.is_up_to_date("requirements-dev.txt")
    (tmp_path / "requirements-dev.txt").write_text("django==5.3\n")
    assert not install.is_up_to_date("requirements.txt")
    install.write_stamp("requirements.txt")
    assert install.is_up_to_date("requirements.txt")
    assert not install.is_up_to_date("requirements-dev.txt")


def test_python_without_venv_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    monkeypatch.setattr(install, "is_same_python", lambda: False)
    with pytest.raises(SystemExit, match="1"):
        install.make_venv()
    assert "apt install python3-venv" in capsys.readouterr().err


def test_read_only_folder_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anywhere, whatever the mode
    with pytest.raises(SystemExit, match="1"):
        install.make_venv()
    assert "项目目录不可写" in capsys.readouterr().err


def test_make_says_that_python_is_missing() -> None:
    done = subprocess.run(
        ["make", "run", "PYTHON=python-of-nobody"], cwd=ROOT, capture_output=True, text=True, timeout=30
    )
    assert done.returncode != 0
    assert "没有找到 python-of-nobody" in done.stderr


def test_locks_name_no_host_and_every_file_has_a_digest() -> None:
    for name in install.LOCKS:
        text = (ROOT / name).read_text()
        assert "://" not in text
        pinned = [line for line in text.splitlines() if "==" in line and not line.startswith((" ", "#"))]
        assert pinned and text.count("--hash=sha256:") >= len(pinned)
