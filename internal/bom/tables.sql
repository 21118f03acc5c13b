CREATE TABLE bom_line (
	company TEXT NOT NULL,
	parent TEXT NOT NULL,
	revision TEXT NOT NULL,
	line BIGINT NOT NULL,
	find_number TEXT NOT NULL,
	component TEXT NOT NULL,
	component_revision TEXT NOT NULL,
	revision_rule TEXT NOT NULL,
	quantity BIGINT NOT NULL,
	reference_designators TEXT NOT NULL,
	substitutes TEXT NOT NULL,
	scrap BIGINT NOT NULL,
	phantom BOOLEAN NOT NULL,
	optional BOOLEAN NOT NULL,
	operation TEXT NOT NULL,
	PRIMARY KEY (company, parent, revision, line)
);
CREATE INDEX bom_line_component ON bom_line (company, component);
CREATE TABLE bom_substitute (
	company TEXT NOT NULL,
	substitute TEXT NOT NULL,
	parent TEXT NOT NULL,
	revision TEXT NOT NULL,
	line BIGINT NOT NULL,
	ratio BIGINT NOT NULL,
	PRIMARY KEY (company, substitute, parent, revision, line)
);
CREATE TABLE bom_mapping (
	company TEXT NOT NULL,
	mapping TEXT NOT NULL,
	columns TEXT NOT NULL,
	missing TEXT NOT NULL,
	PRIMARY KEY (company, mapping)
);
