package aem.shell.internal;

import aem.api.dto.MemoryDTO;
import aem.api.dto.PoolDTO;
import aem.shell.internal.Views.Order;
import java.util.ArrayList;
import java.util.List;

/** The memory as {@code aem:mem} draws it: each worker's account, the pools, and the free blocks of all as bars. */
final class MemoryView {
    private static final int SMALLEST_BLOCK_BYTES = 64;
    private static final int BAR = 40;

    private MemoryView() {}

    static String draw(List<MemoryDTO> memory) {
        List<PoolDTO> pools = memory.stream().flatMap(d -> d.pools.stream()).toList();
        return Views.MEMORY.layout(memory)
                + "\npools\n" + Views.POOLS.layout(pools)
                + "\nfree blocks\n" + Views.ORDERS.layout(orders(memory));
    }

    /** The free blocks of all workers by order, up to the greatest order that any of them knows. */
    static List<Order> orders(List<MemoryDTO> memory) {
        long[] blocks = new long
                [memory.stream().mapToInt(d -> d.freeBlocks.length).max().orElse(0)];
        long most = 0;
        for (MemoryDTO d : memory) {
            for (int i = 0; i < d.freeBlocks.length; i++) {
                blocks[i] += d.freeBlocks[i];
                most = Math.max(most, blocks[i]);
            }
        }
        List<Order> orders = new ArrayList<>();
        for (int i = 0; i < blocks.length; i++) {
            // Rounded up, so that a single block is seen beside thousands.
            int bar = blocks[i] == 0 ? 0 : (int) Math.ceil((double) BAR * blocks[i] / most);
            orders.add(new Order(i, (long) SMALLEST_BLOCK_BYTES << i, blocks[i], bar == 0 ? " " : "#".repeat(bar)));
        }
        return orders;
    }
}
