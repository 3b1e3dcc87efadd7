-- the counter's table, week of 2 to 8 March 2026 (page views of gauges; ok = page was shown)
CREATE TABLE visits (day TEXT, gauge TEXT, views INTEGER, ok TEXT, source TEXT);
INSERT INTO visits VALUES ('2026-03-02','Ostend N',310,'no','web');
INSERT INTO visits VALUES ('2026-03-02','Ostend N',90,'no','monitor');
INSERT INTO visits VALUES ('2026-03-02','Bruges 1',120,'yes','web');
INSERT INTO visits VALUES ('2026-03-03','Ostend S',205,'no','web');
INSERT INTO visits VALUES ('2026-03-03','Bruges 2',44,'no','web');
INSERT INTO visits VALUES ('2026-03-04','Veurne',61,'no','web');
INSERT INTO visits VALUES ('2026-03-04','Blankenberge',170,'no','web');
INSERT INTO visits VALUES ('2026-03-05','Ghent',88,'no','web');
INSERT INTO visits VALUES ('2026-03-05','Ghent',88,'no','monitor');
INSERT INTO visits VALUES ('2026-03-06','Zeebrugge',250,'no','web');
INSERT INTO visits VALUES ('2026-03-06','Ostend N',295,'no','web');
INSERT INTO visits VALUES ('2026-03-07','Bruges 2',51,'no','web');
INSERT INTO visits VALUES ('2026-03-07','Nieuwpoort',140,'yes','web');
INSERT INTO visits VALUES ('2026-03-08','Ostend S',198,'no','web');
INSERT INTO visits VALUES ('2026-03-08','Blankenberge',163,'no','app');
INSERT INTO visits VALUES ('2026-03-08','Diksmuide',33,'yes','web');
