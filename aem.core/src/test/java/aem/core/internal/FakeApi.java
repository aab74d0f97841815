package aem.core.internal;

import aem.api.EventDescriptor;
import aem.api.spi.EventSpec;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Function;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleReference;

/** The API of the kind {@code fake}. Callers use it as a function, because they do not share its class. */
public interface FakeApi extends Function<EventSpec, EventDescriptor> {
    /** The API's one method. */
    interface Call {
        EventDescriptor register(EventSpec spec);
    }

    @SuppressWarnings("unchecked")
    static Call call(Object facade) {
        return ((Function<EventSpec, EventDescriptor>) facade)::apply;
    }

    /** The API's own bundle: what the registry asks a class for is the bundle of its loader. */
    final class Home extends ClassLoader implements BundleReference {
        private final Bundle bundle;

        Home(Bundle bundle) {
            super(FakeApi.class.getClassLoader());
            this.bundle = bundle;
        }

        /** {@link FakeApi}, once more. */
        Class<?> api() {
            try (InputStream in = FakeApi.class.getResourceAsStream("FakeApi.class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(FakeApi.class.getName(), bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public Bundle getBundle() {
            return bundle;
        }
    }
}
