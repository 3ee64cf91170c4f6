import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """Letters that wait go on waiting: the time at which one is due gets another name."""

    dependencies = [
        ("mailing", "0021_name_figures_and_imports"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="subscriptionrequest", name="subscription_letter_due"),
        migrations.RenameField(
            model_name="subscriptionrequest", old_name="letter_due_at", new_name="next_try_at"
        ),
        migrations.AlterField(
            model_name="subscriptionrequest",
            name="next_try_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, null=True, verbose_name="next try"
            ),
        ),
        migrations.AlterField(
            model_name="subscriptionrequest",
            name="tries",
            field=models.PositiveIntegerField(default=0, verbose_name="tries"),
        ),
        migrations.AddField(
            model_name="subscriptionrequest",
            name="claimed_until",
            field=models.DateTimeField(null=True, verbose_name="claimed until"),
        ),
        migrations.AddIndex(
            model_name="subscriptionrequest",
            index=models.Index(
                condition=models.Q(("next_try_at__isnull", False)),
                fields=["next_try_at", "id"],
                name="subscription_letter_due",
            ),
        ),
    ]
