import os
import socket

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import mailing.models.sender


class Migration(migrations.Migration):
    dependencies = [
        ("mailing", "0004_limit_length_of_bodies"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="sender",
            options={"verbose_name": "sending process", "verbose_name_plural": "sending processes"},
        ),
        migrations.AlterField(
            model_name="attempt",
            name="trouble_count",
            field=models.PositiveIntegerField(default=0, verbose_name="troubles in a row"),
        ),
        migrations.AlterField(
            model_name="sender",
            name="attempt",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="senders",
                to="mailing.attempt",
                verbose_name="attempt",
            ),
        ),
        migrations.AlterField(
            model_name="sender",
            name="host",
            field=models.CharField(default=socket.gethostname, max_length=255, verbose_name="host"),
        ),
        migrations.AlterField(
            model_name="sender",
            name="lease_until",
            field=models.DateTimeField(
                db_index=True, default=mailing.models.sender._lease_end, verbose_name="lease until"
            ),
        ),
        migrations.AlterField(
            model_name="sender",
            name="pid",
            field=models.PositiveIntegerField(default=os.getpid, verbose_name="process"),
        ),
        migrations.AlterField(
            model_name="sender",
            name="started_at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="started"),
        ),
    ]
