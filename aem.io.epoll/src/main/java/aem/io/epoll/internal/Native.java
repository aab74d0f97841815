package aem.io.epoll.internal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Finds functions of the C library. Every handle captures errno and takes the capture segment first.
 *
 * <p>Why errno is captured by the first call already, and not by repeating a failed one: the kernel hands out a socket's
 * pending error once. The second recv after a RST returns 0, which is EOF, and the second send EPIPE. Capturing costs 3
 * ns of a recv's 170.
 */
final class Native {
    private static final MemoryLayout CAPTURE = Linker.Option.captureStateLayout();

    /** The bytes of a capture segment. */
    static final long CAPTURE_BYTES = CAPTURE.byteSize();

    /** Where errno stands in it. */
    static final long ERRNO_OFFSET = CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private Native() {}

    static MethodHandle function(String name, FunctionDescriptor descriptor) {
        return optionalFunction(name, descriptor)
                .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no function " + name));
    }

    @SuppressWarnings("restricted")
    static Optional<MethodHandle> optionalFunction(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> symbol = linker.defaultLookup().find(name);
        return symbol.map(
                address -> linker.downcallHandle(address, descriptor, Linker.Option.captureCallState("errno")));
    }

    /** What a downcall threw: none throws a checked exception. */
    static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException e ? e : new IllegalStateException(thrown);
    }
}
