-- An event is written once for each sink that is to have it, and sent from here. Until this version nothing wrote here.

ALTER TABLE outbox
    ADD COLUMN sink        text        NOT NULL,
    ADD COLUMN event_id    text        NOT NULL,
    ADD COLUMN occurred_at timestamptz NOT NULL,
    ADD COLUMN window_end  timestamptz NOT NULL,
    ADD COLUMN given_up_at timestamptz,
    ADD COLUMN last_error  text CHECK (char_length(last_error) <= 500),
    ALTER COLUMN store SET NOT NULL;

-- Whichever nodes saw it: one event a sink. A row stays until its window is over, so that none comes twice.
CREATE UNIQUE INDEX outbox_once ON outbox (sink, event_id);

-- A row that a node has taken is due again when its lease is over: next_attempt_at is both. Of one that is given up it is
-- infinity.
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (sink, next_attempt_at) WHERE delivered_at IS NULL;
CREATE INDEX outbox_by_age ON outbox (created_at);
