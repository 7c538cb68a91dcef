"""Production refuses to start, in one sentence, when a setting is missing or unsafe."""

import json
from pathlib import Path

import pytest

from config.passwords import Argon2id
from tests.config.processes import run

SAFE = {
    "SECRET_KEY": "kq3Vw9Zr-1xTn7LbYc5Hd8Ms2Pf6Jg4Ra0Eu_iOoWtBvNyXzSQ",
    "ALLOWED_HOSTS": "budget.example.gov.cn",
    "DATABASE_URL": "postgresql://app:pw@db.example/budget",
}
HOUSE = Path(__file__).resolve().parents[2]
UNSAFE = {
    "no secret key": ({"SECRET_KEY": ""}, "必须设置环境变量 SECRET_KEY"),
    "short secret key": ({"SECRET_KEY": "kq3Vw9Zr-1xTn7LbYc5Hd8Ms"}, "SECRET_KEY 过短"),
    "monotonous secret key": ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY 过短或过于简单"),
    "demo secret key": ({"SECRET_KEY": "demo-only-" + SAFE["SECRET_KEY"]}, "SECRET_KEY 是演示用密钥"),
    "Django's sample key": (
        {"SECRET_KEY": "django-insecure-" + SAFE["SECRET_KEY"]},
        "SECRET_KEY 是演示用密钥",
    ),
    "no hosts": ({"ALLOWED_HOSTS": ""}, "必须设置环境变量 ALLOWED_HOSTS"),
    "blank hosts": ({"ALLOWED_HOSTS": " , "}, "必须设置环境变量 ALLOWED_HOSTS"),
    "every host": ({"ALLOWED_HOSTS": "budget.example.gov.cn,*"}, "ALLOWED_HOSTS 不能含"),
    "no database": ({"DATABASE_URL": ""}, "必须设置环境变量 DATABASE_URL"),
    "debug": ({"DEBUG": "1"}, "不能打开 DEBUG"),
    "attachments among what is served": ({"ATTACHMENT_DIR": f"{HOUSE}/static/files"}, "谁都能下载"),
    "attachments among the templates": ({"ATTACHMENT_DIR": f"{HOUSE}/templates"}, "谁都能下载"),
    "nonsense switch": ({"DEBUG": "maybe"}, "DEBUG 应为 1 或 0"),
    "nonsense profile": ({"PASSWORD_PROFILE": "weak"}, "PASSWORD_PROFILE 应为 dengbao、asvs 之一"),
    "unknown role": ({"SECOND_FACTOR_ROLES": "administrator,boss"}, "SECOND_FACTOR_ROLES 只能写"),
    "nonsense mail server": ({"EMAIL_URL": "mail.example"}, "EMAIL_URL 应以 smtp://"),
    "mail without a sender": ({"EMAIL_URL": "smtp://mail.example"}, "要用 EMAIL_FROM 写明"),
    "nonsense mode": ({"DEMO": "perhaps"}, "DEMO 应为 1 或 0"),
}
SHOWN = [
    "DEMO",
    "DEBUG",
    "ALLOWED_HOSTS",
    "SESSION_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_NAME",
    "CSRF_COOKIE_SECURE",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "SECURE_PROXY_SSL_HEADER",
    "AXES_CLIENT_IP_CALLABLE",
]


def shown(**environment: str) -> dict[str, object]:
    """Return the settings that a fresh process sees."""
    script = (
        "import json; from django.conf import settings; "
        f"print(json.dumps({{name: getattr(settings, name) for name in {SHOWN}}}))"
    )
    done = run("-c", script, DJANGO_SETTINGS_MODULE="config.settings", **environment)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize(("change", "sentence"), UNSAFE.values(), ids=UNSAFE.keys())
def test_unsafe_production_is_refused(change: dict[str, str], sentence: str) -> None:
    done = run("-c", "import config.settings", **{**SAFE, **change})
    assert done.returncode != 0
    assert sentence in done.stderr.splitlines()[-1]


def test_a_check_of_the_deployment_finds_nothing() -> None:
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **SAFE)
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (2 silenced).\n"), (
        done.stderr
    )


def test_production_server_refuses_without_a_traceback() -> None:
    done = run("-m", "config.run", PORT="0", **SAFE)
    assert (done.returncode, done.stderr) == (1, "环境变量 PORT 应为 1 到 65535 之间的整数，现为“0”。\n")
    done = run("-m", "config.run", PORT="18999", **{**SAFE, "SECRET_KEY": ""})
    assert done.returncode == 1
    assert done.stderr == "生产环境必须设置环境变量 SECRET_KEY（至少 50 个随机字符）。\n"


def test_safe_production_is_closed() -> None:
    found = shown(**SAFE)
    assert (found["DEMO"], found["DEBUG"]) == (False, False)
    assert found["ALLOWED_HOSTS"] == ["budget.example.gov.cn"]
    assert (found["SESSION_COOKIE_NAME"], found["SESSION_COOKIE_SECURE"]) == ("__Host-sessionid", True)
    assert (found["CSRF_COOKIE_NAME"], found["CSRF_COOKIE_SECURE"]) == ("__Host-csrftoken", True)
    assert found["SECURE_SSL_REDIRECT"] is True
    assert found["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600


def test_proxy_headers_are_trusted_only_when_said_so() -> None:
    direct, proxied = shown(**SAFE), shown(TRUSTED_PROXIES="1", **SAFE)
    assert direct["SECURE_PROXY_SSL_HEADER"] is None
    assert proxied["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_passwords_are_hashed_with_argon2id_at_our_cost() -> None:
    encoded = Argon2id().encode("一个足够长的口令", "saltsaltsalt")
    assert encoded.startswith("argon2$argon2id$v=19$m=47104,t=2,p=1$")
    assert Argon2id().verify("一个足够长的口令", encoded)
    assert not Argon2id().verify("另一个口令", encoded)
