package org.bitrank.service.catalog;

/** What rows were measured on. */
public record HardwareEntry(String device, String backend, long rows) {}
