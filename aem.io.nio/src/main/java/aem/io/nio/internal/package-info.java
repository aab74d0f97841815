/** Sockets and readiness on java.nio. */
package aem.io.nio.internal;
