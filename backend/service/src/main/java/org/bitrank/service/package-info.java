/**
 * Catalogue, submissions, runs, results, artifacts and the board: everything between the engine and the pages.
 *
 * <p>Each sub-package is a module: what is public in it is its façade, the rest is its own business. They depend on
 * each other one way: {@code leaderboard, comparison, analysis -> result}, {@code submission -> run -> result, artifact},
 * all {@code -> catalog, settings}.
 */
package org.bitrank.service;
