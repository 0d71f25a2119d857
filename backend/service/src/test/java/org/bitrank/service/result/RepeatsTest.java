package org.bitrank.service.result;

import org.bitrank.service.Postgres;
import org.junit.jupiter.api.Nested;

class RepeatsTest {
    @Nested
    class OnH2 extends RepeatsContract {
        @Override
        protected String databaseUrl() {
            return null;
        }
    }

    @Nested
    class OnPostgres extends RepeatsContract {
        private final String url = Postgres.newDatabase();

        @Override
        protected String databaseUrl() {
            return url;
        }
    }
}
