-- updated: object
CREATE TABLE object (
	company TEXT NOT NULL,
	part_number TEXT NOT NULL,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	id BIGINT NOT NULL,
	revision TEXT NOT NULL,
	lot_id BIGINT NOT NULL,
	order_name TEXT NOT NULL,
	at BIGINT NOT NULL,
	completed_at BIGINT NOT NULL,
	parent_edge BIGINT NOT NULL,
	shipped BIGINT NOT NULL,
	scrapped_at BIGINT NOT NULL,
	on_hand BIGINT NOT NULL,
	size BIGINT NOT NULL,
	last_moved BIGINT NOT NULL,
	location TEXT NOT NULL,
	expires_on BIGINT NOT NULL,
	held BIGINT NOT NULL,
	warned BIGINT NOT NULL,
	held_part BIGINT NOT NULL,
	allocated BIGINT NOT NULL,
	origin TEXT NOT NULL,
	voided BIGINT NOT NULL,
	PRIMARY KEY (company, part_number, kind, name)
);
CREATE UNIQUE INDEX object_id ON object (company, id);
CREATE INDEX object_name ON object (company, name);
CREATE INDEX object_lots ON object (company, part_number, name) WHERE kind = 'lot';
CREATE INDEX object_order ON object (company, order_name);
CREATE INDEX object_expires ON object (company, expires_on) WHERE expires_on <> 0;
CREATE INDEX object_lot ON object (company, lot_id) WHERE lot_id <> 0;
CREATE TABLE edge (
	company TEXT NOT NULL,
	id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	from_id BIGINT NOT NULL,
	to_id BIGINT NOT NULL,
	quantity BIGINT NOT NULL,
	certainty TEXT NOT NULL,
	position TEXT NOT NULL,
	designator TEXT NOT NULL,
	candidate_group TEXT NOT NULL,
	order_name TEXT NOT NULL,
	line BIGINT NOT NULL,
	from_order BIGINT NOT NULL,
	at BIGINT NOT NULL,
	ended_at BIGINT NOT NULL,
	removed BIGINT NOT NULL,
	substitute_for TEXT NOT NULL,
	deviation TEXT NOT NULL,
	operator TEXT NOT NULL,
	machine TEXT NOT NULL,
	before BIGINT NOT NULL,
	voided BIGINT NOT NULL,
	PRIMARY KEY (company, id)
);
CREATE INDEX edge_from ON edge (company, from_id);
CREATE INDEX edge_to ON edge (company, to_id);
CREATE TABLE removal (
	company TEXT NOT NULL,
	id BIGINT NOT NULL,
	edge_id BIGINT NOT NULL,
	quantity BIGINT NOT NULL,
	at BIGINT NOT NULL,
	to_place TEXT NOT NULL,
	reason TEXT NOT NULL,
	operator TEXT NOT NULL,
	voided BIGINT NOT NULL,
	PRIMARY KEY (company, id)
);
CREATE INDEX removal_edge ON removal (company, edge_id);
CREATE TABLE issue (
	company TEXT NOT NULL,
	id BIGINT NOT NULL,
	order_name TEXT NOT NULL,
	line BIGINT NOT NULL,
	object_id BIGINT NOT NULL,
	quantity BIGINT NOT NULL,
	at BIGINT NOT NULL,
	operator TEXT NOT NULL,
	deviation TEXT NOT NULL,
	voided BIGINT NOT NULL,
	PRIMARY KEY (company, id)
);
CREATE INDEX issue_order ON issue (company, order_name);
CREATE INDEX issue_object ON issue (company, object_id);
CREATE TABLE stock_issue (
	company TEXT NOT NULL,
	order_name TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	open BIGINT NOT NULL,
	PRIMARY KEY (company, order_name, object_id)
);
CREATE TABLE movement (
	company TEXT NOT NULL,
	id BIGINT NOT NULL,
	object_id BIGINT NOT NULL,
	at BIGINT NOT NULL,
	term TEXT NOT NULL,
	quantity BIGINT NOT NULL,
	order_name TEXT NOT NULL,
	customer TEXT NOT NULL,
	system TEXT NOT NULL,
	shipment TEXT NOT NULL,
	location TEXT NOT NULL,
	reason TEXT NOT NULL,
	voided BIGINT NOT NULL,
	PRIMARY KEY (company, id, object_id)
);
CREATE INDEX movement_object ON movement (company, object_id, at);
CREATE INDEX movement_shipment ON movement (company, shipment) WHERE shipment <> '';
CREATE TABLE receipt (
	company TEXT NOT NULL,
	id BIGINT NOT NULL,
	receipt TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	at BIGINT NOT NULL,
	quantity BIGINT NOT NULL,
	supplier TEXT NOT NULL,
	purchase_order TEXT NOT NULL,
	supplier_lot TEXT NOT NULL,
	manufacturer TEXT NOT NULL,
	manufacturer_part TEXT NOT NULL,
	manufacturer_lot TEXT NOT NULL,
	manufacturer_serial TEXT NOT NULL,
	date_code TEXT NOT NULL,
	heat TEXT NOT NULL,
	country TEXT NOT NULL,
	manufactured_on BIGINT NOT NULL,
	expires_on BIGINT NOT NULL,
	certificate TEXT NOT NULL,
	location TEXT NOT NULL,
	properties TEXT NOT NULL,
	voided BIGINT NOT NULL,
	PRIMARY KEY (company, id)
);
CREATE INDEX receipt_object ON receipt (company, object_id);
CREATE INDEX receipt_supplier_lot ON receipt (company, supplier_lot) WHERE supplier_lot <> '';
CREATE INDEX receipt_name ON receipt (company, receipt);
CREATE TABLE identifier (
	company TEXT NOT NULL,
	text TEXT NOT NULL,
	kind TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	PRIMARY KEY (company, text, kind, object_id)
);
CREATE INDEX identifier_object ON identifier (company, object_id);
CREATE TABLE hold (
	company TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	hold TEXT NOT NULL,
	quantity BIGINT NOT NULL,
	reason TEXT NOT NULL,
	source TEXT NOT NULL,
	at BIGINT NOT NULL,
	released_at BIGINT NOT NULL,
	release_reason TEXT NOT NULL,
	fact BIGINT NOT NULL,
	PRIMARY KEY (company, object_id, hold)
);
CREATE INDEX hold_number ON hold (company, hold);
CREATE TABLE hold_mark (
	company TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	holder_id BIGINT NOT NULL,
	hold TEXT NOT NULL,
	may BOOLEAN NOT NULL,
	PRIMARY KEY (company, object_id, holder_id, hold)
);
CREATE INDEX hold_mark_holder ON hold_mark (company, holder_id, hold);
CREATE TABLE held_order (
	company TEXT NOT NULL,
	order_name TEXT NOT NULL,
	holder_id BIGINT NOT NULL,
	hold TEXT NOT NULL,
	PRIMARY KEY (company, order_name, holder_id, hold)
);
CREATE TABLE membership (
	company TEXT NOT NULL,
	id BIGINT NOT NULL,
	object_id BIGINT NOT NULL,
	order_name TEXT NOT NULL,
	kind TEXT NOT NULL,
	at BIGINT NOT NULL,
	until BIGINT NOT NULL,
	voided BIGINT NOT NULL,
	PRIMARY KEY (company, id)
);
CREATE INDEX membership_object ON membership (company, object_id);
CREATE INDEX membership_order ON membership (company, order_name);
CREATE TABLE deviation (
	company TEXT NOT NULL,
	deviation TEXT NOT NULL,
	kind TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	order_name TEXT NOT NULL,
	part_number TEXT NOT NULL,
	instead_of TEXT NOT NULL,
	quantity BIGINT NOT NULL,
	used BIGINT NOT NULL,
	at BIGINT NOT NULL,
	begins BIGINT NOT NULL,
	ends BIGINT NOT NULL,
	reason TEXT NOT NULL,
	approved_by TEXT NOT NULL,
	fact BIGINT NOT NULL,
	PRIMARY KEY (company, deviation)
);
CREATE TABLE deviation_use (
	company TEXT NOT NULL,
	deviation TEXT NOT NULL,
	fact BIGINT NOT NULL,
	PRIMARY KEY (company, deviation, fact)
);
CREATE TABLE order_output (
	company TEXT NOT NULL,
	order_name TEXT NOT NULL,
	units BIGINT NOT NULL,
	produced BIGINT NOT NULL,
	PRIMARY KEY (company, order_name)
);
CREATE TABLE allocation (
	company TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	order_name TEXT NOT NULL,
	quantity BIGINT NOT NULL,
	PRIMARY KEY (company, object_id, order_name)
);
CREATE INDEX allocation_order ON allocation (company, order_name);
CREATE TABLE sequence (
	company TEXT NOT NULL,
	sequence TEXT NOT NULL,
	last BIGINT NOT NULL,
	PRIMARY KEY (company, sequence)
);
CREATE TABLE breach (
	company TEXT NOT NULL,
	id BIGINT NOT NULL,
	object_id BIGINT NOT NULL,
	at BIGINT NOT NULL,
	rule TEXT NOT NULL,
	reason TEXT NOT NULL,
	voided BIGINT NOT NULL,
	PRIMARY KEY (company, id)
);
CREATE INDEX breach_object ON breach (company, object_id);
