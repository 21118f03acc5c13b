CREATE TABLE recall (
	company TEXT NOT NULL,
	recall TEXT NOT NULL,
	reason TEXT NOT NULL,
	question TEXT NOT NULL,
	instructions TEXT NOT NULL,
	state TEXT NOT NULL,
	scope BIGINT NOT NULL,
	size BIGINT NOT NULL,
	must BIGINT NOT NULL,
	may BIGINT NOT NULL,
	had_must BIGINT NOT NULL,
	had_may BIGINT NOT NULL,
	opened_at BIGINT NOT NULL,
	scoped_at BIGINT NOT NULL,
	closed_at BIGINT NOT NULL,
	close_reason TEXT NOT NULL,
	fact BIGINT NOT NULL,
	closed_fact BIGINT NOT NULL,
	PRIMARY KEY (company, recall)
);
CREATE TABLE recall_scope (
	company TEXT NOT NULL,
	recall TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	place BIGINT NOT NULL,
	part_number TEXT NOT NULL,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	revision TEXT NOT NULL,
	certainty TEXT NOT NULL,
	removed BOOLEAN NOT NULL,
	depth BIGINT NOT NULL,
	quantity_min BIGINT NOT NULL,
	quantity_max BIGINT NOT NULL,
	top TEXT NOT NULL,
	state TEXT NOT NULL,
	quantity BIGINT NOT NULL,
	location TEXT NOT NULL,
	order_name TEXT NOT NULL,
	customer TEXT NOT NULL,
	system TEXT NOT NULL,
	shipment TEXT NOT NULL,
	PRIMARY KEY (company, recall, object_id, place)
);
CREATE INDEX recall_scope_object ON recall_scope (company, object_id);
CREATE TABLE recall_hand (
	company TEXT NOT NULL,
	recall TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	change TEXT NOT NULL,
	ref TEXT NOT NULL,
	reason TEXT NOT NULL,
	at BIGINT NOT NULL,
	fact BIGINT NOT NULL,
	PRIMARY KEY (company, recall, object_id)
);
CREATE TABLE recall_act (
	company TEXT NOT NULL,
	recall TEXT NOT NULL,
	fact BIGINT NOT NULL,
	at BIGINT NOT NULL,
	action TEXT NOT NULL,
	customer TEXT NOT NULL,
	notice BIGINT NOT NULL,
	count BIGINT NOT NULL,
	text TEXT NOT NULL,
	PRIMARY KEY (company, recall, fact)
);
CREATE INDEX recall_act_fact ON recall_act (company, fact);
CREATE TABLE recall_unit (
	company TEXT NOT NULL,
	recall TEXT NOT NULL,
	customer TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	part_number TEXT NOT NULL,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	certainty TEXT NOT NULL,
	quantity BIGINT NOT NULL,
	system TEXT NOT NULL,
	shipment TEXT NOT NULL,
	affected TEXT NOT NULL,
	notice BIGINT NOT NULL,
	notified_at BIGINT NOT NULL,
	state TEXT NOT NULL,
	located BIGINT NOT NULL,
	returned BIGINT NOT NULL,
	corrected BIGINT NOT NULL,
	destroyed BIGINT NOT NULL,
	not_found BIGINT NOT NULL,
	found_in TEXT NOT NULL,
	note TEXT NOT NULL,
	answered_by TEXT NOT NULL,
	acknowledged_at BIGINT NOT NULL,
	answered_at BIGINT NOT NULL,
	accounted_at BIGINT NOT NULL,
	PRIMARY KEY (company, recall, customer, object_id)
);
CREATE INDEX recall_unit_object ON recall_unit (company, recall, object_id);
CREATE TABLE recall_mail (
	company TEXT NOT NULL,
	id BIGINT NOT NULL,
	recall TEXT NOT NULL,
	customer TEXT NOT NULL,
	notice BIGINT NOT NULL,
	action TEXT NOT NULL,
	email TEXT NOT NULL,
	at BIGINT NOT NULL,
	sent_at BIGINT NOT NULL,
	failed_at BIGINT NOT NULL,
	error TEXT NOT NULL,
	PRIMARY KEY (company, id)
);
CREATE INDEX recall_mail_notice ON recall_mail (company, recall, customer, notice);
CREATE TABLE recall_drill (
	company TEXT NOT NULL,
	id BIGINT NOT NULL,
	at BIGINT NOT NULL,
	lot TEXT NOT NULL,
	score BIGINT NOT NULL,
	microseconds BIGINT NOT NULL,
	findings BIGINT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (company, id)
);
