package aem.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.bench.Bench.Failure;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
    private static Options parse(String... args) {
        return Options.parse("pingpong", args);
    }

    @Test
    void defaultsAreThePublishedCase() {
        Options o = parse();
        assertEquals(5, o.rounds());
        assertEquals(50_000, o.messages());
        assertEquals(List.of(64), o.sizes());
        assertEquals(List.of(1, 2), o.cores());
        assertEquals(EnumSet.allOf(Contender.class), o.servers());
        assertFalse(o.chosen());
        assertEquals("./aem bench pingpong", o.command());
    }

    @Test
    void optionsAreTaken() {
        Options o = parse("--cores", "2", "--servers", "nio,aem", "--size", "64,1024", "--out", "there");
        assertEquals(List.of(2), o.cores());
        assertEquals(EnumSet.of(Contender.AEM, Contender.NIO), o.servers());
        assertTrue(o.chosen());
        assertEquals(List.of(64, 1024), o.sizes());
        assertEquals(Path.of("there"), o.out());
        assertEquals("./aem bench pingpong --cores 2 --servers nio,aem --size 64,1024 --out there", o.command());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--cores 3",
                "--size",
                "--size 65537",
                "--size 64,",
                "--rounds 0",
                "--messages many",
                "--servers apache",
                "--servers aem,",
                "--etc /nowhere/at/all",
                "--speed 9"
            })
    void nonsenseIsRefusedAndNamed(String words) {
        String message =
                assertThrows(Failure.class, () -> parse(words.split(" "))).getMessage();
        String[] option = words.split(" ");
        assertTrue(message.contains(option[0]) || message.contains("no such server"), message);
    }

    @Test
    void unknownCaseIsToldTheKnownOnes() {
        String message = assertThrows(Failure.class, () -> Case.of("pong")).getMessage();
        assertTrue(message.contains("pong") && message.contains("pingpong  "), message);
    }
}
