package aem.shell.internal;

import aem.api.dto.EventDTO;
import aem.api.dto.ProcessDTO;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The process tree with the event tree of each process below it. Processes and events are two snapshots: what has lost
 * its parent between them moves up to its process, and events whose process is unknown are left out of the picture.
 */
final class Tree {
    /** A line to be drawn; the branch of its children begins where its own ends. */
    private record Node(Object dto, String indent, boolean last, int depth) {}

    private final Map<Long, List<ProcessDTO>> childrenOf;
    private final Map<Long, List<EventDTO>> topEventsOf;
    private final Map<Long, List<EventDTO>> eventsBelow;

    Tree(List<ProcessDTO> processes, List<EventDTO> events) {
        Set<Long> pids = processes.stream().map(d -> d.id).collect(Collectors.toCollection(HashSet::new));
        Set<Long> ids = events.stream().map(d -> d.id).collect(Collectors.toCollection(HashSet::new));
        childrenOf =
                processes.stream().collect(Collectors.groupingBy(d -> pids.contains(d.parentId) ? d.parentId : 0L));
        topEventsOf =
                events.stream().filter(d -> !ids.contains(d.parentId)).collect(Collectors.groupingBy(d -> d.processId));
        eventsBelow = events.stream()
                .filter(d -> ids.contains(d.parentId))
                .collect(Collectors.groupingBy(d -> d.parentId, HashMap::new, Collectors.toList()));
    }

    /** The processes that stand below no other. */
    List<ProcessDTO> roots() {
        return childrenOf.getOrDefault(0L, List.of());
    }

    /** The processes and all below them, as one list of processes and one of events; both know their parents. */
    Map<String, Object> below(List<ProcessDTO> tops) {
        List<Object> processes = new ArrayList<>();
        List<Object> events = new ArrayList<>();
        for (Node node : walk(tops)) {
            (node.dto() instanceof ProcessDTO ? processes : events).add(node.dto());
        }
        Map<String, Object> lists = new LinkedHashMap<>();
        lists.put("processes", processes);
        lists.put("events", events);
        return lists;
    }

    String draw(List<ProcessDTO> tops) {
        StringBuilder out = new StringBuilder();
        for (Node node : walk(tops)) {
            out.append(node.indent());
            if (node.depth() > 0) {
                out.append(node.last() ? "`- " : "|- ");
            }
            out.append(Table.printable(line(node.dto()))).append('\n');
        }
        return out.isEmpty() ? "none\n" : out.toString();
    }

    /** Depth first, without recursion: events that register events make trees of any depth. */
    private List<Node> walk(List<ProcessDTO> tops) {
        List<Node> drawn = new ArrayList<>();
        Set<Object> seen = new HashSet<>();
        Deque<Node> open = new ArrayDeque<>();
        push(open, tops, "", 0);
        while (!open.isEmpty()) {
            Node node = open.pop();
            if (seen.add(node.dto())) {
                drawn.add(node);
                String branch = node.depth() == 0 ? "" : node.last() ? "   " : "|  ";
                push(open, children(node.dto()), node.indent() + branch, node.depth() + 1);
            }
        }
        return drawn;
    }

    private static void push(Deque<Node> open, List<?> siblings, String indent, int depth) {
        for (int i = siblings.size() - 1; i >= 0; i--) {
            open.push(new Node(siblings.get(i), indent, i == siblings.size() - 1, depth));
        }
    }

    private List<?> children(Object dto) {
        if (dto instanceof ProcessDTO p) {
            List<Object> children = new ArrayList<>(topEventsOf.getOrDefault(p.id, List.of()));
            children.addAll(childrenOf.getOrDefault(p.id, List.of()));
            return children;
        }
        return eventsBelow.getOrDefault(((EventDTO) dto).id, List.of());
    }

    private static String line(Object dto) {
        if (dto instanceof ProcessDTO p) {
            return "process " + p.id + " " + p.name + " (" + p.owner + ", worker " + p.worker + ")";
        }
        EventDTO e = (EventDTO) dto;
        return "event " + e.id + " " + e.kind + " " + e.operation + " " + e.state
                + (e.connectionId == 0 ? "" : " connection " + e.connectionId)
                + (e.pending == 0 ? "" : " pending " + e.pending);
    }
}
