package aem.api.io;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A socket as the core keeps it: plain data that every provider of the same {@linkplain IoProvider#handleLayout layout}
 * understands. A provider reads and writes these fields and keeps nothing else about a socket.
 */
@ProviderType
public interface IoHandle {
    /** Layout {@code fd}: the file descriptor; -1 when closed. */
    int fd();

    /** Layout {@code fd}: sets the file descriptor. */
    void fd(int fd);

    /** Layout {@code channel}: the {@link java.nio.channels.SelectableChannel}; null when closed. */
    Object channel();

    /** Layout {@code channel}: sets the channel. A JDK object only. */
    void channel(Object channel);
}
