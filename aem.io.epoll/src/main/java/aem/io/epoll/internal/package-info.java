/** The io provider for Linux: epoll and sockets by the Foreign Function API. */
package aem.io.epoll.internal;
