"""The ledger of consent is append-only, and what stands is kept from it: no code path can forget to."""

from django.db import migrations

LEDGER = """
CREATE FUNCTION customers_ledger_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('lanka.erasing', true) = 'yes' THEN RETURN COALESCE(NEW, OLD); END IF;
  RAISE EXCEPTION 'the ledger of consent is append-only';
END $$;
CREATE TRIGGER ledger_stays BEFORE UPDATE OR DELETE ON customers_consent FOR EACH ROW EXECUTE FUNCTION customers_ledger_stays();

CREATE FUNCTION customers_standing_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO customers_standing AS s (topic_id, customer_id, channel, granted, at, consent_id)
    SELECT DISTINCT ON (topic_id, customer_id, channel) topic_id, customer_id, channel, granted, at, id
    FROM written ORDER BY topic_id, customer_id, channel, at DESC, id DESC
  ON CONFLICT (topic_id, customer_id, channel) DO UPDATE
    SET granted = EXCLUDED.granted, at = EXCLUDED.at, consent_id = EXCLUDED.consent_id
    WHERE (EXCLUDED.at, EXCLUDED.consent_id) > (s.at, s.consent_id);
  RETURN NULL;
END $$;
CREATE TRIGGER standing_follows AFTER INSERT ON customers_consent
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION customers_standing_follows();
"""

BACK = """
DROP TRIGGER standing_follows ON customers_consent;
DROP FUNCTION customers_standing_follows();
DROP TRIGGER ledger_stays ON customers_consent;
DROP FUNCTION customers_ledger_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_choice")]
    operations = [migrations.RunSQL(LEDGER, BACK)]
