/**
 * The runtime's state as plain data: what the shell, health checks and tests print and compare. Public fields, no logic.
 *
 * <p>Bundles that use this package import it with {@code [1.0,2.0)}; bundles that implement its provider types import it
 * with {@code [1.0,1.1)}.
 */
@org.osgi.annotation.versioning.Version("1.0.0")
package aem.api.dto;
