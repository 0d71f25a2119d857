package org.bitrank.kernels;

/** The back end under test and the one that it is held against. */
interface BackendPair {
    Backend backend();

    /** The reference back end with the compute type of {@link #backend}. */
    Backend oracle();
}
