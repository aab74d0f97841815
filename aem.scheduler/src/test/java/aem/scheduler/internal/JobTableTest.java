package aem.scheduler.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.EventClass;
import aem.api.job.JobKind;
import aem.api.job.JobState;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JobTableTest {
    static Stream<Arguments> edges() {
        return Stream.of(JobState.values())
                .flatMap(from -> Stream.of(JobState.values()).map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @MethodSource("edges")
    void shouldMoveAlongLegalEdgesOnly(JobState from, JobState to) {
        JobTable jobs = in(from);
        assertEquals(from, jobs.state(0));

        boolean moved = jobs.move(0, to);

        assertEquals(from.canBecome(to), moved);
        assertEquals(moved ? to : from, jobs.state(0));
        assertEquals(moved ? 0 : 1, jobs.illegalTransitions());
    }

    @Test
    void shouldSayEndedOfSlotsNeverUsed() {
        JobTable jobs = new JobTable(2);
        assertEquals(JobState.ENDED, jobs.state(1));
        assertEquals(JobState.ENDED, jobs.state(2));
        assertEquals(JobState.ENDED, jobs.state(-1));
        jobs.capacity(4);
        assertEquals(JobState.ENDED, jobs.state(3));
        assertFalse(jobs.isJob(3));
    }

    @Test
    void shouldTellANewJobInTheSlotFromTheOneWhoseBodyIsOnTheStack() {
        JobTable jobs = in(JobState.RUNNING);
        int incarnation = jobs.enterBody(0);
        jobs.move(0, JobState.ENDED);
        jobs.create(0, 0, JobKind.REACTIVE, 1, EventClass.NEVER);
        jobs.move(0, JobState.RUNNING);
        assertFalse(jobs.leaveBody(0, incarnation));
        assertTrue(jobs.is(0, JobState.RUNNING));
    }

    /** A table whose job 0 was moved to this state on the shortest way. */
    private static JobTable in(JobState state) {
        JobTable jobs = new JobTable(1);
        jobs.create(0, 0, JobKind.PERIODIC, 1, EventClass.NEVER);
        Map<JobState, List<JobState>> ways = new EnumMap<>(JobState.class);
        ArrayDeque<JobState> open = new ArrayDeque<>(List.of(JobState.IDLE));
        ways.put(JobState.IDLE, List.of());
        while (!open.isEmpty()) {
            JobState from = open.poll();
            for (JobState to : from.next()) {
                if (!ways.containsKey(to)) {
                    ways.put(
                            to,
                            Stream.concat(ways.get(from).stream(), Stream.of(to))
                                    .toList());
                    open.add(to);
                }
            }
        }
        ways.get(state).forEach(to -> jobs.move(0, to));
        return jobs;
    }
}
