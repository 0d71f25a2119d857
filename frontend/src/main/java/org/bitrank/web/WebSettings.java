package org.bitrank.web;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings {@code bitrank.web.*}.
 *
 * @param hostNames names beside those of the loopback interface under which browsers may ask for pages
 * @param remote whether the operator opened the server to other machines
 */
@ConfigurationProperties("bitrank.web")
public record WebSettings(@DefaultValue List<String> hostNames, @DefaultValue("false") boolean remote) {}
