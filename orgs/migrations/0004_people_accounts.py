"""The pinyin keys by which people are found and sorted, and whether a password was given to be changed."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from orgs.pinyin import initials, sort_key


def fill_pinyin(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give the people who are there their keys."""
    users = apps.get_model("orgs", "User").objects
    people = list(users.only("full_name"))
    for person in people:
        person.name_pinyin = sort_key(person.full_name)
        person.name_initials = initials(person.full_name)
    users.bulk_update(people, ["name_pinyin", "name_initials"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0003_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="must_change_password",
            field=models.BooleanField(default=False, verbose_name="首次登录须改密码"),
        ),
        migrations.AddField(
            model_name="user",
            name="name_initials",
            field=models.CharField(default="", editable=False, max_length=50, verbose_name="姓名拼音首字母"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="user",
            name="name_pinyin",
            field=models.CharField(
                db_collation="C", default="", editable=False, max_length=400, verbose_name="姓名拼音"
            ),
            preserve_default=False,
        ),
        migrations.RunPython(fill_pinyin, migrations.RunPython.noop),
    ]
