import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import mailing.models.limit


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_index_users_by_date_joined"),
        ("mailing", "0009_index_unfinished_attempts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DomainLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "per_minute",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty: as in the settings. 0: no limit.",
                        null=True,
                        verbose_name="letters per minute",
                    ),
                ),
                (
                    "per_hour",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty: as in the settings. 0: no limit.",
                        null=True,
                        verbose_name="letters per hour",
                    ),
                ),
                (
                    "domain",
                    models.CharField(
                        max_length=253,
                        unique=True,
                        validators=[mailing.models.limit.validate_domain],
                        verbose_name="domain",
                    ),
                ),
            ],
            options={
                "verbose_name": "limit of a domain",
                "verbose_name_plural": "limits of domains",
                "ordering": ["domain"],
            },
        ),
        migrations.CreateModel(
            name="MeterState",
            fields=[
                ("scope", models.CharField(max_length=300, primary_key=True, serialize=False)),
                ("state", models.JSONField(default=dict)),
                (
                    "updated_at",
                    models.DateTimeField(db_index=True, default=django.utils.timezone.now),
                ),
            ],
            options={
                "verbose_name": "meter",
            },
        ),
        migrations.CreateModel(
            name="OwnerTurn",
            fields=[
                (
                    "owner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("began_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "turn of an owner",
            },
        ),
        migrations.AddField(
            model_name="attempt",
            name="held_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="held by a limit until"),
        ),
        migrations.AddField(
            model_name="attempt",
            name="wake_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.CreateModel(
            name="OwnerLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "per_minute",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty: as in the settings. 0: no limit.",
                        null=True,
                        verbose_name="letters per minute",
                    ),
                ),
                (
                    "per_hour",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty: as in the settings. 0: no limit.",
                        null=True,
                        verbose_name="letters per hour",
                    ),
                ),
                (
                    "owner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "limit of an owner",
                "verbose_name_plural": "limits of owners",
            },
        ),
    ]
