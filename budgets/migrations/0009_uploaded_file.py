import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import orgs.guards


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0008_adjustments"),
        ("submissions", "0005_edit_request_key"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="UploadedFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
                ("file_name", models.CharField(max_length=255, verbose_name="文件名")),
                ("sha256", models.CharField(max_length=64, verbose_name="文件摘要")),
                ("content", models.BinaryField(verbose_name="文件")),
                ("marks", models.JSONField(default=list, verbose_name="差错")),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="submissions.submission",
                        verbose_name="填报",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
            ],
            options={
                "verbose_name": "上传的文件",
                "verbose_name_plural": "上传的文件",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("submission", "uploaded_by"), name="one_file_a_person_and_return"
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="uploadedfile",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=orgs.guards.GuardSql(
                    func="RAISE EXCEPTION 'Cannot truncate: rows are kept' USING ERRCODE = 'check_violation';",
                    hash="7da6d67fc973fba6d766c6bea0830041570617f9",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_fac08",
                    table="budgets_uploadedfile",
                    when="BEFORE",
                ),
            ),
        ),
    ]
