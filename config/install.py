"""Create or update .venv from a lock file: `python3 config/install.py requirements.txt`.

Runs before anything is installed and possibly under an old Python, so: standard library only, old syntax
only. Quick when nothing has changed: a stamp in .venv holds a digest of the lock file, the Python and the
folder.
"""

import hashlib
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
LOCKS = ("requirements-dev.txt", "requirements.txt")  # the first contains the second


def main(lock):
    """Bring .venv up to date with the lock file."""
    refuse_old_python()
    with only_one():
        if not is_up_to_date(lock):
            make_venv()
            install(lock)
            write_stamp(lock)


def refuse_old_python():
    """Stop under a Python that cannot run the project."""
    if sys.version_info < (3, 11):
        version = ".".join(str(part) for part in sys.version_info[:3])
        stop(
            "需要 Python 3.11 或更高版本，当前为 {}。可用 make run PYTHON=python3.11 指定。".format(version),
            "Python 3.11 or newer is needed, not {}: make run PYTHON=python3.11 names another.".format(
                version
            ),
        )


def only_one():
    """Let two `make` in the same folder install one after the other; the lock goes with the process."""
    import fcntl

    descriptor = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return Held(descriptor)


class Held:
    """Hold a lock for a block."""

    def __init__(self, descriptor):
        self.descriptor = descriptor

    def __enter__(self):
        return self

    def __exit__(self, *error):
        os.close(self.descriptor)


def is_up_to_date(lock):
    """Tell whether this lock, or one that contains it, is what was installed last."""
    if not os.path.exists(PYTHON):
        return False
    sufficient = LOCKS[: LOCKS.index(lock) + 1]
    return any(read(stamp_of(each)) == fingerprint(each) for each in sufficient)


def fingerprint(lock):
    """Return a digest of what the installation depends on, the folder too: scripts name their Python."""
    with open(os.path.join(ROOT, lock), "rb") as file:
        digest = hashlib.sha256(file.read())
    digest.update("{} {}".format(sys.version, VENV).encode())
    return digest.hexdigest()


def make_venv():
    """Make an empty environment, or keep one that an earlier lock of the same Python filled."""
    if not os.access(VENV if os.path.isdir(VENV) else ROOT, os.W_OK):
        stop(
            "项目目录不可写：{}。请把项目放到有写权限的目录后重试。".format(ROOT),
            "The project folder is not writable: put the project where you may write.",
        )
    if any(os.path.exists(stamp_of(lock)) for lock in LOCKS) and is_same_python():
        return
    try:
        import ensurepip  # noqa: F401  (Debian ships it apart, and venv's own complaint is hard to read)
        import venv
    except ImportError:
        stop(
            "缺少 Python 的 venv 模块：请先安装（Debian/Ubuntu：apt install python3-venv）。",
            "Python's venv module is missing (Debian/Ubuntu: apt install python3-venv).",
        )
    print("正在准备运行环境（首次约需半分钟）……", flush=True)
    try:
        venv.EnvBuilder(clear=True, with_pip=True, symlinks=True).create(VENV)
    except (OSError, subprocess.CalledProcessError) as error:
        stop("无法建立虚拟环境 {}：{}".format(VENV, error), "The virtual environment could not be made.")


def is_same_python():
    """Tell whether .venv works and is of the Python that runs this."""
    question = "import sys; sys.exit(sys.version != {!r})".format(sys.version)
    return os.path.exists(PYTHON) and subprocess.call([PYTHON, "-c", question]) == 0


def install(lock):
    """Install exactly what the lock file lists; pip checks each file's digest."""
    for each in LOCKS:
        if os.path.exists(stamp_of(each)):
            os.remove(stamp_of(each))  # what is in there now is neither of the two until pip has ended
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    # What the machine's pip configuration says about other projects must not reach this environment.
    environment = dict(os.environ, PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0", PIP_CONSTRAINT=os.devnull)
    done = subprocess.Popen(
        [*command, "--require-hashes", "-r", os.path.join(ROOT, lock)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        errors="replace",
    )
    output = done.communicate()[0]
    if done.returncode != 0:
        print("\n".join(output.splitlines()[-15:]), file=sys.stderr)
        stop(
            "依赖安装失败（原因见上）：请检查网络或软件源设置后重试。",
            "Installing the dependencies failed, see above: check network and package index.",
        )


def write_stamp(lock):
    """Record what is installed."""
    with open(stamp_of(lock), "w") as file:
        file.write(fingerprint(lock))


def stamp_of(lock):
    """Return the path of the lock's stamp."""
    return os.path.join(VENV, "installed-" + lock)


def read(path):
    """Return the text of a file, nothing if there is none."""
    if not os.path.exists(path):
        return ""
    with open(path) as file:
        return file.read()


def stop(chinese, english):
    """Say why not, and end."""
    print(chinese + "\n" + english, file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit(130)
