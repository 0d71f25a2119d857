package org.bitrank.cli;

import java.net.BindException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.bitrank.service.room.DiskTrouble;
import org.springframework.boot.web.server.PortInUseException;

/** Why a server or a worker did not start, in one line. Spring wraps what went wrong; the reason that a person can act on is inside. */
final class StartFailure {
    private StartFailure() {}

    /** @param home that was asked for; null means the usual one */
    static RuntimeException explained(RuntimeException failure, Path home) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            RuntimeException known = known(cause, failure, home);
            if (known != null) {
                return known;
            }
        }
        return failure;
    }

    private static RuntimeException known(Throwable cause, RuntimeException failure, Path home) {
        return switch (cause) {
            case BitRankException told -> told;
            case PortInUseException taken -> broken("port " + taken.getPort() + " is taken; choose another with --port, or stop what listens there", failure);
            case BindException refused -> broken("this machine cannot listen there (" + refused.getMessage() + "); name one of its own addresses with --bind, and a port above 1023 "
                    + "or one that this user may open", failure);
            case org.springframework.boot.context.properties.bind.BindException setting -> BitRankException.badInput("the setting " + setting.getName() + " cannot be "
                    + (setting.getProperty() == null ? "read" : "'" + setting.getProperty().getValue() + "'") + "; correct it on the command line or in the environment", failure);
            case SQLException sql -> database(sql, failure, home);
            default -> null;
        };
    }

    private static RuntimeException database(SQLException cause, RuntimeException failure, Path home) {
        String message = String.valueOf(cause.getMessage());
        if (message.contains("Database may be already in use")) {
            return broken("another BitRank uses " + (home == null ? "this home" : home.toAbsolutePath()) + "; stop it or choose another --home", failure);
        }
        if (message.contains("No suitable driver")) {
            return BitRankException.badInput("there is no driver for the database's URL; write postgresql://user:password@host:port/name, with --database or in BITRANK_DATABASE_URL", failure);
        }
        if (DiskTrouble.isCauseOf(cause)) {
            return broken("the disk under " + (home == null ? "the home" : home.toAbsolutePath()) + " is full or failing, so that its database cannot be opened; make room, then start again", failure);
        }
        return broken("the database cannot be used: " + message.strip() + "; see that it runs, and that address, user and password in --database or BITRANK_DATABASE_URL are right", failure);
    }

    private static BitRankException broken(String message, RuntimeException failure) {
        return new BitRankException(FailureClass.INFRASTRUCTURE, message, failure);
    }
}
