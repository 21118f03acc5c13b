CREATE TABLE operation (
	company TEXT NOT NULL,
	id BIGINT NOT NULL,
	order_name TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	at BIGINT NOT NULL,
	until BIGINT NOT NULL,
	operation TEXT NOT NULL,
	work_center TEXT NOT NULL,
	machine TEXT NOT NULL,
	operator TEXT NOT NULL,
	program TEXT NOT NULL,
	tool TEXT NOT NULL,
	result TEXT NOT NULL,
	parameters TEXT NOT NULL,
	voided BIGINT NOT NULL,
	PRIMARY KEY (company, id)
);
CREATE INDEX operation_object ON operation (company, object_id);
CREATE INDEX operation_order ON operation (company, order_name);
CREATE INDEX operation_at ON operation (company, at);
CREATE TABLE inspection (
	company TEXT NOT NULL,
	id BIGINT NOT NULL,
	object_id BIGINT NOT NULL,
	at BIGINT NOT NULL,
	stage TEXT NOT NULL,
	number TEXT NOT NULL,
	attempt BIGINT NOT NULL,
	plan TEXT NOT NULL,
	operation TEXT NOT NULL,
	order_name TEXT NOT NULL,
	characteristic TEXT NOT NULL,
	value TEXT NOT NULL,
	uom TEXT NOT NULL,
	lower TEXT NOT NULL,
	upper TEXT NOT NULL,
	result TEXT NOT NULL,
	sample_size BIGINT NOT NULL,
	defects BIGINT NOT NULL,
	inspector TEXT NOT NULL,
	instrument TEXT NOT NULL,
	report TEXT NOT NULL,
	undecided BOOLEAN NOT NULL,
	voided BIGINT NOT NULL,
	PRIMARY KEY (company, id)
);
CREATE INDEX inspection_object ON inspection (company, object_id);
CREATE INDEX inspection_instrument ON inspection (company, instrument, id);
CREATE INDEX inspection_characteristic ON inspection (company, characteristic, at);
CREATE INDEX inspection_failed ON inspection (company, id) WHERE result = 'fail';
CREATE TABLE rejection (
	company TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	plan TEXT NOT NULL,
	characteristic TEXT NOT NULL,
	PRIMARY KEY (company, object_id, plan, characteristic)
);
CREATE TABLE sample (
	company TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	plan TEXT NOT NULL,
	characteristic TEXT NOT NULL,
	order_name TEXT NOT NULL,
	part_number TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (company, object_id, plan, characteristic)
);
CREATE INDEX sample_order ON sample (company, order_name, part_number, plan, characteristic);
CREATE TABLE calibration (
	company TEXT NOT NULL,
	instrument TEXT NOT NULL,
	at BIGINT NOT NULL,
	name TEXT NOT NULL,
	due_at BIGINT NOT NULL,
	result TEXT NOT NULL,
	as_found TEXT NOT NULL,
	as_left TEXT NOT NULL,
	fact BIGINT NOT NULL,
	voided BIGINT NOT NULL,
	PRIMARY KEY (company, instrument, at, fact)
);
CREATE TABLE nonconformity (
	company TEXT NOT NULL,
	nonconformity TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	order_name TEXT NOT NULL,
	at BIGINT NOT NULL,
	quantity BIGINT NOT NULL,
	description TEXT NOT NULL,
	severity TEXT NOT NULL,
	cause TEXT NOT NULL,
	disposition TEXT NOT NULL,
	disposed_at BIGINT NOT NULL,
	approved_by TEXT NOT NULL,
	fact BIGINT NOT NULL,
	disposed_fact BIGINT NOT NULL,
	state TEXT NOT NULL,
	signatures BIGINT NOT NULL,
	signers TEXT NOT NULL,
	capa TEXT NOT NULL,
	owner TEXT NOT NULL,
	due_at BIGINT NOT NULL,
	done_at BIGINT NOT NULL,
	voided BIGINT NOT NULL,
	PRIMARY KEY (company, nonconformity, fact)
);
CREATE TABLE nonconformity_event (
	company TEXT NOT NULL,
	nonconformity TEXT NOT NULL,
	fact BIGINT NOT NULL,
	kind TEXT NOT NULL,
	signers TEXT NOT NULL,
	capa TEXT NOT NULL,
	owner TEXT NOT NULL,
	due_at BIGINT NOT NULL,
	done_at BIGINT NOT NULL,
	voided BIGINT NOT NULL,
	PRIMARY KEY (company, nonconformity, fact)
);
CREATE INDEX nonconformity_object ON nonconformity (company, object_id);
