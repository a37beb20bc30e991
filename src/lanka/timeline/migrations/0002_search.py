from django.db import migrations

SQL = """
CREATE FUNCTION lanka_stemmer(language text) RETURNS regconfig LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE left(language, 2) WHEN 'fi' THEN 'finnish'::regconfig WHEN 'sv' THEN 'swedish'::regconfig
    WHEN 'en' THEN 'english'::regconfig ELSE 'simple'::regconfig END
$$;
CREATE FUNCTION lanka_event_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  words text;
BEGIN
  IF NEW.text <> '' AND NEW.search IS NULL THEN
    -- 'PP-48213' would be read as the word 'pp' and the number -48213, which nobody looks for
    words := replace(left(concat_ws(' ', NEW.data->>'subject', NEW.text), 100000), '-', ' ');
    NEW.search := to_tsvector('simple', words);
    IF coalesce(NEW.data->>'language', '') <> '' THEN
      NEW.search := NEW.search || to_tsvector(lanka_stemmer(NEW.data->>'language'), words);
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER event_search BEFORE INSERT ON timeline_event FOR EACH ROW EXECUTE FUNCTION lanka_event_search();
CREATE FUNCTION lanka_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('lanka.erasing', true) = 'yes' THEN RETURN COALESCE(NEW, OLD); END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON timeline_event
  FOR EACH ROW EXECUTE FUNCTION lanka_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("timeline", "0001_initial")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
