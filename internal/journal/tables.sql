-- What was recorded, in order, without gaps. Columns beside the body are copies that verify compares.
-- heap: journal
-- sealed: journal
CREATE TABLE journal (
	company TEXT NOT NULL,
	seq BIGINT NOT NULL,
	recorded_at BIGINT NOT NULL,
	request TEXT NOT NULL,
	hash BYTEA NOT NULL,
	body BYTEA NOT NULL,
	PRIMARY KEY (company, seq)
);
CREATE INDEX journal_request ON journal (company, request);
CREATE INDEX journal_recorded_at ON journal (company, recorded_at);
-- The size of the journal and the hashes of the complete subtrees at its right edge.
CREATE TABLE head (
	company TEXT NOT NULL,
	size BIGINT NOT NULL,
	hashes BYTEA NOT NULL,
	PRIMARY KEY (company)
);
-- Each full run of 256 hashes of a level, so that no question reads the whole journal.
-- sealed: tile
CREATE TABLE tile (
	company TEXT NOT NULL,
	level BIGINT NOT NULL,
	number BIGINT NOT NULL,
	hashes BYTEA NOT NULL,
	PRIMARY KEY (company, level, number)
);
