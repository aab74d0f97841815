package aem.io.epoll.internal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Finds functions of the C library: as handles that capture errno, and take the capture segment first, or as plain ones.
 *
 * <p>Plain is the hot way: a failed call is repeated to learn its errno. A capturing call makes a slice of its segment,
 * 40 bytes, which cost nothing only as long as the compiler sees through it: in the whole runtime it did not.
 */
final class Native {
    private static final MemoryLayout CAPTURE = Linker.Option.captureStateLayout();

    /** The bytes of a capture segment. */
    static final long CAPTURE_BYTES = CAPTURE.byteSize();

    /** Where errno stands in it. */
    static final long ERRNO_OFFSET = CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private Native() {}

    @SuppressWarnings("restricted")
    static MethodHandle plainFunction(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    /** One that takes segments, also those on the Java heap; their arenas can't be closed meanwhile. It must not block. */
    @SuppressWarnings("restricted")
    static MethodHandle heapFunction(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), descriptor, Linker.Option.critical(true));
    }

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
