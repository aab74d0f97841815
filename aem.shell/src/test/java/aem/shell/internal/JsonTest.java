package aem.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import aem.api.EventState;
import aem.api.dto.MemoryDTO;
import aem.api.dto.PartDTO;
import aem.api.dto.PoolDTO;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void shouldEscapeStrings() {
        assertEquals(
                "\"a\\\"b\\\\c\\n\\r\\t\\u0000\\u001b\\u007f\\u00e9\\ud83d\\ude00/\"\n",
                Json.of("a\"b\\c\n\r\t\0\u001b\u007f\u00e9\ud83d\ude00/"));
    }

    @Test
    void shouldPrintNumbersThatJsonKnows() {
        assertEquals("-9223372036854775808\n", Json.of(Long.MIN_VALUE));
        assertEquals("null\n", Json.of(Double.NaN));
        assertEquals("null\n", Json.of(Float.POSITIVE_INFINITY));
        assertEquals("1.5\n", Json.of(1.5));
    }

    @Test
    void shouldPrintNestedValues() {
        assertEquals(
                "[\n1,\nnull,\ntrue,\n[2,3],\n\"ARMED\",\n{\"k\":[]},\n{}\n]\n",
                Json.of(Arrays.asList(
                        1, null, true, new int[] {2, 3}, EventState.ARMED, Map.of("k", List.of()), Map.of())));
        assertEquals("[]\n", Json.of(new ArrayList<>()));
        assertEquals("[]\n", Json.of(new long[0]));
    }

    @Test
    void shouldPrintPublicFieldsInTheirOrder() {
        PartDTO part = new PartDTO();
        part.part = "io";
        part.state = "ACTIVE";
        part.bundle = "b \"1\"";
        part.bundleId = 4;
        assertEquals(
                "{\"part\":\"io\",\"state\":\"ACTIVE\",\"bundle\":\"b \\\"1\\\"\",\"bundleId\":4,\"generation\":0}\n",
                Json.of(part));
    }

    @Test
    void shouldPrintDtosWithinDtos() {
        MemoryDTO memory = new MemoryDTO();
        memory.freeBlocks = new long[] {1, 0};
        memory.pools.add(new PoolDTO());
        String json = Json.of(memory);
        assertEquals(
                "\"freeBlocks\":[1,0],\"allocations\":0,\"frees\":0,\"refused\":0,\"staleFrees\":0,\"pools\":[{\"pool\":0,\"processId\":0,"
                        + "\"process\":null,\"usedBytes\":0,\"lentBytes\":0,\"retainedBytes\":0,\"quarantinedBytes\":0,\"usedBlocks\":0,\"quotaBytes\":0,\"highWaterBytes\":0,\"refused\":0}]}\n",
                json.substring(json.indexOf("\"freeBlocks\"")));
    }
}
