package org.bitrank.web;

import org.bitrank.service.ServiceConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

/** The web application: pages and REST API over the service. Started by the command {@code serve}. */
@SpringBootApplication
@Import(ServiceConfiguration.class)
@EnableConfigurationProperties(WebSettings.class)
public class BitRankApplication {}
