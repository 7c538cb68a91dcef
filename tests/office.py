"""A real office program: files converted by LibreOffice, as somebody else who has never run it."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

A4_UPRIGHT = (595, 842)
"""In points."""
A4_LYING = (842, 595)


def converted(book: bytes, kind: str, home: Path) -> bytes:
    """Return a workbook as another kind of file; fails where LibreOffice has anything to say."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if not program:
        pytest.fail("没有找到 LibreOffice：请运行 make test，或安装 libreoffice-calc-nogui 后重试。")
    source = home / "form.xlsx"
    source.write_bytes(book)
    ran = subprocess.run(
        [
            program,
            f"-env:UserInstallation={(home / 'profile').as_uri()}",
            *("--headless", "--norestore", "--convert-to", kind, "--outdir", home / "out", source),
        ],
        env={**os.environ, "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    complaints = [line for line in ran.stderr.splitlines() if "javaldx" not in line]
    assert (ran.returncode, [line for line in complaints if line.strip()]) == (0, []), ran.stderr
    return Path(home / "out" / f"form.{kind.split(':')[0]}").read_bytes()


def pages(pdf: bytes) -> list[tuple[int, int]]:
    """Return width and height of every page of a PDF whose pages are all of one size, in points."""
    text = pdf.decode("latin-1")
    [(width, height)] = set(re.findall(r"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", text))
    number = len(re.findall(r"/Type\s*/Page\b(?!s)", text))
    return [(round(float(width)), round(float(height)))] * number
