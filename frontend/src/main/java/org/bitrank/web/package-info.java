/**
 * Pages and REST API. One package a page or resource, with its controller, its view and its tests beside it; the service
 * is reached through its façades only.
 */
package org.bitrank.web;
