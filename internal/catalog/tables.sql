CREATE TABLE partner (
	company TEXT NOT NULL,
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	role TEXT NOT NULL,
	email TEXT NOT NULL,
	phone TEXT NOT NULL,
	address TEXT NOT NULL,
	country TEXT NOT NULL,
	cage TEXT NOT NULL,
	PRIMARY KEY (company, code)
);
CREATE TABLE catalog (
	company TEXT NOT NULL,
	catalog TEXT NOT NULL,
	PRIMARY KEY (company, catalog)
);
CREATE TABLE property (
	company TEXT NOT NULL,
	catalog TEXT NOT NULL,
	property TEXT NOT NULL,
	type TEXT NOT NULL,
	unit TEXT NOT NULL,
	choices TEXT NOT NULL,
	required BOOLEAN NOT NULL,
	kind TEXT NOT NULL,
	PRIMARY KEY (company, catalog, property)
);
CREATE TABLE item (
	company TEXT NOT NULL,
	part_number TEXT NOT NULL,
	name TEXT NOT NULL,
	catalog TEXT NOT NULL,
	uom TEXT NOT NULL,
	tracking TEXT NOT NULL,
	source TEXT NOT NULL,
	serial_format TEXT NOT NULL,
	lot_format TEXT NOT NULL,
	shelf_life_days BIGINT NOT NULL,
	gtin TEXT NOT NULL,
	supplier TEXT NOT NULL,
	supplier_part TEXT NOT NULL,
	lead_time_days BIGINT NOT NULL,
	latest TEXT NOT NULL,
	changed BOOLEAN NOT NULL,
	operative TEXT NOT NULL,
	PRIMARY KEY (company, part_number)
);
CREATE INDEX item_catalog ON item (company, catalog, part_number);
CREATE INDEX item_gtin ON item (company, gtin) WHERE gtin <> '';
CREATE TABLE revision (
	company TEXT NOT NULL,
	part_number TEXT NOT NULL,
	revision TEXT NOT NULL,
	status TEXT NOT NULL,
	released_at BIGINT NOT NULL,
	obsoleted_at BIGINT NOT NULL,
	properties TEXT NOT NULL,
	fact BIGINT NOT NULL,
	PRIMARY KEY (company, part_number, revision)
);
CREATE TABLE tracking (
	company TEXT NOT NULL,
	part_number TEXT NOT NULL,
	at BIGINT NOT NULL,
	tracking TEXT NOT NULL,
	before TEXT NOT NULL,
	PRIMARY KEY (company, part_number, at)
);
CREATE TABLE uom (
	company TEXT NOT NULL,
	part_number TEXT NOT NULL,
	uom TEXT NOT NULL,
	numerator BIGINT NOT NULL,
	denominator BIGINT NOT NULL,
	PRIMARY KEY (company, part_number, uom)
);
CREATE TABLE approved_part (
	company TEXT NOT NULL,
	part_number TEXT NOT NULL,
	manufacturer TEXT NOT NULL,
	manufacturer_part TEXT NOT NULL,
	alternate TEXT NOT NULL,
	PRIMARY KEY (company, part_number, manufacturer, manufacturer_part, alternate)
);
CREATE INDEX approved_part_maker ON approved_part (company, manufacturer_part);
CREATE TABLE inspection_plan (
	company TEXT NOT NULL,
	part_number TEXT NOT NULL,
	plan TEXT NOT NULL,
	stage TEXT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (company, part_number, plan)
);
CREATE TABLE document (
	company TEXT NOT NULL,
	id BIGINT NOT NULL,
	document TEXT NOT NULL,
	revision TEXT NOT NULL,
	title TEXT NOT NULL,
	file TEXT NOT NULL,
	url TEXT NOT NULL,
	sha256 TEXT NOT NULL,
	object TEXT NOT NULL,
	part_number TEXT NOT NULL,
	part_revision TEXT NOT NULL,
	order_name TEXT NOT NULL,
	receipt TEXT NOT NULL,
	inspection TEXT NOT NULL,
	nonconformity TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (company, id)
);
CREATE INDEX document_number ON document (company, document);
CREATE INDEX document_order ON document (company, order_name);
CREATE INDEX document_part ON document (company, part_number);
