package org.bitrank.service.result;

import org.bitrank.service.Postgres;
import org.junit.jupiter.api.Nested;

class EarlierDatabaseTest {
    @Nested
    class OnH2 extends EarlierDatabaseContract {
        @Override
        protected String databaseUrl() {
            return null;
        }
    }

    @Nested
    class OnPostgres extends EarlierDatabaseContract {
        private final String url = Postgres.newDatabase();

        @Override
        protected String databaseUrl() {
            return url;
        }
    }
}
