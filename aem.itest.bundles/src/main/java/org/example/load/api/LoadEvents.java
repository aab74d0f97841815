package org.example.load.api;

import aem.api.AemProcess;
import aem.api.EventDescriptor;
import aem.api.EventFlag;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/** Events on the load of the system. */
@ProviderType
public interface LoadEvents {
    /** Looks at the load every {@code every}; calls the handler when it is at or above {@code threshold}. */
    EventDescriptor load(AemProcess process, double threshold, Duration every, LoadHandler handler, EventFlag... flags);
}
