-- The gates into the round are tables: who waits for a lock on a table holds no snapshot meanwhile, as who waits inside a
-- function does. A snapshot keeps what has died since from being cleared away, for all who read the queue.
DROP FUNCTION adfill.enter_round(INTEGER);
CREATE TABLE adfill.first_gate ();
CREATE TABLE adfill.second_gate ();
