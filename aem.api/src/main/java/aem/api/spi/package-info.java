/**
 * What an event source implements, what the core offers to it, and how a part's state is handed to its successor.
 *
 * <p>Bundles that use this package import it with {@code [1.0,2.0)}; bundles that implement its provider types import it
 * with {@code [1.0,1.1)}.
 */
@org.osgi.annotation.versioning.Version("1.0.0")
package aem.api.spi;
