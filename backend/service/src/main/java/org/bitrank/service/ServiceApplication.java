package org.bitrank.service;

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
    /** @param extras further configuration classes or components */
    public static ConfigurableApplicationContext start(ServiceSettings settings, Class<?>... extras) {
        return new SpringApplicationBuilder(ServiceApplication.class)
                .sources(extras)
                .web(WebApplicationType.NONE)
                .properties(settings.asProperties())
                .run();
    }
}
