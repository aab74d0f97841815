package aem.core.internal;

import aem.api.dto.ReportDTO;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The distinct error log: each message once, with its count. What a report keeps is text; a Throwable would pin the class
 * loaders of its stack. Each message is logged at most once a second, so that a fault in a loop is neither silent nor a
 * flood.
 */
final class Reports {
    private static final int MAX_DISTINCT = 256;
    private static final long LOG_INTERVAL_MS = 1000;

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final LongSupplier clockMs;
    private final Consumer<String> log;

    private static final class Entry {
        private long count;
        private long firstMs;
        private long lastMs;
        private long loggedMs;
    }

    Reports(LongSupplier clockMs, Consumer<String> log) {
        this.clockMs = clockMs;
        this.log = log;
    }

    void add(String message) {
        long nowMs = clockMs.getAsLong();
        boolean loud;
        synchronized (entries) {
            Entry entry = entries.remove(message);
            loud = entry == null || nowMs - entry.loggedMs >= LOG_INTERVAL_MS;
            if (entry == null) {
                entry = new Entry();
                entry.firstMs = nowMs;
                if (entries.size() >= MAX_DISTINCT) {
                    entries.remove(entries.keySet().iterator().next());
                }
            }
            entry.count++;
            entry.lastMs = nowMs;
            if (loud) {
                entry.loggedMs = nowMs;
            }
            entries.put(message, entry);
        }
        if (loud) {
            log.accept(message);
        }
    }

    void add(String what, Throwable thrown) {
        StackTraceElement[] stack = thrown.getStackTrace();
        add(what + ": " + thrown + (stack.length == 0 ? "" : " at " + stack[0]));
    }

    /** Newest first. */
    List<ReportDTO> list() {
        List<ReportDTO> list = new ArrayList<>();
        synchronized (entries) {
            entries.forEach((message, entry) -> {
                ReportDTO dto = new ReportDTO();
                dto.message = message;
                dto.count = entry.count;
                dto.firstMs = entry.firstMs;
                dto.lastMs = entry.lastMs;
                list.add(dto);
            });
        }
        list.sort(Comparator.comparingLong((ReportDTO r) -> r.lastMs).reversed());
        return list;
    }
}
