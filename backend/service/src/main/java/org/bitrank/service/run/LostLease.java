package org.bitrank.service.run;

/** Another worker has the run now: this one stops and writes nothing more. */
final class LostLease extends RuntimeException {
    LostLease(Lease lease) {
        super("run " + lease.run() + " was taken over, attempt " + lease.attempt() + " stops");
    }
}
