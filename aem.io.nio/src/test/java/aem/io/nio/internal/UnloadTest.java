package aem.io.nio.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.io.IoProvider;
import aem.api.io.Poller;
import aem.tck.TestHandle;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;

/** After the bundle is gone nothing may hold its class loader, although the core's threads have called it. */
class UnloadTest {
    /** A collection is only asked for; each asks again. */
    private static final int MAX_COLLECTIONS = 200;

    @Test
    void shouldLeaveNothingBehindOnTheThreadThatUsedIt() throws Exception {
        WeakReference<ClassLoader> loader = new WeakReference<>(useInItsOwnLoader());
        for (int i = 0; i < MAX_COLLECTIONS && loader.get() != null; i++) {
            System.gc();
        }
        assertTrue(loader.refersTo(null), "the bundle's class loader is held");
    }

    private static ClassLoader useInItsOwnLoader() throws Exception {
        URL classes = NioProvider.class.getProtectionDomain().getCodeSource().getLocation();
        ClassLoader api = new ApiLoader(UnloadTest.class.getClassLoader());
        URLClassLoader loader = new URLClassLoader(new URL[] {classes}, api);
        Class<?> type = loader.loadClass(NioProvider.class.getName());
        assertNotSame(NioProvider.class, type);
        var constructor = type.getDeclaredConstructor(int.class);
        constructor.setAccessible(true);
        use((IoProvider) constructor.newInstance(16));
        loader.close();
        return loader;
    }

    private static void use(IoProvider io) throws IOException {
        Poller poller = io.openPoller();
        TestHandle listener = new TestHandle();
        io.listen(listener, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        TestHandle client = new TestHandle();
        io.connect(client, io.localAddress(listener));
        poller.add(listener, Poller.IN, 1);
        assertEquals(1, poller.poll(-1, (key, ready) -> {}));
        assertEquals(0, io.accept(listener, new TestHandle()));
        poller.wakeup();
        assertEquals(0, poller.poll(-1, (key, ready) -> {}));
        poller.close();
        poller.wakeup();
        io.close(client, true);
        io.close(listener, true);
    }

    /** Has all classes but the bundle's. */
    private static final class ApiLoader extends ClassLoader {
        private static final String BUNDLE = NioProvider.class.getPackageName() + ".";

        ApiLoader(ClassLoader parent) {
            super(parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith(BUNDLE)) {
                throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
        }
    }
}
