"""Read settings from the environment: nonsense is an error with one clear sentence, never a guess."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}
SHORTEST_SECRET = 50
DEMO_SECRET_PREFIX = "demo-only-"


def env_bool(name: str, default: bool = False) -> bool:
    """Return a switch: 1/true/yes/on or 0/false/no/off."""
    text = os.environ.get(name)
    if text is None:
        return default
    if text.strip().lower() in TRUE:
        return True
    if text.strip().lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"环境变量 {name} 应为 1 或 0，现为“{text}”。")


def env_int(name: str, default: int, least: int = 0, most: int = 2**31 - 1) -> int:
    """Return a whole number between `least` and `most`."""
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
        raise ImproperlyConfigured(f"环境变量 {name} 应为 {least} 到 {most} 之间的整数，现为“{text}”。")
    return int(text)


def env_choice(name: str, choices: Iterable[str]) -> str:
    """Return one of the choices; the first where nothing is said."""
    known = list(choices)
    text = os.environ.get(name, "").strip() or known[0]
    if text not in known:
        raise ImproperlyConfigured(f"环境变量 {name} 应为 {'、'.join(known)} 之一，现为“{text}”。")
    return text


def env_list(name: str) -> list[str]:
    """Return the parts of a comma-separated list, without blanks."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def env_subset(name: str, choices: Iterable[str]) -> list[str]:
    """Return a comma-separated list of some of the choices."""
    known, found = list(choices), env_list(name)
    if unknown := [each for each in found if each not in known]:
        raise ImproperlyConfigured(f"环境变量 {name} 只能写 {'、'.join(known)}，现有“{'、'.join(unknown)}”。")
    return found


def env_folder(name: str, default: Path, *, apart_from: Iterable[Path]) -> Path:
    """Return a folder, which may not lie in any of the others: what is in those is sent to everybody."""
    folder = Path(os.environ.get(name, "").strip() or default).absolute()
    for other in apart_from:
        if folder.resolve().is_relative_to(other.resolve()):
            raise ImproperlyConfigured(f"环境变量 {name} 不能在 {other} 里：那里的文件谁都能下载。")
    return folder


def env_secret(name: str) -> str:
    """Return a secret fit for production: present, long, varied, and not one that a demonstration made."""
    text = os.environ.get(name, "")
    if not text:
        raise ImproperlyConfigured(f"生产环境必须设置环境变量 {name}（至少 {SHORTEST_SECRET} 个随机字符）。")
    if text.startswith((DEMO_SECRET_PREFIX, "django-insecure-")):
        raise ImproperlyConfigured(f"环境变量 {name} 是演示用密钥，不能用于生产环境：请另行生成随机密钥。")
    if len(text) < SHORTEST_SECRET or len(set(text)) < 10:
        raise ImproperlyConfigured(f"环境变量 {name} 过短或过于简单：至少需要 {SHORTEST_SECRET} 个随机字符。")
    return text


def env_hosts(name: str) -> list[str]:
    """Return the host names the site answers to; a production site names them one by one."""
    hosts = env_list(name)
    if not hosts:
        raise ImproperlyConfigured(f"生产环境必须设置环境变量 {name}（本系统的域名，多个以逗号分隔）。")
    if any("*" in host for host in hosts):
        raise ImproperlyConfigured(f"环境变量 {name} 不能含“*”：请逐个写出本系统的域名。")
    return hosts


def demo_secret(path: Path) -> str:
    """Return the demonstration's secret key: made once, readable by its owner alone."""
    try:
        return path.read_text()
    except FileNotFoundError:
        pass
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Several processes may start at once: the first to link its file wins, the others read that one.
    own = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(DEMO_SECRET_PREFIX + secrets.token_urlsafe(48))
    try:
        os.link(own, path)
    except FileExistsError:
        pass
    finally:
        own.unlink()
    return path.read_text()


def parse_email_url(url: str) -> dict[str, Any]:
    """Turn smtp://user:password@host:port into Django's settings.

    smtp+tls:// begins in the open and goes on enciphered (STARTTLS), smtps:// is enciphered from the start.
    """
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    parts = urlsplit(url)
    if parts.scheme not in ports:
        raise ImproperlyConfigured("EMAIL_URL 应以 smtp://、smtp+tls:// 或 smtps:// 开头。")
    try:
        port = parts.port or ports[parts.scheme]
    except ValueError as error:
        raise ImproperlyConfigured("EMAIL_URL 的端口写法有误。") from error
    if not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL 缺少服务器，例如 smtps://用户:密码@主机:465。")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def parse_database_url(url: str) -> dict[str, Any]:
    """Turn postgresql://user:password@host:port/name?option=value into Django's words.

    A `host=` in the query names a Unix socket's folder, as libpq has it. Percent-encoded characters are
    decoded in each part; other query items (sslmode, sslrootcert, …) go to the driver as they are.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL 应以 postgresql:// 开头。")
    try:
        query = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured("DATABASE_URL 的端口或参数写法有误。") from error
    name = unquote(parts.path.removeprefix("/")) or query.pop("dbname", "")
    if not name:
        raise ImproperlyConfigured(
            "DATABASE_URL 缺少数据库名，例如 postgresql://用户:密码@主机:5432/数据库名。"
        )
    return {
        "NAME": name,
        "USER": unquote(parts.username or "") or query.pop("user", ""),
        "PASSWORD": unquote(parts.password or "") or query.pop("password", ""),
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": query.pop("port", "") or str(port or ""),
        "OPTIONS": query,
    }
