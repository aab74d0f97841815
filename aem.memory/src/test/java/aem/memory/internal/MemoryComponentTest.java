package aem.memory.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.memory.Allocator;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/** The component's configuration. */
class MemoryComponentTest {
    private static final long MIB = 1 << 20;

    private final MemoryComponent component = new MemoryComponent();
    private final FakeContext context = new FakeContext(256 * MIB);
    private final List<String> warnings = new ArrayList<>();

    @Test
    void shouldMapRegionsOf16MiBWithoutConfiguration() {
        take(component.open(context, null));
        assertEquals(16 * MIB, context.mappedBytes);
    }

    @Test
    void shouldApplyAChangeToTheNextRegionOfAnOpenAllocator() {
        component.configure(config(MIB));
        Allocator allocator = component.open(context, null);
        take(allocator);
        assertEquals(MIB, context.mappedBytes);
        component.configure(config(64 * MIB));
        allocator.openPool(1, Long.MAX_VALUE);
        allocator.allocate(1, (int) MIB);
        assertEquals(65 * MIB, context.mappedBytes);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 64, 1 << 19, 3 << 20, (1 << 20) + 1, 1L << 31, Long.MIN_VALUE, Long.MAX_VALUE})
    void shouldReportAWrongSizeAndKeepTheOneBefore(long bytes) {
        component.loggers = loggers();
        component.configure(config(2 * MIB));
        component.configure(config(bytes));
        take(component.open(context, null));
        assertEquals(2 * MIB, context.mappedBytes);
        assertEquals(1, warnings.size());
        assertEquals(
                "region.bytes has to be a power of two from {} to {}, is {}: all stays as it was [1048576, 1073741824, "
                        + bytes + "]",
                warnings.getFirst());
    }

    @Test
    void shouldReportANegativeSoftLimit() {
        component.loggers = loggers();
        component.configure(config(Map.of("region_bytes", 2 * MIB, "soft_limit_bytes", -1L)));
        take(component.open(context, null));
        assertEquals(16 * MIB, context.mappedBytes);
        assertEquals(List.of("soft.limit.bytes must not be negative, is {}: all stays as it was [-1]"), warnings);
    }

    @Test
    void shouldServeWithHugePagesTouchedAndLocked() {
        component.configure(config(Map.of("region_bytes", MIB, "huge_pages", true, "pre_touch", true, "lock", true)));
        take(component.open(context, null));
        assertEquals(MIB, context.mappedBytes);
    }

    @Test
    void shouldTellWhatTheSystemRefusesAndServe() {
        Pages refusing = new Pages() {
            @Override
            public boolean huge(MemorySegment segment) {
                return false;
            }

            @Override
            public boolean lock(MemorySegment segment) {
                return false;
            }

            @Override
            public boolean giveBack(MemorySegment segment) {
                return false;
            }
        };
        MemoryComponent refused = new MemoryComponent(refusing);
        refused.loggers = loggers();
        refused.configure(config(Map.of("region_bytes", MIB, "huge_pages", true, "lock", true)));
        take(refused.open(context, null));
        assertEquals(MIB, context.mappedBytes);
        assertEquals(2, warnings.size(), warnings::toString);
        assertTrue(warnings.get(0).startsWith("the system has no huge pages"));
        assertTrue(warnings.get(1).endsWith("ulimit -l [1048576]"), warnings.get(1));
    }

    @Test
    void shouldTellWhereNothingOfItIsKnown() {
        MemoryComponent none = new MemoryComponent(Pages.NONE);
        none.loggers = loggers();
        none.configure(config(Map.of("lock", true)));
        take(none.open(context, null));
        assertEquals(List.of("huge.pages and lock have no effect on this system []"), warnings);
    }

    @Test
    void shouldKeepTheDefaultWithoutALogService() {
        component.configure(config(5));
        take(component.open(context, null));
        assertEquals(16 * MIB, context.mappedBytes);
    }

    private static void take(Allocator allocator) {
        allocator.openPool(0, 64);
        allocator.allocate(0, 1);
    }

    @SuppressWarnings("BadAnnotationImplementation") // nobody compares it
    private static MemoryConfig config(long regionBytes) {
        return config(Map.of("region_bytes", regionBytes));
    }

    /** What is not given has its default. */
    private static MemoryConfig config(Map<String, ?> values) {
        return (MemoryConfig) Proxy.newProxyInstance(
                MemoryComponentTest.class.getClassLoader(),
                new Class<?>[] {MemoryConfig.class},
                (self, method, arguments) ->
                        values.containsKey(method.getName()) ? values.get(method.getName()) : method.getDefaultValue());
    }

    private LoggerFactory loggers() {
        Logger logger = (Logger) proxy(Logger.class, arguments -> {
            warnings.add(arguments[0] + " " + Arrays.toString((Object[]) arguments[1]));
            return null;
        });
        return (LoggerFactory) proxy(LoggerFactory.class, arguments -> logger);
    }

    private static Object proxy(Class<?> type, Function<Object[], Object> answer) {
        return Proxy.newProxyInstance(
                MemoryComponentTest.class.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> answer.apply(arguments));
    }
}
