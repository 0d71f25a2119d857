package org.bitrank.service;

import java.util.Map;
import org.bitrank.service.settings.ServiceSettings;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/** The service without pages: what a worker process runs. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(ServiceConfiguration.class)
public class ServiceApplication {
    /** Whoever starts this tells in one line why it failed; the libraries' traces of the same failure stay out. */
    public static final Map<String, Object> QUIET_FAILURE = Map.of(
            "logging.level.org.springframework.boot.SpringApplication", "off",
            "logging.level.org.springframework.context.annotation.AnnotationConfigApplicationContext", "error",
            "logging.level.org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext", "error",
            "logging.level.org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter", "off",
            "logging.level.com.zaxxer.hikari.pool.HikariPool", "off",
            "spring.main.banner-mode", "off",
            "spring.main.log-startup-info", "false");

    /** @param extras further configuration classes or components */
    public static ConfigurableApplicationContext start(ServiceSettings settings, Class<?>... extras) {
        return start(settings.asProperties(), new String[0], extras);
    }

    /**
     * @param defaults what holds where the environment says nothing
     * @param arguments {@code --name=value}: what holds whatever the environment says
     */
    public static ConfigurableApplicationContext start(Map<String, Object> defaults, String[] arguments, Class<?>... extras) {
        return new SpringApplicationBuilder(ServiceApplication.class)
                .sources(extras)
                .web(WebApplicationType.NONE)
                .properties(defaults)
                .properties(QUIET_FAILURE)
                .run(arguments);
    }
}
