/** The test application. */
package aem.itest.bundles.app.internal;
