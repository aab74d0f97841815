/** An application whose handlers move bundles. */
package aem.itest.bundles.reentrant;
