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

        @Override
        protected int rowCount() {
            return 10_000;
        }
    }

    @Nested
    class OnPostgres extends BoardContract {
        private final String url = Postgres.newDatabase();

        @Override
        protected String databaseUrl() {
            return url;
        }

        /** The view is made in memory, whatever the database: here it is the reading that is tried. */
        @Override
        protected int rowCount() {
            return 1_500;
        }
    }
}
