/**
 * Models and data sets of a Hugging Face hub: which commit a revision means, which files of it are wanted, and how they get
 * into the cache that the hub's Python tools use too. Facts about the interface are from the hub's documentation and from
 * {@code huggingface_hub}; docs/operations.md tells operators what to set.
 */
package org.bitrank.engine.hub;
