CREATE TABLE production_order (
	company TEXT NOT NULL,
	name TEXT NOT NULL,
	part_number TEXT NOT NULL,
	revision TEXT NOT NULL,
	quantity BIGINT NOT NULL,
	lot TEXT NOT NULL,
	state TEXT NOT NULL,
	planned_at BIGINT NOT NULL,
	released_at BIGINT NOT NULL,
	closed_at BIGINT NOT NULL,
	cancelled_at BIGINT NOT NULL,
	customer TEXT NOT NULL,
	project TEXT NOT NULL,
	parent_order TEXT NOT NULL,
	serialize TEXT NOT NULL,
	tolerance BIGINT NOT NULL,
	properties TEXT NOT NULL,
	seal TEXT NOT NULL,
	fact BIGINT NOT NULL,
	predecessor TEXT NOT NULL,
	gone BIGINT NOT NULL,
	closed_fact BIGINT NOT NULL,
	changed BIGINT NOT NULL,
	blocked_for TEXT NOT NULL,
	blocked_at BIGINT NOT NULL,
	PRIMARY KEY (company, name)
);
CREATE INDEX production_order_part ON production_order (company, part_number);
CREATE INDEX production_order_changed ON production_order (company, changed);
-- sealed: order_bom_line
CREATE TABLE order_bom_line (
	company TEXT NOT NULL,
	order_name TEXT NOT NULL,
	line BIGINT NOT NULL,
	parent_line BIGINT NOT NULL,
	owner_line BIGINT NOT NULL,
	owner_part TEXT NOT NULL,
	position TEXT NOT NULL,
	level BIGINT NOT NULL,
	find_number TEXT NOT NULL,
	part_number TEXT NOT NULL,
	revision TEXT NOT NULL,
	revision_rule TEXT NOT NULL,
	quantity_per BIGINT NOT NULL,
	per_owner BIGINT NOT NULL,
	quantity BIGINT NOT NULL,
	uom TEXT NOT NULL,
	tracking TEXT NOT NULL,
	source TEXT NOT NULL,
	phantom BOOLEAN NOT NULL,
	optional BOOLEAN NOT NULL,
	blown BOOLEAN NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (company, order_name, line)
);
CREATE INDEX order_bom_line_owner ON order_bom_line (company, order_name, owner_part);
CREATE INDEX order_bom_line_part ON order_bom_line (company, part_number);
-- sealed: order_bom_total
CREATE TABLE order_bom_total (
	company TEXT NOT NULL,
	order_name TEXT NOT NULL,
	part_number TEXT NOT NULL,
	revision TEXT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (company, order_name, part_number, revision)
);
-- sealed: order_bom_header
CREATE TABLE order_bom_header (
	company TEXT NOT NULL,
	order_name TEXT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (company, order_name)
);
CREATE TABLE order_draft (
	company TEXT NOT NULL,
	order_name TEXT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (company, order_name)
);
