/**
 * Stream sockets: listeners, connections, and the events on them.
 *
 * <p>Bundles that use this package import it with {@code [1.0,2.0)}; bundles that implement its provider types import it
 * with {@code [1.0,1.1)}.
 */
@org.osgi.annotation.versioning.Version("1.0.0")
package aem.api.socket;
