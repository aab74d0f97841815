package aem.itest;

import static org.ops4j.pax.exam.CoreOptions.bootDelegationPackage;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.frameworkStartLevel;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.systemTimeout;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/** The run directory that aem.runtime exports, seen from the tests. */
final class ExportedRuntime {
    /** Bundles above this level are the interactive shell, which a test does not start. */
    private static final int LAST_LEVEL = 10;

    private static final String AUTO_START = "felix.auto.start.";

    private ExportedRuntime() {}

    /** The run directory: bin, bundle, conf, etc, load. */
    static Path home() {
        return Path.of(System.getProperty("aem.home")).normalize();
    }

    /** Copies the run directory, as it is before its first start, to where {@code bin/aem} may write. */
    static void copyTo(Path target) throws IOException {
        try (Stream<Path> paths = Files.walk(home())) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                Path relative = home().relativize(path);
                if (!List.of("cache", "log", "load")
                        .contains(relative.getName(0).toString())) {
                    Path copy = target.resolve(relative);
                    Files.createDirectories(copy.getParent());
                    Files.copy(path, copy, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        Files.createDirectories(target.resolve("load"));
    }

    /** The directory with the jars of aem.itest.bundles. */
    static Path testBundles() {
        return Path.of(System.getProperty("aem.itest.bundles")).normalize();
    }

    /** The jar of a bundle of the runtime, for example {@code aem.socket}. */
    static Path jar(String name) {
        return home().resolve("bundle").resolve(name + ".jar");
    }

    /** Installs, but does not start, the test bundle of the given name in its only or its newest version. */
    static Bundle install(BundleContext context, String name) throws IOException, BundleException {
        return context.installBundle(testJar(name).toUri().toString());
    }

    /** The test bundle of the given name, started with the runtime. For what test classes refer to in signatures. */
    static Option testBundle(String name) throws IOException {
        return bundle(testJar(name).toUri().toString()).startLevel(LAST_LEVEL);
    }

    private static Path testJar(String name) throws IOException {
        String prefix = "aem.itest.bundles." + name + "-";
        try (Stream<Path> jars = Files.list(testBundles())) {
            return jars.filter(path -> path.getFileName().toString().startsWith(prefix))
                    .max(Path::compareTo)
                    .orElseThrow(() -> new IOException("no " + prefix + "VERSION.jar in " + testBundles()));
        }
    }

    /**
     * The bundles at the start levels and the framework properties of the exported conf/config.properties.
     * The example echo listens on any free port, see {@link Aem#echoPort}.
     *
     * @param work directory of this test for configurations (etc) and hot-installed bundles (load), made if missing
     */
    static Option runtime(Path work) throws IOException {
        Properties config = new Properties();
        try (InputStream in = Files.newInputStream(home().resolve("conf/config.properties"))) {
            config.load(in);
        }
        Path load = Files.createDirectories(work.resolve("load"));
        Path etc = Files.createDirectories(work.resolve("etc"));
        Files.writeString(etc.resolve("aem.examples.echo.cfg"), "port = 0\n");
        config.setProperty("felix.fileinstall.dir", load + "," + etc);
        config.setProperty(
                "org.ops4j.pax.logging.StaticLogbackFile",
                home().resolve("conf/logback.xml").toString());
        List<Option> options = new ArrayList<>();
        for (String key : config.stringPropertyNames()) {
            if (key.startsWith("org.osgi.framework.")) {
                continue; // storage and start levels are the test's own
            }
            if (!key.startsWith("felix.auto.")) {
                options.add(frameworkProperty(key).value(config.getProperty(key)));
            } else if (key.startsWith(AUTO_START)) {
                int level = Integer.parseInt(key.substring(AUTO_START.length()));
                if (level <= LAST_LEVEL) {
                    for (String location : config.getProperty(key).split(" ")) {
                        Path jar = home().resolve(location.substring("file:".length()));
                        options.add(bundle(jar.toUri().toString()).startLevel(level));
                    }
                }
            }
        }
        options.add(frameworkStartLevel(LAST_LEVEL));
        options.add(bootDelegationPackage(config.getProperty("org.osgi.framework.bootdelegation")));
        options.add(systemTimeout(20_000));
        options.add(junitBundles());
        return composite(options.toArray(Option[]::new));
    }
}
