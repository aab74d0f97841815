/** The Gogo commands of scope aem. */
package aem.shell.internal;
