"""Where attached files lie: in a folder that nothing serves, each under the digest of its content.

The same content is kept once, whoever attached it. A file appears under its name whole or not at all.
"""

import os
import tempfile
from hashlib import sha256
from pathlib import Path

from django.conf import settings


def digest_of(content: bytes) -> str:
    """Return the name of a content."""
    return sha256(content).hexdigest()


def path_of(digest: str) -> Path:
    """Return where the content of a digest lies, two folders deep so that none gets long."""
    return Path(settings.ATTACHMENT_DIR, digest[:2], digest[2:4], digest)


def keep_content(content: bytes) -> Path:
    """Put a content where it lies, on the disk and not only on its way there; one that is there stays.

    Raises OSError when it cannot be kept, and leaves nothing behind then.
    """
    path = path_of(digest_of(content))
    if path.exists():
        return path
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = _written_beside(path, content)
    try:
        os.replace(unfinished, path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return path


def _written_beside(path: Path, content: bytes) -> Path:
    """Write to a name of its own, readable by this user alone, in the same folder."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".unfinished-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _sync_folder(folder: Path) -> None:
    """Let the new name outlive a power cut, as the content does."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
