"""A postal address as it is written on the letter, in SQL: as `reach.postal_lines`."""

from django.db import migrations

POST = r"""
CREATE FUNCTION decide_post(address jsonb, name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT concat_ws(E'\n', coalesce(nullif(address ->> 'name', ''), nullif(name, '')), nullif(address ->> 'co', ''),
    nullif(address ->> 'street', ''), nullif(concat_ws(' ', nullif(address ->> 'postcode', ''), nullif(address ->> 'town', '')), ''),
    nullif(address ->> 'country', ''))
$$
"""


class Migration(migrations.Migration):
    dependencies = [("decide", "0004_rules")]
    operations = [migrations.RunSQL(POST, "DROP FUNCTION decide_post(jsonb, text)")]
