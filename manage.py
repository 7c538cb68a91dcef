#!/usr/bin/env python3
"""Run a management command.

With DATABASE_URL set, the command uses that database. Without it, in demo mode, it uses the private
PostgreSQL of the project folder: it joins the one that `make run` (or another command) is running, or starts
it for as long as the command lasts. An empty one is first filled with the reference data and the demo.

Demo mode is DEMO=1. It is also assumed when none of DEMO, DATABASE_URL, SECRET_KEY and ALLOWED_HOSTS is set,
so that a newcomer's first command works; a machine where any of them is set is never taken for a
demonstration.
"""

import os
import sys
from contextlib import nullcontext

import django
from django.core.management import execute_from_command_line

from config.memory import collect_seldom
from config.postgres import Unavailable, data_folder, say_on_stderr, shared
from config.prepare import close_connections, is_empty, prepare

MODE = ("DEMO", "DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS")
NEED_NO_DATABASE = {"help", "--help", "-h", "version", "--version", "check", "collectstatic"}
NEED_NO_TABLES = {"migrate", "makemigrations", "showmigrations", "sqlmigrate", "dbshell"}


def main(arguments: list[str]) -> int:
    """Run the command beside a database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not any(name in os.environ for name in MODE):
        os.environ["DEMO"] = "1"
    collect_seldom()
    try:
        with shared(data_folder()) if needs_embedded(arguments) else nullcontext() as url:
            if url:
                os.environ["DATABASE_URL"] = url
                fill_if_empty(arguments[0])
            execute_from_command_line(["manage.py", *arguments])
    except Unavailable as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # `… | head` has read enough; Python would complain once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def needs_embedded(arguments: list[str]) -> bool:
    """Tell whether the command wants a database and the environment names none."""
    wants = bool(arguments) and arguments[0] not in NEED_NO_DATABASE
    return wants and not os.environ.get("DATABASE_URL") and os.environ.get("DEMO", "") not in ("", "0")


def fill_if_empty(command: str) -> None:
    """Load the demonstration before the first command that reads from it."""
    if command in NEED_NO_TABLES:
        return
    django.setup()
    if is_empty():
        say_on_stderr("首次使用，正在建立演示数据……")
        prepare()
    close_connections()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
