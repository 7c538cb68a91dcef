"""What the archives of bulk exports hold, to be compared with the single packages."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

TIME_OF_WRITING = "docProps/core.xml"
"""The one part of a file that says when it was written."""


def contents(file: bytes) -> dict[str, bytes]:
    """What a workbook or Word file says, whenever it was written."""
    with ZipFile(BytesIO(file)) as parts:
        return {name: parts.read(name) for name in parts.namelist() if name != TIME_OF_WRITING}


def files_in(archive: Path | bytes) -> dict[str, bytes]:
    """The files of an archive by their names; each stands in it once, and whole."""
    with ZipFile(BytesIO(archive) if isinstance(archive, bytes) else archive) as files:
        assert files.testzip() is None
        names = files.namelist()
        assert len(set(names)) == len(names)
        return {name: files.read(name) for name in names}


def packages_in(archive: Path | bytes) -> dict[str, dict[str, dict[str, bytes]]]:
    """The contents of the files by folder and name; the note apart."""
    found: dict[str, dict[str, dict[str, bytes]]] = {}
    for name, content in files_in(archive).items():
        if name != NOTE:
            folder, _, file = name.partition("/")
            found.setdefault(folder, {})[file] = contents(content)
    return found


def note_in(archive: Path | bytes) -> list[str]:
    """The lines of its note."""
    return files_in(archive)[NOTE].decode("utf-8-sig").splitlines()


def as_packages(made: Iterator[tuple[str, list]]) -> dict[str, dict[str, dict[str, bytes]]]:
    """Folders with their package files in the same form."""
    return {folder: {each.name: contents(each.content) for each in files} for folder, files in made}


NOTE = "说明.txt"
