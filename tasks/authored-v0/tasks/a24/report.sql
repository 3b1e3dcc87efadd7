-- Tables as they stand in the hatchery's file:
--   geno(batch INTEGER, letter TEXT)               one row per batch, letters right
--   codes(batch INTEGER, code INTEGER)             one row per batch, right
--   counts(code INTEGER, counted_on TEXT, alive INTEGER)   every line of tank_counts.csv
-- Mean number alive per letter, for the funder.
SELECT geno.letter, AVG(NULLIF(counts.alive, 0)) AS mean_alive
FROM geno
JOIN codes ON codes.batch = geno.batch
JOIN counts ON counts.code = codes.code
GROUP BY geno.letter;
