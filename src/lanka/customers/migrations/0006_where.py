"""Where people live; and the newest word on a topic is found in the index alone."""

from django.db import migrations, models

# as `project.py` would, of the addresses told by their code; the rest follows with the next fact or phone
KNOWN = """
UPDATE customers_customer c SET country = found.country FROM (
  SELECT DISTINCT ON (root) coalesce(a.root_id, f.customer_id) AS root, upper(f.value ->> 'country') AS country
  FROM customers_fact f LEFT JOIN customers_alias a ON a.customer_id = f.customer_id
  WHERE f.kind = 'address' AND f.value ->> 'country' ~ '^[A-Za-z]{2}$'
  ORDER BY root, f.trust, f.at DESC, f.id DESC
) found LEFT JOIN customers_alias b ON b.root_id = found.root WHERE c.id = found.root OR c.id = b.customer_id
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_mark")]
    operations = [
        migrations.AddField("customer", "country", models.CharField(blank=True, max_length=2, default=""), preserve_default=False),
        migrations.AddField("customer", "zone", models.CharField(blank=True, max_length=60, default=""), preserve_default=False),
        migrations.RemoveConstraint("standing", "standing_once"),
        migrations.AddConstraint(
            "standing",
            models.UniqueConstraint(fields=("topic", "customer", "channel"), include=("granted", "at", "consent_id"), name="standing_once"),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
