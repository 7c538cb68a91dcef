"""What an administrator sends about people and units."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from orgs.models import Membership, Unit, User
from orgs.people import EMAIL_RULE, USERNAME_RULE
from orgs.people_sheets import PeopleReading, read_people
from orgs.spreadsheets import MOST_BYTES, NotASpreadsheet, read_sheets
from orgs.unit_rules import CODE_RULE, KINDS
from orgs.words import has_words, in_one_line, storable

_INPUT = {"autocomplete": "off"}


class LineField(forms.CharField):
    """One line of words as they can be kept, no longer than a field of the model."""

    def __init__(self, label: str, field: Any, **options: Any):
        super().__init__(label=label, required=False, widget=forms.TextInput(attrs=_INPUT), **options)
        self.longest = field.max_length or 0

    def to_python(self, value: Any) -> str:
        """Return the line cleaned; refuse one that shows nothing, or is too long."""
        words = in_one_line(storable(str(value or "")))
        if not has_words(words):
            raise forms.ValidationError(f"请填写{self.label}。")
        if len(words) > self.longest:
            said = f"{self.label}有 {len(words)} 字，最多 {self.longest} 字，请写短些。"
            raise forms.ValidationError(said)
        return words


class UnitField(forms.CharField):
    """A unit within the given ones, by its code, its name, or both as the list offers them."""

    def __init__(self, label: str, help_text: str = "填写编码或名称，从列表里选。"):
        attrs = {**_INPUT, "list": "units-to-choose"}
        super().__init__(
            label=label, required=False, help_text=help_text, widget=forms.TextInput(attrs=attrs)
        )
        self.units: Sequence[Unit] = ()

    def clean(self, value: Any) -> Unit:
        """Return the unit; say what is wrong where there is none, or more than one."""
        text = in_one_line(storable(str(value or "")))
        if not text:
            raise forms.ValidationError(f"请填写{self.label}。")
        found = [unit for unit in self.units if text in (unit.code, unit.name, unit_choice(unit))]
        if not found:
            raise forms.ValidationError(f"没有找到“{text[:40]}”，请填写本地区单位的编码或全称。")
        if len(found) > 1:
            raise forms.ValidationError(f"有 {len(found)} 个单位都符合“{text[:40]}”，请从列表里选。")
        return found[0]


def unit_choice(unit: Unit) -> str:
    """Return a unit as the list offers it."""
    return f"{unit.code} {unit.name}"


class _WithUnits(forms.Form):
    """A form in which one of these units is named; everything that is wrong with it is said at once."""

    use_required_attribute = False

    def __init__(self, units: Sequence[Unit], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.units = units
        for field in self.fields.values():
            if isinstance(field, UnitField):
                field.units = units


def _role_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="角色",
        choices=[("", "请选择"), *Membership.Role.choices],
        error_messages={"required": "请选择角色。", "invalid_choice": "请从列表里选择角色。"},
        help_text="绩效股、管理员和审计属于财政局，主管部门审核人属于部门，填报人和单位负责人属于部门和单位。"
        "财政业务股室选财政局就是全部单位，选部门或单位就只管归口的。",
    )


class RoleForm(_WithUnits):
    """A role to be given: where, and which."""

    unit = UnitField("单位")
    role = _role_field()


class MailField(forms.EmailField):
    """An address for e-mail, or none."""

    def __init__(self) -> None:
        super().__init__(
            label="电子邮箱",
            required=False,
            help_text="选填。通知和报送回执会同时发到这里。",
            max_length=User._meta.get_field("email").max_length,
            widget=forms.EmailInput(attrs=_INPUT),
            error_messages={
                "invalid": EMAIL_RULE.message,
                "max_length": "邮箱地址太长，请核对。",
            },
        )

    def to_python(self, value: Any) -> str:
        """Return the address cleaned."""
        return str(super().to_python(storable(str(value or ""))) or "")


class MailForm(forms.Form):
    """Where a person's notices are sent to."""

    use_required_attribute = False
    email = MailField()


class PersonForm(_WithUnits):
    """A new account with its first role."""

    full_name = LineField("姓名", User._meta.get_field("full_name"))
    username = LineField(
        "用户名",
        User._meta.get_field("username"),
        help_text="用来登录，开通后不能改。用字母、数字和 @ . + - _，如姓名的拼音。",
        validators=[USERNAME_RULE],
    )
    email = MailField()
    unit = UnitField("单位")
    role = _role_field()

    def clean_username(self) -> str:
        """Return the name as it is kept."""
        return User.normalize_username(self.cleaned_data["username"])


class UnitForm(_WithUnits):
    """A new unit: its place in the tree, code, name and kind."""

    parent = UnitField("上级", "部门的上级是财政局，下级单位的上级是它的部门。填写编码或名称，从列表里选。")
    code = LineField(
        "单位编码",
        Unit._meta.get_field("code"),
        help_text="预算单位编码，只用数字和字母，添加后不能改。",
        validators=[CODE_RULE],
    )
    name = LineField("单位名称", Unit._meta.get_field("name"))
    kind = forms.ChoiceField(
        label="类别",
        choices=[("", "请选择"), *((kind.value, kind.label) for kind in KINDS)],
        error_messages={"required": "请选择类别。", "invalid_choice": "请从列表里选择类别。"},
    )


class UnitNameForm(forms.Form):
    """Another name of a unit."""

    name = LineField("单位名称", Unit._meta.get_field("name"))


class PeopleFileForm(forms.Form):
    """A workbook of units and people. After `is_valid`, `reading` has what it says, mistakes included."""

    bureau = forms.ModelChoiceField(
        label="财政局",
        queryset=Unit.objects.none(),
        empty_label=None,
        error_messages={"required": "请选择财政局。", "invalid_choice": "请从列表里选择财政局。"},
    )
    file = forms.FileField(
        label="文件",
        help_text="用模板填好的 Excel 工作簿（.xlsx），不超过 5 MB。",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": "请选择文件。",
            "empty": "文件是空的，请重新选择。",
            "missing": "请选择文件。",
        },
    )

    reading: PeopleReading
    sha256 = ""

    def __init__(self, bureaux: Sequence[Unit], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field: Any = self.fields["bureau"]
        field.queryset = Unit.objects.filter(pk__in=[unit.pk for unit in bureaux]).select_related("region")
        if len(bureaux) == 1:
            del self.fields["bureau"]
        self._only = bureaux[0] if len(bureaux) == 1 else None

    def clean_file(self) -> UploadedFile:
        """Take the file's bytes, one more than are allowed at most."""
        file: UploadedFile = self.cleaned_data["file"]
        self.content = file.read(MOST_BYTES + 1)
        self.sha256 = hashlib.sha256(self.content).hexdigest()
        return file

    def clean(self) -> dict[str, Any]:
        """Read the two sheets when everything else is right; the only bureau is meant where there is one."""
        data = super().clean() or {}
        if self._only:
            data["bureau"] = self._only
        if self.errors:
            return data
        try:
            sheets = read_sheets(self.content, data["file"].name)
        except NotASpreadsheet as refusal:
            self.add_error("file", str(refusal))
        else:
            self.reading = read_people([(sheet.name, sheet.rows) for sheet in sheets])
        return data
