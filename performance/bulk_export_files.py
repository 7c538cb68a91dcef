"""Where the files of a bulk export lie, and how they are written: whole under their names or not at all.

Each return's package is a part of its own, so that a job that was killed goes on behind the last one; at the
end all parts are put into one archive. Nothing serves the folder.
"""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import file_digest
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from django.conf import settings

from performance.packages import PackageFile, pack

_UNFINISHED = ".unfinished"


def folder_of(export_id: int) -> Path:
    """Return the folder that an export has for itself."""
    return Path(settings.EXPORT_DIR, str(export_id))


def archive_of(export_id: int, attempt: int) -> Path:
    """Return where the archive lies that one attempt at an export makes."""
    return folder_of(export_id) / f"{attempt}.zip"


def part_of(export_id: int, submission_id: int) -> Path:
    """Return where the package of one return lies until the archive is made."""
    return folder_of(export_id) / "parts" / f"{submission_id}.zip"


def parts_there(export_id: int) -> set[int]:
    """Return the numbers of the returns whose packages are written."""
    return {int(path.stem) for path in (folder_of(export_id) / "parts").glob("*.zip")}


def keep_part(export_id: int, submission_id: int, folder: str, files: Iterable[PackageFile]) -> None:
    """Write the package of a return, each file under the folder it will have. Raises OSError."""
    with _whole(part_of(export_id, submission_id)) as file:
        pack(file, (PackageFile(f"{folder}/{each.name}", each.content) for each in files))


def join_parts(
    export_id: int, attempt: int, submission_ids: Iterable[int], note: PackageFile, look: Callable[[], None]
) -> tuple[int, str]:
    """Put parts into the archive of an attempt, a note in front; return its size and digest.

    Each is held against its checksums as it is read; `look` is called before each, and may raise. Raises
    OSError, also for a part that is damaged.
    """
    path = archive_of(export_id, attempt)
    with _whole(path) as file, ZipFile(file, "w", ZIP_STORED) as archive:
        archive.writestr(note.name, note.content, ZIP_DEFLATED)
        for each in submission_ids:
            look()
            _add(archive, part_of(export_id, each))
    with path.open("rb") as written:
        return path.stat().st_size, file_digest(written, "sha256").hexdigest()


def _add(archive: ZipFile, path: Path) -> None:
    """Add a part; one that is damaged is removed, so that it is made anew, and raises OSError."""
    try:
        with ZipFile(path) as part:
            for info in part.infolist():
                archive.writestr(info, part.read(info))
    except BadZipFile as damaged:
        path.unlink()
        raise OSError(f"{path.name} 已损坏，请重新导出") from damaged


def drop_all_but(export_id: int, attempt: int) -> None:
    """Remove everything of an export but the archive of one attempt."""
    kept = archive_of(export_id, attempt)
    for path in folder_of(export_id).glob("*"):
        if path != kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def drop_files(export_id: int) -> None:
    """Remove everything of an export, as far as there is anything."""
    shutil.rmtree(folder_of(export_id), ignore_errors=True)


def exports_with_files() -> set[int]:
    """Return the numbers of the exports that have a folder."""
    root = Path(settings.EXPORT_DIR)
    return {int(path.name) for path in root.iterdir() if path.name.isdigit()} if root.is_dir() else set()


@contextmanager
def _whole(path: Path) -> Iterator[IO[bytes]]:
    """Give a file that has its name, and is on the disk, once the block has ended well."""
    _make_private(path.parent)
    unfinished = path.with_name(f"{path.name}{_UNFINISHED}-{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_private(folder: Path) -> None:
    """Make a folder of an export, and those above it, for this user alone."""
    root = Path(settings.EXPORT_DIR)
    root.parent.mkdir(parents=True, exist_ok=True)
    for path in (root, *(root / part for part in _paths(folder.relative_to(root)))):
        path.mkdir(mode=0o700, exist_ok=True)


def _paths(folder: Path) -> list[Path]:
    """A folder with those above it, the uppermost first."""
    return [*list(folder.parents)[-2::-1], folder]
