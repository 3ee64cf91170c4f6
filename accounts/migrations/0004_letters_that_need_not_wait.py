import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_audit_log_notices_and_letters"),
    ]

    operations = [
        migrations.AlterField(
            model_name="letter",
            name="next_try_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, null=True, verbose_name="next try"
            ),
        ),
    ]
