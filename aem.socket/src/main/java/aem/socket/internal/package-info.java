/** The event source of sockets. */
package aem.socket.internal;
