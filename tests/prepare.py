"""Make sure that the tests' system packages are here.

They are Chromium, a Chinese font, libatomic for Playwright's own Node, and LibreOffice, which opens our forms
and makes the PDF of a report.

Installs them through apt where that is permitted (root, or sudo without a password), otherwise says what to
install.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
OFFICE_NAMES = ("soffice", "libreoffice")


def main() -> int:
    """Install what is missing; return the exit status."""
    missing = missing_packages()
    if not missing:
        return 0
    if install(missing) and not missing_packages():
        return 0
    names = " ".join(missing)
    print(f"测试还需要：{names}。请先安装（Debian/Ubuntu：sudo apt-get install {names}）。", file=sys.stderr)
    print(f"The tests need: {names}. Please install them first.", file=sys.stderr)
    return 1


def missing_packages() -> list[str]:
    """Return Debian's names of what is not here."""
    found = {
        "chromium": bool(os.environ.get("CHROMIUM") or any(map(shutil.which, CHROMIUM_NAMES))),
        "fonts-noto-cjk": has_chinese_font(),
        "libatomic1": has_library("libatomic.so.1"),
        "libreoffice-calc-nogui": has_office("libsclo.so"),
        "libreoffice-writer-nogui": has_office("libswlo.so"),
    }
    return [name for name, is_here in found.items() if not is_here]


def has_chinese_font() -> bool:
    """Tell whether fontconfig knows a font for Chinese (without one every page shows boxes)."""
    if shutil.which("fc-list"):
        return bool(subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True).stdout.strip())
    return any(Path("/usr/share/fonts").rglob("*CJK*"))


def has_office(part: str) -> bool:
    """Tell whether LibreOffice is here with the library of one of its programs."""
    found = next((path for name in OFFICE_NAMES if (path := shutil.which(name))), None)
    return bool(found) and (Path(found or "").resolve().parent / part).exists()


def has_library(name: str) -> bool:
    """Tell whether the dynamic linker finds a library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def install(packages: list[str]) -> bool:
    """Install Debian packages; return whether it could be tried and went well."""
    if not shutil.which("apt-get"):
        return False
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and not may_sudo():
        return False
    print(f"正在安装测试所需的软件包：{' '.join(packages)}……", flush=True)
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    commands = [[*quiet, "update"], [*quiet, "install", "-y", "--no-install-recommends", *packages]]
    return all(subprocess.run(each, stdout=subprocess.DEVNULL).returncode == 0 for each in commands)


def may_sudo() -> bool:
    """Tell whether sudo works without asking."""
    return (
        bool(shutil.which("sudo"))
        and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
    )


if __name__ == "__main__":
    sys.exit(main())
