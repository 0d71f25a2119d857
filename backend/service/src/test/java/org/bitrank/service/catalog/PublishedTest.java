package org.bitrank.service.catalog;

import org.bitrank.service.Postgres;
import org.junit.jupiter.api.Nested;

class PublishedTest {
    @Nested
    class OnH2 extends PublishedContract {
        @Override
        protected String databaseUrl() {
            return null;
        }
    }

    @Nested
    class OnPostgres extends PublishedContract {
        private final String url = Postgres.newDatabase();

        @Override
        protected String databaseUrl() {
            return url;
        }
    }
}
