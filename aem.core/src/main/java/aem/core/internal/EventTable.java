package aem.core.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;

/**
 * All live events by id. An id is a slot and the slot's generation: a look-up with the id of an event that has ended finds
 * nothing, whoever has the slot now. In the first generation ids are small numbers that people can type.
 */
final class EventTable {
    private static final int SLOT_BITS = 24;
    private static final int MAX_SLOTS = 1 << SLOT_BITS;

    private Event[] events = new Event[256];
    private long[] generations = new long[256];
    private int[] free = new int[256];
    private int freeCount;
    private int used = 1; // slot 0 is never handed out: ids are positive

    /** Adds the event that {@code factory} makes for its id. */
    synchronized Event add(LongFunction<Event> factory) {
        int slot;
        if (freeCount > 0) {
            slot = free[--freeCount];
        } else if (used < MAX_SLOTS) {
            slot = used++;
            if (slot == events.length) {
                events = Arrays.copyOf(events, slot * 2);
                generations = Arrays.copyOf(generations, slot * 2);
            }
        } else {
            throw new aem.api.LimitExceededException("events of the runtime", used, MAX_SLOTS - 1L);
        }
        Event event = factory.apply(generations[slot] << SLOT_BITS | slot);
        events[slot] = event;
        return event;
    }

    synchronized void remove(Event event) {
        int slot = slot(event.id);
        if (events[slot] == event) {
            events[slot] = null;
            generations[slot]++;
            if (freeCount == free.length) {
                free = Arrays.copyOf(free, freeCount * 2);
            }
            free[freeCount++] = slot;
        }
    }

    /** The live event with this id, or null. */
    synchronized Event find(long id) {
        int slot = slot(id);
        Event event = slot < used ? events[slot] : null;
        return event != null && event.id == id ? event : null;
    }

    /** All live events, in order of registration. */
    List<Event> list() {
        List<Event> list = new ArrayList<>();
        synchronized (this) {
            for (int slot = 1; slot < used; slot++) {
                if (events[slot] != null) {
                    list.add(events[slot]);
                }
            }
        }
        list.sort((a, b) -> Long.compare(a.registeredNs() - b.registeredNs(), 0));
        return list;
    }

    private static int slot(long id) {
        return (int) (id & (MAX_SLOTS - 1));
    }
}
