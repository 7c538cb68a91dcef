"""Regions, the tree of units, users and their memberships, and what happened: every sign-in and the like.

Every foreign key protects what it points to.
"""

from typing import Any

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.functional import cached_property

from orgs.append_only import AppendOnly, at_some_time
from orgs.guards import Guard, never_truncated, refuse
from orgs.pinyin import initials, sort_key
from orgs.querysets import MembershipQuerySet, PasswordRecordQuerySet, UnitQuerySet, UserManager


class Region(models.Model):
    """An administrative region (行政区划) by its national six-digit code; townships have nine digits."""

    class Level(models.TextChoices):
        PROVINCE = "province", "省"
        CITY = "city", "市州"
        COUNTY = "county", "县市区"
        TOWNSHIP = "township", "乡镇街道"
        ZONE = "zone", "功能区"

    code = models.CharField("行政区划代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=50)
    level = models.CharField("层级", max_length=10, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A place in a region's tree: its finance bureau at the root, departments below, units below them.

    `path` is "/code/code/", beginning with the parent's path, so that a subtree is one prefix.
    """

    class Kind(models.TextChoices):
        BUREAU = "bureau", "财政局"
        DEPARTMENT = "department", "部门"
        UNIT = "unit", "单位"

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="行政区划")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    kind = models.CharField("类别", max_length=10, choices=Kind)
    code = models.CharField(
        "预算单位编码",
        max_length=20,
        validators=[RegexValidator(r"\A[0-9A-Za-z]+\Z", "编码只能用数字和字母")],
    )
    name = models.CharField("单位名称", max_length=100)
    name_pinyin = models.CharField("名称拼音", max_length=400, editable=False, db_collation="C")
    path = models.CharField("路径", max_length=200, unique=True, editable=False, db_collation="C")

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        constraints = [
            models.UniqueConstraint(fields=["region", "code"], name="unit_code_once_in_region"),
            models.CheckConstraint(
                condition=Q(path__endswith=Concat(models.Value("/"), F("code"), models.Value("/"))),
                name="unit_path_ends_with_code",
            ),
            models.CheckConstraint(
                condition=Q(kind="bureau", parent=None) | ~Q(kind="bureau") & Q(parent__isnull=False),
                name="unit_bureau_is_root",
            ),
        ]
        triggers = [
            Guard(
                name="path_begins_with_parent",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("path", "parent_id", "region_id", "code"),
                declare=[("parent_path", "text"), ("parent_region", "bigint")],
                func="""
                    SELECT path, region_id INTO parent_path, parent_region
                      FROM orgs_unit WHERE id = NEW.parent_id FOR SHARE;
                    IF NEW.parent_id IS NOT NULL AND (NEW.path <> parent_path || NEW.code || '/'
                                                      OR NEW.region_id <> parent_region) THEN
                        RAISE EXCEPTION 'path of unit % does not begin with its parent''s', NEW.code
                              USING ERRCODE = 'check_violation';
                    END IF;
                    IF TG_OP = 'UPDATE' AND NEW.path <> OLD.path
                       AND EXISTS (SELECT FROM orgs_unit WHERE parent_id = NEW.id) THEN
                        RAISE EXCEPTION 'unit % has units below it and cannot move', OLD.code
                              USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Derive path and pinyin key, then save; the database refuses to move a unit with units below it."""
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Set path and pinyin key from code, name and parent, as saving does; for units saved in bulk."""
        above = self.parent.path if self.parent else f"/{self.region.code}/"
        self.path = f"{above}{self.code}/"
        self.name_pinyin = sort_key(self.name)

    @property
    def depth(self) -> int:
        """How many units are above it: 0 for a finance bureau."""
        return self.path.count("/") - 3


class User(AbstractBaseUser):
    """A person who signs in. What she may do hangs on her memberships alone; there is no superuser."""

    class AmountUnit(models.TextChoices):
        YUAN = "yuan", "元"
        WAN = "wan", "万元"

    username = models.CharField(
        "用户名",
        max_length=50,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "这个用户名已经有人使用。"},
    )
    full_name = models.CharField("姓名", max_length=50)
    name_pinyin = models.CharField("姓名拼音", max_length=400, editable=False, db_collation="C")
    name_initials = models.CharField("姓名拼音首字母", max_length=50, editable=False)
    email = models.EmailField("电子邮箱", blank=True)
    """Where notices and receipts are sent to; "" for nowhere."""
    is_active = models.BooleanField("可以登录", default=True)
    is_demo = models.BooleanField("演示账号", default=False)
    must_change_password = models.BooleanField("首次登录须改密码", default=False)
    password_changed_at = models.DateTimeField("密码修改时间", default=timezone.now)
    """When she chose the password she has, or was given it."""
    amount_unit = models.CharField("金额单位", max_length=4, choices=AmountUnit, default=AmountUnit.WAN)

    address: str = ""
    """Where the request comes from that she makes now; "" outside of one. Not stored."""

    objects = UserManager()

    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Derive the pinyin keys, then save."""
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Set the pinyin keys from the name, as saving does; for people saved in bulk."""
        self.name_pinyin = sort_key(self.full_name)
        self.name_initials = initials(self.full_name)

    @cached_property
    def active_memberships(self) -> list["Membership"]:
        """Her memberships that have not ended, with their units; read once per request."""
        return list(self.memberships.active().select_related("unit").order_by("pk"))


class PasswordRecord(models.Model):
    """A password a person had, hashed, so that she does not choose it again; only the last ones are kept."""

    user = models.ForeignKey(User, models.PROTECT, related_name="password_records", verbose_name="用户")
    hashed = models.CharField("密码（散列）", max_length=128)
    at = models.DateTimeField("启用时间")

    objects = PasswordRecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "用过的密码"
        constraints = [at_some_time("password")]
        triggers = [
            refuse("never_changed", pgtrigger.Update, "Cannot update rows: a password she had stays that"),
            never_truncated(),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.at}"


class Membership(models.Model):
    """A person's role in a unit. It ends by date and is never deleted; one person may serve many units."""

    class Role(models.TextChoices):
        PREPARER = "preparer", "填报人"
        UNIT_HEAD = "unit_head", "单位负责人"
        DEPARTMENT = "department", "主管部门审核人"
        DIVISION = "division", "财政业务股室"
        PERFORMANCE_OFFICE = "performance_office", "财政绩效股"
        ADMINISTRATOR = "administrator", "管理员"
        AUDITOR = "auditor", "审计"

    OF_ONE_UNIT = (Role.PREPARER, Role.UNIT_HEAD)

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name="用户")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships", verbose_name="单位")
    role = models.CharField("角色", max_length=20, choices=Role)
    started_at = models.DateTimeField("开始时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role"],
                condition=Q(ended_at=None),
                name="membership_once_while_active",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="membership_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(
                    role__in=[
                        "preparer",
                        "unit_head",
                        "department",
                        "division",
                        "performance_office",
                        "administrator",
                        "auditor",
                    ]
                ),
                name="membership_role_known",
            ),
        ]
        triggers = [
            refuse("never_deleted", pgtrigger.Delete, "Cannot delete rows: memberships end by date"),
            refuse(
                "never_anothers",
                pgtrigger.Update,
                "Cannot update rows: a membership ends and another begins",
                condition=pgtrigger.AnyChange("user", "unit"),
            ),
            never_truncated(),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.unit}"

    @property
    def oversees(self) -> bool:
        """Whether the role reaches the whole subtree of the unit and not the unit alone."""
        return self.role not in self.OF_ONE_UNIT


class PeopleUpload(models.Model):
    """Units and people as a workbook names them: waits for its confirmation, then is its record.

    `rows` is written and read by `orgs.people_sheets` alone; `changes` is what applying it did, without
    passwords. What was uploaded never changes; once applied, nothing of it does.
    """

    bureau = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="财政局")
    file_name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField("文件摘要", max_length=64)
    rows = models.JSONField("各表的行")
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    applied_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)
    changes = models.JSONField("改动", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "上传的单位和人员表"
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at=None, applied_by=None, changes__isnull=True)
                | Q(applied_at__isnull=False, applied_by__isnull=False, changes__isnull=False),
                name="people_upload_applied_wholly",
            ),
        ]
        triggers = [
            refuse(
                "upload_never_changes",
                pgtrigger.Update,
                "Cannot update rows: an uploaded workbook stays as it is",
                condition=pgtrigger.AnyChange(
                    "bureau", "file_name", "sha256", "rows", "uploaded_by", "uploaded_at"
                ),
            ),
            refuse(
                "append_only_once_applied",
                pgtrigger.Update | pgtrigger.Delete,
                "Cannot update or delete rows: this workbook was applied",
                condition=pgtrigger.Q(old__applied_at__isnull=False),
            ),
            never_truncated(),
        ]

    def __str__(self) -> str:
        return self.file_name


class Event(AppendOnly):
    """Something a person did, or was refused, beside the steps and edits of returns. Append-only.

    `actor` is empty where the name that somebody typed is nobody's. `unit` is the one it is about: of an
    export the unit of the return, of a grant the unit of the role; empty for what concerns the person alone.
    """

    class Action(models.TextChoices):
        SIGNED_IN = "signed_in", "登录"
        SIGN_IN_FAILED = "sign_in_failed", "登录失败"
        LOCKED_OUT = "locked_out", "锁定登录"
        SIGNED_OUT = "signed_out", "退出"
        ACCESS_REFUSED = "access_refused", "拒绝访问"
        DEED_REFUSED = "deed_refused", "拒绝操作"
        EXPORTED = "exported", "导出"
        EXPORT_STARTED = "export_started", "开始批量导出"
        EXPORT_CANCELLED = "export_cancelled", "取消批量导出"
        PASSWORD_CHANGED = "password_changed", "修改密码"
        PASSWORD_RESET = "password_reset", "重设密码"
        FACTOR_STARTED = "factor_started", "启用二次验证"
        FACTOR_STOPPED = "factor_stopped", "停用二次验证"
        ROLE_GRANTED = "role_granted", "授权"
        ROLE_WITHDRAWN = "role_withdrawn", "取消授权"
        EMAIL_CHANGED = "email_changed", "修改邮箱"
        ACCOUNT_CREATED = "account_created", "新建账号"
        ACCOUNT_STOPPED = "account_stopped", "停用账号"
        ACCOUNT_STARTED = "account_started", "启用账号"
        UNIT_CHANGED = "unit_changed", "维护单位"
        CODES_CHANGED = "codes_changed", "维护科目"
        RULES_CHANGED = "rules_changed", "自定规则"

    class Result(models.TextChoices):
        DONE = "done", "成功"
        REFUSED = "refused", "拒绝"

    action = models.CharField("动作", max_length=20, choices=Action)
    what = models.CharField("内容", max_length=500, blank=True)
    result = models.CharField("结果", max_length=8, choices=Result, default=Result.DONE)
    actor = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="操作人"
    )
    actor_name = models.CharField("操作人姓名", max_length=50)
    roles = models.CharField("角色", max_length=300, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位"
    )
    address = models.GenericIPAddressField("地址", null=True, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "操作记录"
        indexes = [models.Index(fields=["-at", "-id"], name="event_newest_first")]
        constraints = [
            at_some_time("event"),
            models.CheckConstraint(condition=Q(result__in=["done", "refused"]), name="event_result_known"),
        ]
        triggers = [
            refuse(
                "append_only",
                pgtrigger.Update | pgtrigger.Delete,
                "Cannot update or delete rows: events are only added",
            ),
            never_truncated(),
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.actor_name} {self.get_action_display()}"
