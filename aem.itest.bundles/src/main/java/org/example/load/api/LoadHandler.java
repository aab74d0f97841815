package org.example.load.api;

import aem.api.EventDescriptor;
import org.osgi.annotation.versioning.ConsumerType;

/** Called when the load was at or above the threshold. */
@FunctionalInterface
@ConsumerType
public interface LoadHandler {
    void onLoad(EventDescriptor event, double load) throws Exception;
}
