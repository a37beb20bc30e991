-- The lines that this message may go out on, one for each kind of channel. `usual` is the place of the kind in the topic's own
-- order, null where the topic does not use it. A person's ways are then bits of one number.
slots AS MATERIALIZED (
  SELECT no, 1 << no AS bit, line, kind, identifier, sort, prefix, paper, usual, cost
  FROM unnest(%(slot_no)s::int[], %(slot_line)s::bigint[], %(slot_kind)s::text[], %(slot_identifier)s::int[], %(slot_sort)s::text[],
    %(slot_prefix)s::text[], %(slot_paper)s::bool[], %(slot_usual)s::int[], %(slot_cost)s::int[])
    AS s(no, line, kind, identifier, sort, prefix, paper, usual, cost)
)
