package aem.core.internal;

import aem.api.AemProcesses;
import aem.api.AemRuntime;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import org.osgi.annotation.bundle.Header;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.cm.ConfigurationException;
import org.osgi.service.cm.ManagedService;
import org.osgi.service.log.LoggerFactory;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Starts and stops the core. Not a DS component: its tables must outlive a restart of SCR.
 */
@Header(name = Constants.BUNDLE_ACTIVATOR, value = "${@class}")
public final class Activator implements BundleActivator, SynchronousBundleListener {
    private Core core;
    private Sources sources;
    private ServiceTracker<LoggerFactory, LoggerFactory> log;

    @Override
    public void start(BundleContext context) {
        log = new ServiceTracker<>(context, LoggerFactory.class, null);
        log.open();
        CoreConfig config = CoreConfig.from(context::getProperty);
        core = new Core(config, new Reports(System::currentTimeMillis, this::warn));
        sources = new Sources(core, context);
        core.start();
        context.addBundleListener(this);
        context.registerService(AemRuntime.class, new RuntimeView(core, sources), null);
        context.registerService(AemProcesses.class.getName(), new Processes(core), null);
        context.registerService(
                ManagedService.class,
                properties -> configure(context, properties),
                new Hashtable<>(Map.of(Constants.SERVICE_PID, CoreConfig.PID)));
        core.parts().open(context);
        sources.open();
    }

    private void configure(BundleContext context, Dictionary<String, ?> properties) throws ConfigurationException {
        try {
            core.config(CoreConfig.from(name -> {
                Object value = properties == null ? null : properties.get(name);
                return value == null ? context.getProperty(name) : value;
            }));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(CoreConfig.PID, e.getMessage(), e);
        }
    }

    private void warn(String message) {
        LoggerFactory factory = log.getService();
        if (factory != null) {
            factory.getLogger("aem.core").warn("{}", message);
        }
    }

    /** The framework stops: applications end first, while all parts still serve. A bundle stopped: so do its processes. */
    @Override
    public void bundleChanged(BundleEvent event) {
        if (event.getBundle().getBundleId() == 0 && event.getType() == BundleEvent.STOPPING) {
            core.closeAll();
        } else if (event.getType() == BundleEvent.STOPPED) {
            core.bundleStopped(event.getBundle().getSymbolicName());
            sources.bundleChanged(event.getBundle(), false);
        } else if (event.getType() == BundleEvent.STARTED) {
            sources.bundleChanged(event.getBundle(), true);
        }
    }

    @Override
    public void stop(BundleContext context) {
        context.removeBundleListener(this);
        if (!core.isStopping()) {
            core.closeAll();
        }
        sources.close();
        core.parts().close();
        core.stop();
        log.close();
    }
}
