"""Competence by words of field and ministry, rows that can rest; one opening catalogue."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("procedures", "0002_approval_task")]

    operations = [
        migrations.AlterModelOptions(
            name="competence",
            options={
                "ordering": ["priority", "pk"],
                "verbose_name": "dòng thẩm quyền",
                "verbose_name_plural": "bảng thẩm quyền",
            },
        ),
        migrations.RemoveField(model_name="competence", name="subject"),
        migrations.AddField(
            model_name="competence",
            name="subject",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Cùng cách viết, ví dụ hộ tịch*.",
                max_length=300,
                verbose_name="lĩnh vực ghi là",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="competence",
            name="issuing",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Cùng cách viết, ví dụ bộ y tế*.",
                max_length=300,
                verbose_name="cơ quan công bố ghi là",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="competence",
            name="active",
            field=models.BooleanField(
                default=True,
                help_text=(
                    "Dòng đi kèm cổng mà bị xóa sẽ trở lại khi nâng cấp; không dùng nữa thì bỏ chọn ô này thay vì xóa."
                ),
                verbose_name="đang dùng",
            ),
        ),
        migrations.AddField(
            model_name="competence",
            name="updated_at",
            field=models.DateTimeField(auto_now=True, default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="competence",
            name="body",
            field=models.CharField(
                blank=True,
                help_text="Không phân biệt hoa thường, dấu. Dấu * thay cho từ bất kỳ, ví dụ *sở nội vụ*.",
                max_length=300,
                verbose_name="cơ quan thực hiện ghi là",
            ),
        ),
        migrations.AlterField(
            model_name="competence",
            name="priority",
            field=models.PositiveSmallIntegerField(
                default=5,
                help_text="Số nhỏ được xét trước; dòng đầu tiên khớp là dòng quyết định.",
                verbose_name="thứ tự",
            ),
        ),
        migrations.AlterField(
            model_name="competence",
            name="shipped_key",
            field=models.CharField(blank=True, db_index=True, editable=False, max_length=700),
        ),
        migrations.AlterField(
            model_name="competence",
            name="target",
            field=models.CharField(
                choices=[
                    ("unit", "Một đơn vị"),
                    ("kind", "Mọi đơn vị cùng loại"),
                    ("communes", "Mọi xã, phường"),
                    ("nobody", "Không đơn vị nào của cổng"),
                    ("by_field", "Sở, ngành của lĩnh vực đó"),
                    ("by_level", "Tùy cấp thực hiện (cơ quan ghi không rõ)"),
                ],
                max_length=10,
                verbose_name="thì thuộc về",
            ),
        ),
        migrations.AddConstraint(
            model_name="announcementdecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "opening")), fields=("kind",), name="one_opening_catalogue"
            ),
        ),
    ]
