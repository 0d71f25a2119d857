/**
 * Tensors and the operations on them; one {@link org.bitrank.kernels.Backend} per device.
 *
 * <p>This room knows nothing of models, files or web pages. {@code ReferenceBackend} is plain scalar Java and the
 * oracle; every other back end runs the same contract tests against it.
 */
package org.bitrank.kernels;
