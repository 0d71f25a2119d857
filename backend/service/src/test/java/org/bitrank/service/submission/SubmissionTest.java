package org.bitrank.service.submission;

import org.bitrank.service.Postgres;
import org.junit.jupiter.api.Nested;

class SubmissionTest {
    @Nested
    class OnH2 extends SubmissionContract {
        @Override
        protected String databaseUrl() {
            return null;
        }
    }

    @Nested
    class OnPostgres extends SubmissionContract {
        private final String url = Postgres.newDatabase();

        @Override
        protected String databaseUrl() {
            return url;
        }
    }
}
