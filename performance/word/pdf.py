"""A Word file as PDF, by LibreOffice where it is installed; the one optional program of the product.

A process of its own converts one file at a time, within a limit of time and with a profile that is thrown
away, so that nothing of one report reaches the next.
"""

import os
import shutil
import signal
import subprocess
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

SECONDS = 90
"""By the clock; a report takes a few. Beyond it the process and all it has started are ended."""
PATIENCE = 30
"""So many seconds somebody waits for her turn."""
_TURN = threading.Lock()
NAMES = ("soffice", "libreoffice")


class NoPdf(Exception):
    """There is no PDF; carries one Chinese sentence that says what to do."""


@cache
def office() -> str | None:
    """Return where LibreOffice is; None where it is not installed."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def pdf_of(document: bytes) -> bytes:
    """Return a Word file as PDF. Raises NoPdf without LibreOffice, and where it fails or takes too long."""
    program = office()
    if program is None:
        raise NoPdf(
            "服务器上没有安装 LibreOffice，不能生成 PDF。请用浏览器打印这一页，或下载 Word 后另存为 PDF。"
        )
    if not _TURN.acquire(timeout=PATIENCE):
        raise NoPdf("现在同时生成 PDF 的人较多，请过一会儿再试，或先下载 Word。")
    try:
        with TemporaryDirectory(prefix="report-") as folder:
            return _converted(program, Path(folder), document)
    finally:
        _TURN.release()


def _converted(program: str, folder: Path, document: bytes) -> bytes:
    source, made = folder / "report.docx", folder / "report.pdf"
    source.write_bytes(document)
    command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", "pdf:writer_pdf_Export", "--outdir", str(folder), str(source)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(folder)},
        start_new_session=True,
    )
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        raise NoPdf("生成 PDF 的时间太长，已停止。请先下载 Word，另存为 PDF。") from None
    finally:
        _end(process)
    if not made.exists():
        raise NoPdf("LibreOffice 没有生成 PDF。请先下载 Word，另存为 PDF，并告诉管理员。")
    return made.read_bytes()


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process with all it has started, which is a session of its own."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
