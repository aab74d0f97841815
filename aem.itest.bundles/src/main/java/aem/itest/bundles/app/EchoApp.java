package aem.itest.bundles.app;

import aem.api.AemProcess;
import aem.api.EventDescriptor;
import aem.api.socket.Connection;
import aem.api.socket.SocketEvents;
import java.util.List;

/** An echo on a port of its own; it keeps everything that it was ever given. */
public interface EchoApp {
    int port();

    AemProcess process();

    SocketEvents sockets();

    /** All accepted connections, in order. */
    List<Connection> connections();

    /** The accept event, then one read event for each connection. */
    List<EventDescriptor> events();
}
