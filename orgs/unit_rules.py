"""What a unit may be called by, and where it may stand in the tree."""

from django.core.validators import RegexValidator

from orgs.models import Unit

Kind = Unit.Kind
KINDS = (Kind.DEPARTMENT, Kind.UNIT)
"""What can be added: a finance bureau is the root, and set up with its region."""
CODE_RULE = RegexValidator(r"\A[0-9A-Za-z]+\Z", "单位编码只能用数字和字母，请核对。")
_LONGEST_PATH = Unit._meta.get_field("path").max_length or 0


def place_mistake(parent: Unit, code: str, kind: str) -> str:
    """Say why a unit of this kind cannot stand below `parent`; "" when it can."""
    if kind == Kind.DEPARTMENT and parent.kind != Kind.BUREAU:
        return f"部门直接归财政局管，上级不能是{parent.name}；如果它是下级单位，类别请选“单位”。"
    if len(f"{parent.path}{code}/") > _LONGEST_PATH:
        return "上下级的层数太多，请换一个靠上的上级单位。"
    return ""
