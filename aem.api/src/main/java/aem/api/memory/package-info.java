/**
 * The data that a handler is lent, and the contract between the core and the memory bundle.
 *
 * <p>Bundles that use this package import it with {@code [1.0,2.0)}; bundles that implement its provider types import it
 * with {@code [1.0,1.1)}.
 */
@org.osgi.annotation.versioning.Version("1.0.0")
package aem.api.memory;
