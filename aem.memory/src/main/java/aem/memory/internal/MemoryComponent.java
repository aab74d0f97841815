package aem.memory.internal;

import aem.api.memory.Allocator;
import aem.api.memory.AllocatorContext;
import aem.api.memory.MemoryProvider;
import aem.api.part.AemPart;
import aem.api.part.PartState;
import java.lang.foreign.MemorySegment;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.Designate;

/** The memory part: opens a buddy allocator for each worker. */
@Component(service = MemoryProvider.class, property = "aem.part=memory", configurationPid = "aem.memory")
@Designate(ocd = MemoryConfig.class)
@AemPart(part = AllocatorState.PART, kind = "memory", version = AllocatorState.VERSION, adopts = "2..2")
public final class MemoryComponent implements MemoryProvider {
    /** Dynamic, because an exchange of the log service must not restart the allocator. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile LoggerFactory loggers;

    private final Pages system;
    private final Pages pages = new Told();

    /** Read by all workers, whenever they map a region. */
    private volatile Settings settings = Settings.DEFAULT;

    public MemoryComponent() {
        this(LinuxPages.ofSystem());
    }

    MemoryComponent(Pages system) {
        this.system = system;
    }

    /** Takes the settings at once, also changed ones; wrong ones are reported, and the ones before stay. */
    @Activate
    @Modified
    void configure(MemoryConfig config) {
        Settings wanted = Settings.of(config);
        if (!Regions.isSize(wanted.regionBytes())) {
            warn(
                    "region.bytes has to be a power of two from {} to {}, is {}: all stays as it was",
                    Regions.MIN_BYTES,
                    Regions.MAX_BYTES,
                    wanted.regionBytes());
        } else if (wanted.softLimitBytes() < 0) {
            warn("soft.limit.bytes must not be negative, is {}: all stays as it was", wanted.softLimitBytes());
        } else {
            settings = wanted;
            if (system == Pages.NONE && (wanted.hugePages() || wanted.lock())) {
                warn("huge.pages and lock have no effect on this system");
            }
        }
    }

    private void warn(String message, Object... values) {
        LoggerFactory current = loggers;
        if (current != null) {
            current.getLogger(MemoryComponent.class).warn(message, values);
        }
    }

    /** Tells what the system refuses; a region of ordinary pages serves as well. */
    private final class Told implements Pages {
        @Override
        public boolean huge(MemorySegment segment) {
            return tell(system.huge(segment), "the system has no huge pages for a region of {} bytes", segment);
        }

        @Override
        public boolean lock(MemorySegment segment) {
            return tell(
                    system.lock(segment),
                    "a region of {} bytes can't be locked in memory: see the limit of locked memory, ulimit -l",
                    segment);
        }

        /** Refused for locked memory. */
        @Override
        public boolean giveBack(MemorySegment segment) {
            return system.giveBack(segment);
        }

        private boolean tell(boolean done, String message, MemorySegment segment) {
            if (!done && system != Pages.NONE) {
                warn(message, segment.byteSize());
            }
            return done;
        }
    }

    @Override
    public Allocator open(AllocatorContext context, PartState adopted) {
        return adopted == null
                ? new BuddyAllocator(context, () -> settings, pages)
                : new BuddyAllocator(context, () -> settings, pages, AllocatorState.from(adopted));
    }
}
