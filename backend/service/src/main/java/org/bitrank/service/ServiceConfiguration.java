package org.bitrank.service;

import org.bitrank.service.settings.ServiceSettings;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.PropertySource;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;

/** All that an application needs to import to have the service; the defaults are in {@code service.properties}. */
@Configuration(proxyBeanMethods = false)
@ComponentScan(excludeFilters = @Filter(SpringBootConfiguration.class))
@EntityScan
@EnableJpaRepositories
@EnableConfigurationProperties(ServiceSettings.class)
@PropertySource("classpath:org/bitrank/service/service.properties")
public class ServiceConfiguration {}
