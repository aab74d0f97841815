package aem.itest.bundles.hello;

import java.util.function.Supplier;
import org.osgi.service.component.annotations.Component;

/** Registers itself as a {@link Supplier}, so that a test sees the bundle come and go. */
@Component(service = Supplier.class, property = "aem.itest=hello")
public final class Hello implements Supplier<String> {
    @Override
    public String get() {
        return "hello";
    }
}
