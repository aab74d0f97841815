/** The example programs. */
package aem.examples.internal;
