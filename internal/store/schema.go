package store

import (
	"context"
	"fmt"
	"regexp"
	"strings"
)

var (
	tableStart = regexp.MustCompile(`^CREATE TABLE (\w+) \(\s*(\w+)`)
	hint       = regexp.MustCompile(`(?m)^-- (heap|sealed|updated): (\w+)$`)
	comment    = regexp.MustCompile(`(?m)--.*$`)
	create     = regexp.MustCompile(`^CREATE (TABLE|INDEX|UNIQUE INDEX) `)
	words      = regexp.MustCompile(`\b(BIGINT|BOOLEAN|BYTEA)\b`)
)

// Create makes the tables and indexes of a schema that are not there yet,
// each statement ended by a semicolon. A line "-- sealed: t" makes t refuse
// every change of what it holds; "-- heap: t" is for large rows, "-- updated: t"
// for rows that change after they were made.
func (db *DB) Create(ctx context.Context, schema string) error {
	hints := map[string]string{}
	for _, m := range hint.FindAllStringSubmatch(schema, -1) {
		hints[m[1]+" "+m[2]] = m[2]
	}
	return db.Write(ctx, func(tx *Tx) error {
		if db.engine == sqlite {
			if err := tx.ddl("ANALYZE sqlite_schema"); err != nil { // makes the table of statistics
				return err
			}
		}
		for _, statement := range strings.Split(comment.ReplaceAllString(schema, ""), ";") {
			statement = strings.TrimSpace(statement)
			if statement == "" {
				continue
			}
			if err := tx.createOne(statement, hints); err != nil {
				return err
			}
			if db.engine == sqlite {
				if err := tx.expect(statement); err != nil {
					return err
				}
			}
		}
		if db.engine == sqlite {
			return tx.ddl("ANALYZE sqlite_schema") // reads it
		}
		return nil
	})
}

// updatedRoom leaves room in PostgreSQL's pages, so that a changed row stays in
// its page and no index needs to be told.
const updatedRoom = " WITH (fillfactor = 60)"

func (tx *Tx) createOne(statement string, hints map[string]string) error {
	m := tableStart.FindStringSubmatch(statement)
	statement = create.ReplaceAllString(statement, "CREATE $1 IF NOT EXISTS ")
	if m == nil {
		return tx.ddl(statement)
	}
	name, ofCompany, room := m[1], m[2] == "company", ""
	if _, updated := hints["updated "+name]; updated {
		room = updatedRoom
	}
	if tx.db.engine == sqlite {
		statement = words.ReplaceAllStringFunc(statement, func(w string) string {
			if w == "BYTEA" {
				return "BLOB"
			}
			return "INTEGER"
		}) + " STRICT"
		if _, heap := hints["heap "+name]; !heap {
			statement += ", WITHOUT ROWID"
		}
	} else if tx.db.partitions > 0 && ofCompany {
		statement += " PARTITION BY HASH (company)"
	} else {
		statement += room
	}
	if err := tx.ddl(statement); err != nil {
		return err
	}
	if _, heap := hints["heap "+name]; heap && tx.db.engine == postgres {
		if err := tx.compressFast(name, statement); err != nil {
			return err
		}
	}
	parts := []string{name}
	if tx.db.engine == postgres && tx.db.partitions > 0 && ofCompany {
		for i := range tx.db.partitions {
			part := fmt.Sprintf("%s_p%d", name, i)
			parts = append(parts, part)
			if err := tx.ddl(fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s PARTITION OF %s FOR VALUES WITH (MODULUS %d, REMAINDER %d)%s", part, name, tx.db.partitions, i, room)); err != nil {
				return err
			}
		}
	}
	if _, sealed := hints["sealed "+name]; sealed {
		return tx.seal(name, keyColumns(statement), parts)
	}
	return nil
}

var bytesColumn = regexp.MustCompile(`(?m)^\s*(\w+) BYTEA`)

// compressFast lets PostgreSQL compress large values by LZ4 where it was built
// with it: its own method takes longer than all else of writing them.
func (tx *Tx) compressFast(name, statement string) error {
	var known string
	found, err := tx.One([]any{&known}, `SELECT name FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)`)
	if err != nil || !found {
		return err
	}
	for _, m := range bytesColumn.FindAllStringSubmatch(statement, -1) {
		if err := tx.ddl(fmt.Sprintf("ALTER TABLE %s ALTER COLUMN %s SET COMPRESSION lz4", name, m[1])); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) ddl(statement string) error {
	if _, err := tx.conn.sql.ExecContext(tx.ctx, statement); err != nil {
		return fmt.Errorf("schema %.80q: %w", statement, err)
	}
	return nil
}

var primary = regexp.MustCompile(`PRIMARY KEY \(([^)]*)\)`)

func keyColumns(statement string) []string {
	m := primary.FindStringSubmatch(statement)
	var columns []string
	for c := range strings.SplitSeq(m[1], ",") {
		columns = append(columns, strings.Trim(strings.TrimSpace(c), `"`))
	}
	return columns
}

// seal makes the database itself refuse what must not happen to a table.
func (tx *Tx) seal(name string, key, parts []string) error {
	if tx.db.engine == sqlite {
		var same []string
		for _, k := range key {
			same = append(same, fmt.Sprintf("%q = NEW.%q", k, k))
		}
		for event, when := range map[string]string{
			"UPDATE": "", "DELETE": "",
			"INSERT": fmt.Sprintf("WHEN EXISTS (SELECT 1 FROM %s WHERE %s)", name, strings.Join(same, " AND ")),
		} {
			err := tx.ddl(fmt.Sprintf("CREATE TRIGGER IF NOT EXISTS %s_sealed_%s BEFORE %s ON %s %s BEGIN SELECT RAISE(ABORT, '%s is sealed: what it holds cannot be changed or deleted'); END",
				name, strings.ToLower(event), event, name, when, name))
			if err != nil {
				return err
			}
		}
		return nil
	}
	function := fmt.Sprintf(`CREATE OR REPLACE FUNCTION lotline_sealed() RETURNS trigger LANGUAGE plpgsql AS
		$$ BEGIN RAISE EXCEPTION '%% is sealed: what it holds cannot be changed or deleted', TG_TABLE_NAME; END $$`)
	if err := tx.ddl(strings.ReplaceAll(function, "%%", "%")); err != nil {
		return err
	}
	if err := tx.ddl(fmt.Sprintf("CREATE OR REPLACE TRIGGER %s_sealed BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION lotline_sealed()", name, name)); err != nil {
		return err
	}
	for _, part := range parts {
		if err := tx.ddl(fmt.Sprintf("CREATE OR REPLACE TRIGGER %s_kept BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION lotline_sealed()", part, part)); err != nil {
			return err
		}
	}
	return nil
}

// Drop drops tables, sealed ones too, and does not mind those that are not there.
func (db *DB) Drop(ctx context.Context, tables ...string) error {
	return db.Write(ctx, func(tx *Tx) error {
		for _, table := range tables {
			if err := tx.ddl("DROP TABLE IF EXISTS " + table); err != nil {
				return err
			}
		}
		return nil
	})
}
