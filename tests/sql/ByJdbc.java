import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The JDBC driver: the metadata that DBeaver, Tableau and Metabase ask for, and figures. */
class ByJdbc {
    public static void main(String[] arguments) throws Exception {
        try (var connection = DriverManager.getConnection(arguments[0])) {
            var metadata = connection.getMetaData();
            var tables = new ArrayList<String>();
            var found = metadata.getTables(null, "public", "%", new String[] {"TABLE", "VIEW"});
            while (found.next()) {
                tables.add(found.getString("TABLE_NAME"));
            }
            check(tables.contains("kpis"), "tables: " + tables);
            var columns = new ArrayList<String>();
            found = metadata.getColumns(null, "public", "kpis", "%");
            while (found.next()) {
                columns.add(found.getString("COLUMN_NAME") + " " + found.getString("TYPE_NAME"));
            }
            check(columns.contains("total_sales numeric"), "columns: " + columns);
            check(keys(metadata).equals(List.of(
                "order_lines.order_id 1", "order_lines.position 2",
                "order_lines.order_id -> orders.id", "order_lines.product_id -> products.id",
                "order_lines_pkey order_id", "order_lines_pkey position"
            )), "keys: " + keys(metadata));
            check(metadata.getTypeInfo().next(), "no types");
            var query = "SELECT region, MEASURE(total_sales), MEASURE(customer_count) FROM kpis"
                + " WHERE category = ? GROUP BY 1 ORDER BY 2 DESC";
            var statement = connection.prepareStatement(query);
            // As often as the driver takes to ask for a plan on the server, and binary rows.
            for (int times = 0; times < 7; times++) {
                statement.setString(1, "Furniture");
                var rows = statement.executeQuery();
                check(rows.next(), "no rows");
                check(rows.getBigDecimal(2).signum() > 0, "no sales");
                check(rows.getLong(3) > 0, "no customers");
            }
        }
    }

    /** By which tools draw the joins. */
    private static List<String> keys(DatabaseMetaData metadata) throws SQLException {
        var keys = new ArrayList<String>();
        var found = metadata.getPrimaryKeys(null, "public", "order_lines");
        while (found.next()) {
            keys.add("order_lines." + found.getString("COLUMN_NAME") + " " + found.getInt("KEY_SEQ"));
        }
        found = metadata.getImportedKeys(null, "public", "order_lines");
        while (found.next()) {
            keys.add("order_lines." + found.getString("FKCOLUMN_NAME") + " -> "
                + found.getString("PKTABLE_NAME") + "." + found.getString("PKCOLUMN_NAME"));
        }
        found = metadata.getIndexInfo(null, "public", "order_lines", true, false);
        while (found.next()) {
            keys.add(found.getString("INDEX_NAME") + " " + found.getString("COLUMN_NAME"));
        }
        return keys;
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
