import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0002_classification_and_lines"),
        ("orgs", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="economiccategory",
            name="official_year",
            field=models.PositiveSmallIntegerField(
                blank=True, editable=False, null=True, verbose_name="核对年度"
            ),
        ),
        migrations.AddField(
            model_name="functionalcategory",
            name="official_year",
            field=models.PositiveSmallIntegerField(
                blank=True, editable=False, null=True, verbose_name="核对年度"
            ),
        ),
        migrations.AddField(
            model_name="revenuecategory",
            name="official_year",
            field=models.PositiveSmallIntegerField(
                blank=True, editable=False, null=True, verbose_name="核对年度"
            ),
        ),
        migrations.CreateModel(
            name="CategoryConfirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "book",
                    models.CharField(
                        choices=[
                            ("general_public", "支出功能分类 · 一般公共预算"),
                            ("government_fund", "支出功能分类 · 政府性基金预算"),
                            ("state_capital", "支出功能分类 · 国有资本经营预算"),
                            ("social_insurance", "支出功能分类 · 社会保险基金预算"),
                            ("department", "部门预算支出经济分类"),
                            ("government", "政府预算支出经济分类"),
                        ],
                        max_length=20,
                        verbose_name="科目",
                    ),
                ),
                ("code", models.CharField(max_length=9, verbose_name="科目编码")),
                ("name", models.CharField(max_length=100, verbose_name="科目名称")),
                ("actor_name", models.CharField(max_length=50, verbose_name="确认人姓名")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="添加单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "科目确认记录",
                "verbose_name_plural": "科目确认记录",
            },
        ),
        migrations.CreateModel(
            name="CategoryBook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "book",
                    models.CharField(
                        choices=[
                            ("general_public", "支出功能分类 · 一般公共预算"),
                            ("government_fund", "支出功能分类 · 政府性基金预算"),
                            ("state_capital", "支出功能分类 · 国有资本经营预算"),
                            ("social_insurance", "支出功能分类 · 社会保险基金预算"),
                            ("department", "部门预算支出经济分类"),
                            ("government", "政府预算支出经济分类"),
                        ],
                        max_length=20,
                        verbose_name="科目",
                    ),
                ),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("file_name", models.CharField(max_length=255, verbose_name="文件名")),
                ("sha256", models.CharField(max_length=64, verbose_name="文件摘要")),
                ("rows", models.JSONField(verbose_name="科目")),
                ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
                ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="装入时间")),
                ("changes", models.JSONField(blank=True, null=True, verbose_name="改动")),
                (
                    "applied_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
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
                "verbose_name": "科目书",
                "verbose_name_plural": "科目书",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "book__in",
                                [
                                    "general_public",
                                    "government_fund",
                                    "state_capital",
                                    "social_insurance",
                                    "department",
                                    "government",
                                ],
                            )
                        ),
                        name="book_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fiscal_year__gte", 2000), ("fiscal_year__lte", 2100)),
                        name="book_year_is_a_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("applied_at", None), ("applied_by", None), ("changes__isnull", True)),
                            models.Q(
                                ("applied_at__isnull", False),
                                ("applied_by__isnull", False),
                                ("changes__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="book_applied_wholly",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categorybook",
            trigger=pgtrigger.compiler.Trigger(
                name="upload_never_changes",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."book" IS DISTINCT FROM (NEW."book") OR OLD."fiscal_year" IS DISTINCT FROM (NEW."fiscal_year") OR OLD."file_name" IS DISTINCT FROM (NEW."file_name") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."rows" IS DISTINCT FROM (NEW."rows") OR OLD."uploaded_by_id" IS DISTINCT FROM (NEW."uploaded_by_id") OR OLD."uploaded_at" IS DISTINCT FROM (NEW."uploaded_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="89309b817a29ac186b91419c36a297a2ee20e6ba",
                    operation="UPDATE",
                    pgid="pgtrigger_upload_never_changes_090c1",
                    table="budgets_categorybook",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categorybook",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only_once_applied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."applied_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="d0d378276bff511d3aff6c55e6f71a282ade78cc",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_once_applied_e2039",
                    table="budgets_categorybook",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categoryconfirmation",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="60b167deea2913c412e64eefaaadf91e2c43b75c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_fc238",
                    table="budgets_categoryconfirmation",
                    when="BEFORE",
                ),
            ),
        ),
    ]
