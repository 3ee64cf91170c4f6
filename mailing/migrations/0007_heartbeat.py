import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mailing", "0006_let_uncertain_letters_be_sent_again"),
    ]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                (
                    "cluster",
                    models.UUIDField(
                        default=uuid.uuid4,
                        primary_key=True,
                        serialize=False,
                        verbose_name="cluster",
                    ),
                ),
                ("host", models.CharField(max_length=255, verbose_name="host")),
                ("pid", models.PositiveIntegerField(verbose_name="process")),
                ("beaten_at", models.DateTimeField(db_index=True, verbose_name="last heartbeat")),
            ],
            options={
                "verbose_name": "cluster of workers",
                "verbose_name_plural": "clusters of workers",
            },
        ),
    ]
