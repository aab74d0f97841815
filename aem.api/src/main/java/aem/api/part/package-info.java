/**
 * What all replaceable parts have in common: how they present themselves, and the form of the state they hand over.
 *
 * <p>Bundles that use this package import it with {@code [1.0,2.0)}; bundles that implement its provider types import it
 * with {@code [1.0,1.1)}.
 */
@org.osgi.annotation.versioning.Version("1.0.0")
package aem.api.part;
