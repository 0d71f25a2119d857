package org.bitrank.service.run;

import org.bitrank.service.Postgres;
import org.junit.jupiter.api.Nested;

class QueueTest {
    @Nested
    class OnH2 extends QueueContract {
        @Override
        protected String databaseUrl() {
            return null;
        }
    }

    @Nested
    class OnPostgres extends QueueContract {
        private final String url = Postgres.newDatabase();

        @Override
        protected String databaseUrl() {
            return url;
        }
    }
}
