package aem.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import aQute.bnd.build.Project;
import aQute.bnd.build.Workspace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.Test;

/** What is built, and from what: the workspace as bnd itself sees it, which is what Eclipse with Bndtools does; the jars. */
public class WorkspaceIT {
    private static final Path ROOT = ExportedRuntime.home().resolve("../../..").normalize();

    @Test
    public void shouldLoadInBndWithoutErrorsAndWarnings() throws Exception {
        try (Workspace workspace = new Workspace(ROOT.toFile())) {
            assertEquals(List.of(), workspace.getErrors());
            assertEquals(List.of(), workspace.getWarnings());
            TreeSet<String> names = new TreeSet<>();
            for (Project project : workspace.getAllProjects()) {
                names.add(project.getName());
                project.prepare();
                assertEquals(project + " errors", List.of(), project.getErrors());
                assertEquals(project + " warnings", List.of(), project.getWarnings());
                assertTrue(
                        project + " has a build path", !project.getBuildpath().isEmpty() || isWithoutCode(project));
            }
            assertEquals(folders(), names);
        }
    }

    private static boolean isWithoutCode(Project project) {
        return !Files.isDirectory(project.getBase().toPath().resolve("src/main/java"));
    }

    /** One folder, one project. */
    private static Set<String> folders() throws IOException {
        try (Stream<Path> paths = Files.list(ROOT)) {
            return new TreeSet<>(paths.filter(path -> Files.exists(path.resolve("bnd.bnd")))
                    .map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("aem."))
                    .toList());
        }
    }

    /** Nothing in a jar tells when, where or by whom it was built. */
    @Test
    public void shouldMakeJarsThatDependOnTheirSourcesOnly() throws IOException {
        List<Path> jars;
        try (Stream<Path> paths = Files.list(ExportedRuntime.home().resolve("bundle"))) {
            jars = paths.filter(path -> path.getFileName().toString().startsWith("aem."))
                    .toList();
        }
        assertTrue(jars.toString(), jars.size() > 8);
        for (Path path : jars) {
            try (JarFile jar = new JarFile(path.toFile())) {
                check(jar);
            }
        }
    }

    private static void check(JarFile jar) throws IOException {
        Attributes main = jar.getManifest().getMainAttributes();
        for (String name : List.of("Bnd-LastModified", "Built-By", "Build-Jdk", "Build-Timestamp")) {
            assertEquals(jar.getName() + " " + name, null, main.getValue(name));
        }
        List<Long> times = jar.stream().map(JarEntry::getTime).distinct().toList();
        assertEquals(jar.getName() + " times of entries", 1, times.size());
        List<String> names = new ArrayList<>(jar.stream().map(JarEntry::getName).toList());
        for (String name : names) {
            if (name.endsWith(".class")) {
                checkClass(jar, name);
            }
        }
    }

    private static void checkClass(JarFile jar, String name) {
        try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
            String text = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
            for (String foreign : Arrays.asList(ROOT.toString(), System.getProperty("user.home") + "/")) {
                assertTrue(jar.getName() + " " + name + " holds " + foreign, !text.contains(foreign));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
