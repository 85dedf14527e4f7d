//! What drivers ask the catalogue, in their own words.

use super::shop;

/// As the JDBC driver asks for primary keys; it is `DBeaver`'s, Metabase's and Tableau's.
const PRIMARY_KEYS: &str = "SELECT result.table_name, result.column_name, result.key_seq, result.pk_name \
    FROM (SELECT n.nspname AS table_schem, ct.relname AS table_name, a.attname AS column_name, \
            (information_schema._pg_expandarray(i.indkey)).n AS key_seq, ci.relname AS pk_name, \
            information_schema._pg_expandarray(i.indkey) AS keys, a.attnum AS a_attnum \
          FROM pg_catalog.pg_class ct \
          JOIN pg_catalog.pg_attribute a ON (ct.oid = a.attrelid) \
          JOIN pg_catalog.pg_namespace n ON (ct.relnamespace = n.oid) \
          JOIN pg_catalog.pg_index i ON (a.attrelid = i.indrelid) \
          JOIN pg_catalog.pg_class ci ON (ci.oid = i.indexrelid) \
          WHERE n.nspname = 'public' AND ct.relname = 'order_lines' AND i.indisprimary) result \
    WHERE result.a_attnum = (result.keys).x ORDER BY result.table_name, result.pk_name, result.key_seq";

/// As `SQLAlchemy` does, and everything in Python that is built on it.
const CONSTRAINED: &str = "SELECT attr.conname, array_agg(CAST(attr.attname AS TEXT) ORDER BY attr.ord) AS cols \
    FROM (SELECT con.conrelid AS conrelid, con.conname AS conname, con.ord AS ord, \
            pg_catalog.pg_attribute.attname AS attname \
          FROM pg_catalog.pg_attribute JOIN (SELECT pg_catalog.pg_constraint.conrelid AS conrelid, \
            pg_catalog.pg_constraint.conname AS conname, unnest(pg_catalog.pg_index.indkey) AS attnum, \
            generate_subscripts(pg_catalog.pg_index.indkey, 1) AS ord \
            FROM pg_catalog.pg_constraint JOIN pg_catalog.pg_index \
              ON pg_catalog.pg_constraint.conindid = pg_catalog.pg_index.indexrelid \
            WHERE pg_catalog.pg_constraint.contype = 'p') AS con \
          ON pg_catalog.pg_attribute.attnum = con.attnum AND pg_catalog.pg_attribute.attrelid = con.conrelid) AS attr \
    GROUP BY attr.conrelid, attr.conname ORDER BY attr.conname";

/// The defaults of columns, of which there are none.
const DEFAULTS: &str = "SELECT a.attname, CASE WHEN a.atthasdef THEN \
      (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d \
       WHERE a.atthasdef AND d.adrelid = a.attrelid AND d.adnum = a.attnum) ELSE NULL END AS \"default\" \
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
    WHERE c.relname = 'customers' AND a.attnum = 1";

#[tokio::test]
async fn drivers_find_keys() {
    let sql = shop("sql driver keys").await;
    assert_eq!(
        sql.table(PRIMARY_KEYS).await,
        [
            "order_lines | order_id | 1 | order_lines_pkey",
            "order_lines | position | 2 | order_lines_pkey",
        ]
    );
    assert_eq!(
        sql.table(CONSTRAINED).await,
        [
            "customers_pkey | {id}",
            "locations_pkey | {id}",
            "order_lines_pkey | {order_id,position}",
            "order_returns_pkey | {order_id,position}",
            "orders_pkey | {id}",
            "products_pkey | {id}",
        ]
    );
    let named = "SELECT fkc.relname, fka.attname, pkc.relname, pka.attname, pkic.relname \
                 FROM pg_catalog.pg_class pkc, pg_catalog.pg_attribute pka, pg_catalog.pg_class fkc, \
                   pg_catalog.pg_attribute fka, pg_catalog.pg_constraint con, \
                   pg_catalog.generate_series(1, 32) pos(n), pg_catalog.pg_class pkic, pg_catalog.pg_depend dep \
                 WHERE pkc.oid = pka.attrelid AND pka.attnum = con.confkey[pos.n] AND con.confrelid = pkc.oid \
                   AND fkc.oid = fka.attrelid AND fka.attnum = con.conkey[pos.n] AND con.conrelid = fkc.oid \
                   AND con.contype = 'f' AND (pkic.relkind = 'i' OR pkic.relkind = 'I') \
                   AND con.oid = dep.objid AND pkic.oid = dep.refobjid \
                   AND dep.classid = 'pg_constraint'::regclass::oid \
                   AND dep.refclassid = 'pg_class'::regclass::oid AND fkc.relname = 'order_returns' \
                 ORDER BY con.conname, pos.n";
    assert_eq!(
        sql.table(named).await,
        [
            "order_returns | order_id | orders | id | orders_pkey",
            "order_returns | order_id | order_lines | order_id | order_lines_pkey",
            "order_returns | line_position | order_lines | position | order_lines_pkey",
        ]
    );
    let said = "SELECT pg_catalog.pg_get_constraintdef(oid, true) FROM pg_catalog.pg_constraint \
                WHERE conname IN ('orders_customer_id_fkey', 'orders_pkey') ORDER BY 1";
    assert_eq!(
        sql.table(said).await,
        [
            "FOREIGN KEY (customer_id) REFERENCES customers(id) NOT VALID",
            "PRIMARY KEY (id)",
        ]
    );
}

#[tokio::test]
async fn drivers_find_what_else_there_is() {
    let sql = shop("sql driver rest").await;
    assert_eq!(sql.table(DEFAULTS).await, ["id | -"]);
    for (statement, expected) in [
        (
            "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname NOT LIKE 'pg/_%' ESCAPE '/' AND nspname = 'public'",
            "public",
        ),
        (
            "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'max_index_keys'",
            "32",
        ),
        (
            "SELECT pg_catalog.current_setting('search_path')",
            "\"$user\", public",
        ),
        (
            "SELECT typinput = 'pg_catalog.array_in'::regproc FROM pg_catalog.pg_type WHERE typname = '_int4'",
            "t",
        ),
        (
            "SELECT pg_catalog.pg_get_indexdef(indexrelid) || ', ' || pg_catalog.pg_get_indexdef(indexrelid, 2, false) \
             FROM pg_catalog.pg_index WHERE indrelid = 'order_lines'::regclass",
            "CREATE UNIQUE INDEX order_lines_pkey ON public.order_lines USING btree (order_id, position), position",
        ),
        (
            "SELECT json_build_object('a', 1, 'b', true, 'c', NULL, 'd', 'x')",
            r#"{"a":1,"b":true,"c":null,"d":"x"}"#,
        ),
        (
            "SELECT d.description FROM pg_catalog.pg_class c JOIN pg_catalog.pg_description d \
             ON d.objoid = c.oid AND d.objsubid = 0 AND d.classoid = 'pg_catalog.pg_class'::regclass WHERE c.relname = 'customers'",
            "The customers.",
        ),
    ] {
        assert_eq!(sql.table(statement).await, [expected], "{statement}");
    }
    let view = sql
        .table("SELECT pg_catalog.pg_get_viewdef('kpis'::regclass, true)")
        .await;
    assert!(
        view[0].starts_with("-- KPIs by dimensions and time"),
        "{view:?}"
    );
}
