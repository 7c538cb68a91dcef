import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import orgs.guards


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0015_reason_figures"),
        ("submissions", "0027_imported_budgets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BudgetUpload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file_name", models.CharField(max_length=255, verbose_name="文件名")),
                ("sha256", models.CharField(max_length=64, verbose_name="文件摘要")),
                (
                    "amount_unit",
                    models.CharField(
                        choices=[("yuan", "元"), ("wan", "万元")], max_length=4, verbose_name="金额单位"
                    ),
                ),
                ("rows", models.JSONField(verbose_name="表的行")),
                ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
                ("replaces", models.BooleanField(default=False, verbose_name="以导入的为准")),
                ("seen", models.CharField(blank=True, max_length=64, verbose_name="预览摘要")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
                ("address", models.GenericIPAddressField(blank=True, null=True, verbose_name="确认地址")),
                ("refusal", models.CharField(blank=True, max_length=500, verbose_name="没有导入的原因")),
                ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="导入时间")),
                ("changes", models.JSONField(blank=True, null=True, verbose_name="改动")),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="submissions.collectionround",
                        verbose_name="任务",
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
                "verbose_name": "年初预算导入",
                "verbose_name_plural": "年初预算导入",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_unit__in", ["yuan", "wan"])),
                        name="budget_upload_unit_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("applied_at", None), ("changes__isnull", True)),
                            models.Q(
                                ("applied_at__isnull", False),
                                ("changes__isnull", False),
                                ("confirmed_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="budget_upload_applied_wholly",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="budgetupload",
            trigger=pgtrigger.compiler.Trigger(
                name="upload_never_changes",
                sql=orgs.guards.GuardSql(
                    condition='WHEN (OLD."amount_unit" IS DISTINCT FROM (NEW."amount_unit") OR OLD."file_name" IS DISTINCT FROM (NEW."file_name") OR OLD."round_id" IS DISTINCT FROM (NEW."round_id") OR OLD."rows" IS DISTINCT FROM (NEW."rows") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."uploaded_at" IS DISTINCT FROM (NEW."uploaded_at") OR OLD."uploaded_by_id" IS DISTINCT FROM (NEW."uploaded_by_id"))',
                    func="RAISE EXCEPTION 'Cannot update rows: an uploaded workbook stays as it is' USING ERRCODE = 'check_violation';",
                    hash="80428deee09d9f570286b0f7d3032850bfd8a42f",
                    operation="UPDATE",
                    pgid="pgtrigger_upload_never_changes_5bf31",
                    table="budgets_budgetupload",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="budgetupload",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only_once_applied",
                sql=orgs.guards.GuardSql(
                    condition='WHEN (OLD."applied_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'Cannot update or delete rows: this workbook was applied' USING ERRCODE = 'check_violation';",
                    hash="614ae5dd7a65ceed0b432b539d8d0eb0109995fc",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_once_applied_49697",
                    table="budgets_budgetupload",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="budgetupload",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=orgs.guards.GuardSql(
                    func="RAISE EXCEPTION 'Cannot truncate: rows are kept' USING ERRCODE = 'check_violation';",
                    hash="0ec5d5277dda249d042dbf96c21443761b57db68",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_d355f",
                    table="budgets_budgetupload",
                    when="BEFORE",
                ),
            ),
        ),
    ]
