package org.bitrank.service.result;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Names the rows of earlier versions, which told what they are called only by their recipes. */
@Component
final class V5__NameRows extends BaseJavaMigration {
    private final JsonMapper json;

    V5__NameRows(JsonMapper json) {
        this.json = json;
    }

    @Override
    public void migrate(Context context) throws SQLException {
        try (Statement statement = context.getConnection().createStatement();
                ResultSet rows = statement.executeQuery("select id, detail from result_row where provenance = 'MEASURED' and not unquantized");
                PreparedStatement update = context.getConnection().prepareStatement("update result_row set naming = ? where id = ?")) {
            while (rows.next()) {
                String naming = StoredName.inDetail(rows.getString("detail"), json);
                if (naming != null) {
                    update.setString(1, naming);
                    update.setLong(2, rows.getLong("id"));
                    update.executeUpdate();
                }
            }
        }
    }
}
