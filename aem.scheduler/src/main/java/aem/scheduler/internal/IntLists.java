package aem.scheduler.internal;

import aem.api.part.PartState;
import java.util.Arrays;
import java.util.Map;

/** Doubly linked lists of small numbers over flat arrays; a number stands in one list at most. */
final class IntLists {
    static final int NONE = -1;

    private int[] next;
    private int[] prev;
    private int[] list;
    private int[] head;
    private int[] tail;

    IntLists(int elements, int lists) {
        next = filled(elements);
        prev = filled(elements);
        list = filled(elements);
        head = filled(lists);
        tail = filled(lists);
    }

    IntLists(PartState state, String name) {
        next = state.get(name + ".next", int[].class);
        prev = state.get(name + ".prev", int[].class);
        list = state.get(name + ".list", int[].class);
        head = state.get(name + ".head", int[].class);
        tail = state.get(name + ".tail", int[].class);
    }

    void save(Map<String, Object> state, String name) {
        state.put(name + ".next", next);
        state.put(name + ".prev", prev);
        state.put(name + ".list", list);
        state.put(name + ".head", head);
        state.put(name + ".tail", tail);
    }

    void elements(int capacity) {
        next = grown(next, capacity);
        prev = grown(prev, capacity);
        list = grown(list, capacity);
    }

    void lists(int capacity) {
        head = grown(head, capacity);
        tail = grown(tail, capacity);
    }

    void append(int to, int element) {
        int last = tail[to];
        prev[element] = last;
        next[element] = NONE;
        list[element] = to;
        if (last == NONE) {
            head[to] = element;
        } else {
            next[last] = element;
        }
        tail[to] = element;
    }

    void remove(int element) {
        int of = list[element];
        int before = prev[element];
        int after = next[element];
        if (before == NONE) {
            head[of] = after;
        } else {
            next[before] = after;
        }
        if (after == NONE) {
            tail[of] = before;
        } else {
            prev[after] = before;
        }
        list[element] = NONE;
    }

    int head(int of) {
        return head[of];
    }

    int next(int element) {
        return next[element];
    }

    /** The list in which this element stands, or {@link #NONE}. */
    int listOf(int element) {
        return list[element];
    }

    boolean isEmpty(int of) {
        return head[of] == NONE;
    }

    static int[] filled(int length) {
        return grown(new int[0], length);
    }

    static int[] grown(int[] array, int length) {
        int[] copy = Arrays.copyOf(array, length);
        Arrays.fill(copy, array.length, length, NONE);
        return copy;
    }
}
