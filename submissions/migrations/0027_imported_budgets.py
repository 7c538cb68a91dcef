from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("submissions", "0026_problems"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="edit",
            name="edit_source_known",
        ),
        migrations.AlterField(
            model_name="edit",
            name="source",
            field=models.CharField(
                choices=[
                    ("typed", "网页填写"),
                    ("pasted", "粘贴"),
                    ("imported", "表格导入"),
                    ("carried", "上年带入"),
                    ("undone", "撤销导入"),
                    ("picked", "指标库选取"),
                    ("adjusted", "批准的调整"),
                    ("budgeted", "财政批复导入"),
                ],
                default="typed",
                max_length=8,
                verbose_name="来源",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("handed", "待审核"),
                    ("withdrawn", "取消报送"),
                    ("returned", "退回"),
                    ("approved", "审核通过"),
                    ("reopened", "取消终审"),
                    ("published", "公开"),
                    ("asked_again", "追问"),
                    ("point_closed", "销号"),
                    ("widened", "扩大退回"),
                    ("reminded", "催报"),
                    ("extended", "延期"),
                    ("round_opened", "开始收集"),
                    ("round_closed", "收集关闭"),
                    ("round_reopened", "重新收集"),
                    ("receipt", "回执"),
                    ("due", "每日提醒"),
                    ("rechecked", "复核"),
                    ("targets_approved", "批复目标"),
                    ("target_asked", "申请调整目标"),
                    ("target_answered", "目标调整答复"),
                    ("scoring", "计分方式"),
                    ("problem_issued", "下达问题"),
                    ("problem_answered", "整改反馈"),
                    ("problem_again", "退回整改"),
                    ("problem_closed", "整改销号"),
                    ("budgets", "年初预算"),
                ],
                max_length=16,
                verbose_name="种类",
            ),
        ),
        migrations.AddConstraint(
            model_name="edit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "source__in",
                        [
                            "typed",
                            "pasted",
                            "imported",
                            "carried",
                            "undone",
                            "picked",
                            "adjusted",
                            "budgeted",
                        ],
                    )
                ),
                name="edit_source_known",
            ),
        ),
    ]
