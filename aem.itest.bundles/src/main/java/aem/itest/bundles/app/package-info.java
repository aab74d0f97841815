/** What the test application shows to the tests. */
@org.osgi.annotation.versioning.Version("1.0.0")
package aem.itest.bundles.app;
