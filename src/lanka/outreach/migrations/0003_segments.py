import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import lanka.timeline.models


class Migration(migrations.Migration):

    dependencies = [
        ("customers", "0004_ledger"),
        ("outreach", "0002_journeys"),
    ]

    operations = [
        migrations.DeleteModel("Member"),
        migrations.DeleteModel("Moment"),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("pk", models.CompositePrimaryKey("segment_id", "customer_id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("segment", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="members", to="outreach.segment")),
                ("customer", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer")),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Moment",
            fields=[
                ("pk", models.CompositePrimaryKey("segment_id", "customer_id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("segment", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="outreach.segment")),
                ("customer", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer")),
                ("at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["at"], name="moment_due")]},
        ),
        migrations.CreateModel(
            name='Scale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('cuts', models.JSONField()),
            ],
        ),
        migrations.AlterModelOptions(
            name='segment',
            options={'ordering': ['name']},
        ),
        migrations.AddField(
            model_name='segment',
            name='news',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None),
        ),
        migrations.AddField(
            model_name='segment',
            name='seconds',
            field=models.FloatField(default=0),
        ),
        migrations.AddField(
            model_name='segment',
            name='uses',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None),
        ),
        migrations.CreateModel(
            name='Crossing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entered', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('transaction', models.BigIntegerField(db_default=lanka.timeline.models.WritingTransaction())),
                ('customer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('segment', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='outreach.segment')),
            ],
            options={
                'indexes': [models.Index(fields=['transaction', 'id'], name='crossing_reading')],
            },
        ),
        migrations.CreateModel(
            name='Size',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('size', models.IntegerField()),
                ('segment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='sizes', to='outreach.segment')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('segment', 'day'), name='size_once')],
            },
        ),
    ]
