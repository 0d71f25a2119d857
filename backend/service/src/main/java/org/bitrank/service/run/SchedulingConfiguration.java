package org.bitrank.service.run;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerCustomizer;
import com.github.kagkarlsson.scheduler.jdbc.AutodetectJdbcCustomization;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.util.Optional;
import javax.sql.DataSource;
import org.bitrank.service.settings.ServiceSettings;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/** Ties the queue to db-scheduler, which hands runs to workers and tells which of them fell silent. */
@Configuration(proxyBeanMethods = false)
class SchedulingConfiguration {
    /** A process without a worker still puts runs into the queue, in the caller's transaction. */
    @Bean
    @ConditionalOnBooleanProperty(value = "bitrank.worker-enabled", havingValue = false)
    SchedulerClient schedulerClient(DataSource dataSource) {
        return SchedulerClient.Builder.create(new TransactionAwareDataSourceProxy(dataSource))
                .enablePriority()
                // As db-scheduler.always-persist-timestamp-in-utc tells workers: else H2 keeps moments that differ by the zone's offset, and runs wait for hours.
                .jdbcCustomization(new AutodetectJdbcCustomization(dataSource, true))
                .build();
    }

    @Bean
    @ConditionalOnBooleanProperty(value = "bitrank.worker-enabled", matchIfMissing = true)
    Task<Void> runTask(RunWorker worker, RunLedger ledger, ServiceSettings settings) {
        return Tasks.custom(RunTask.DESCRIPTOR)
                .onDeadExecution((complete, operations) -> again(complete, operations, ledger, settings))
                .onFailure((complete, operations) -> again(complete, operations, ledger, settings))
                .execute((instance, context) -> {
                    long run = Long.parseLong(instance.getId());
                    return worker.work(run, () -> context.getSchedulerState().isShuttingDown())
                            ? (complete, operations) -> operations.remove()
                            : (complete, operations) -> operations.reschedule(complete, ledger.queuedAt(run));
                });
    }

    private static void again(
            ExecutionComplete complete, ExecutionOperations<Void> operations, RunLedger ledger, ServiceSettings settings) {
        long run = Long.parseLong(complete.getExecution().taskInstance.getId());
        if (ledger.workerDied(run, settings.attempts())) {
            operations.reschedule(complete, ledger.queuedAt(run));
        } else {
            operations.remove();
        }
    }

    @Bean
    @ConditionalOnBooleanProperty(value = "bitrank.worker-enabled", matchIfMissing = true)
    DbSchedulerCustomizer schedulerName(WorkerName name) {
        return new DbSchedulerCustomizer() {
            @Override
            public Optional<SchedulerName> schedulerName() {
                return Optional.of(new SchedulerName.Fixed(name.text()));
            }
        };
    }
}
