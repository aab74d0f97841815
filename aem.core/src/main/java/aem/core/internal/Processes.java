package aem.core.internal;

import aem.api.AemProcess;
import aem.api.AemProcesses;
import aem.api.ProcessLimits;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;

/** {@link AemProcesses} for one bundle each, so that a process knows its owner. */
final class Processes implements ServiceFactory<AemProcesses> {
    private final Core core;

    Processes(Core core) {
        this.core = core;
    }

    @Override
    public AemProcesses getService(Bundle bundle, ServiceRegistration<AemProcesses> registration) {
        return new ForBundle(core, bundle.getSymbolicName());
    }

    @Override
    public void ungetService(Bundle bundle, ServiceRegistration<AemProcesses> registration, AemProcesses service) {
        // its processes end when the bundle has stopped
    }

    record ForBundle(Core core, String owner) implements AemProcesses {
        @Override
        public AemProcess create(String name) {
            return create(name, ProcessLimits.DEFAULT);
        }

        @Override
        public AemProcess create(String name, ProcessLimits limits) {
            return core.createProcess(name, owner, limits, null, null, false);
        }

        @Override
        public Optional<AemProcess> find(long id) {
            return Optional.ofNullable(core.processes.get(id));
        }

        @Override
        public List<AemProcess> list() {
            return List.copyOf(core.processes.values());
        }
    }
}
