package org.bitrank.service.run;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.bitrank.service.settings.ServiceSettings;
import org.springframework.stereotype.Component;

/** What this process is called in the queue: unlike any other that runs now. */
@Component
class WorkerName {
    private final String text;

    WorkerName(ServiceSettings settings) {
        text = (settings.workerName().isBlank() ? host() : settings.workerName()) + "-" + ProcessHandle.current().pid();
    }

    String text() {
        return text;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "worker";
        }
    }
}
