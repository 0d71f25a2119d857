package org.bitrank.service.leaderboard;

import org.bitrank.service.Postgres;
import org.junit.jupiter.api.Nested;

class BoardTest {
    @Nested
    class OnH2 extends BoardContract {
        @Override
        protected String databaseUrl() {
            return null;
        }
    }

    @Nested
    class OnPostgres extends BoardContract {
        private final String url = Postgres.newDatabase();

        @Override
        protected String databaseUrl() {
            return url;
        }
    }
}
