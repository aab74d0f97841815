package aem.examples.internal;

import aem.api.AemProcess;
import aem.api.AemProcesses;
import aem.api.EventDescriptor;
import aem.api.socket.CloseHandler;
import aem.api.socket.CloseReason;
import aem.api.socket.Connection;
import aem.api.socket.ReadHandler;
import aem.api.socket.RoomHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.log.Logger;

/** The runtime as an example sees it; records what is asked of it. */
final class Fakes {
    /** What a method is asked, and what it answers. */
    interface Answer {
        Object to(String method, Object[] args);
    }

    final List<String> log = new ArrayList<>();
    final List<String> calls = new ArrayList<>();
    final AemProcess process = stub(AemProcess.class, (method, args) -> {
        calls.add(method);
        return method.equals("name") ? "test" : null;
    });
    final AemProcesses processes = stub(AemProcesses.class, (method, args) -> process);
    final Logger logger = stub(Logger.class, (method, args) -> {
        Object[] values =
                args.length == 2 && args[1] instanceof Object[] all ? all : Arrays.copyOfRange(args, 1, args.length);
        log.add(method + " " + args[0] + " " + List.of(values));
        return null;
    });

    static <T> T stub(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> switch (method.getName()) {
                    case "equals" -> proxy == args[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "toString" -> type.getSimpleName();
                    default -> answer.to(method.getName(), args == null ? new Object[0] : args);
                }));
    }

    /** An annotation of the given values, as SCR would make it. */
    static <T> T config(Class<T> type, Map<String, Object> values) {
        return stub(type, (method, args) -> {
            try {
                Object otherwise = type.getMethod(method).getDefaultValue();
                return values.getOrDefault(method, otherwise);
            } catch (NoSuchMethodException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** One side of a proxy: its handlers, and what was done to it. */
    static final class Side {
        final List<String> calls = new ArrayList<>();
        final List<String> controls = new ArrayList<>();
        final Map<String, Object> answers =
                new HashMap<>(Map.of("write", true, "unsentBytes", 0L, "unsentLimitBytes", 100));
        ReadHandler read;
        RoomHandler room;
        CloseHandler close;
        private Object attachment;

        final Connection connection = stub(Connection.class, (method, args) -> switch (method) {
            case "attach" -> {
                attachment = args[0];
                yield null;
            }
            case "attachment" -> attachment;
            default -> {
                if (!method.startsWith("unsent")) {
                    calls.add(method);
                }
                yield answers.get(method);
            }
        });
        final EventDescriptor reading = stub(EventDescriptor.class, (method, args) -> controls.add("" + args[0]));

        void arrives() throws Exception {
            read.onRead(reading, connection, null);
        }

        void ends(CloseReason reason) throws Exception {
            close.onClose(null, connection, reason);
        }
    }
}
