package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/** Each step of {@link Ownership} is one atomic access, so all interleavings of the threads' steps can be gone through. */
final class OwnershipTest {
    private static final int HANDLERS = 2;

    /** A thread of the model: one atomic step at a time. */
    private abstract static class Actor {
        boolean touches;
        boolean done;

        abstract void step();
    }

    /** Runs handlers, each of which calls the API once, as the worker's owner. */
    private static class Owner extends Actor {
        final Ownership ownership;
        long turn;
        int handlers;
        int at;
        boolean detached;

        Owner(Ownership ownership, long turn) {
            this.ownership = ownership;
            this.turn = turn;
            touches = true;
        }

        @Override
        void step() {
            switch (at) {
                case 0 -> {
                    touches = false;
                    turn = ownership.beginHandler(turn);
                    at = 1;
                }
                case 1 -> at = enter() ? 2 : 4; // the handler calls
                case 2 -> {
                    touches = false;
                    ownership.toHandler(turn);
                    at = 3;
                }
                case 3 -> { // the handler returns
                    if (enter() && ++handlers < HANDLERS) {
                        at = 0;
                    } else {
                        done = true;
                    }
                }
                default -> {
                    detached |= !enter(); // called again, and returned: it can't come back
                    done = true;
                }
            }
        }

        private boolean enter() {
            if (ownership.isRuntime(turn)) {
                throw new AssertionError("owner without having entered");
            }
            touches = ownership.toRuntime(turn);
            detached |= !touches;
            return touches;
        }
    }

    /** Looks twice, and detaches what it has seen twice. */
    private static final class Dog extends Actor {
        final Ownership ownership;
        final List<Actor> actors;
        int at;
        long look;
        boolean detached;

        Dog(Ownership ownership, List<Actor> actors) {
            this.ownership = ownership;
            this.actors = actors;
        }

        @Override
        void step() {
            switch (at) {
                case 0 -> {
                    look = ownership.look();
                    at = 1;
                }
                case 1 -> {
                    at = 2;
                    done = !Ownership.isHandler(look) || ownership.look() != look;
                }
                case 2 -> {
                    at = 3;
                    detached = ownership.detach(look);
                    done = !detached;
                }
                default -> {
                    actors.add(new Owner(ownership, ownership.takeOver()));
                    done = true;
                }
            }
        }
    }

    private static final class Run {
        final List<Integer> choices = new ArrayList<>();
        final List<Integer> widths = new ArrayList<>();
        boolean detached;
    }

    /** One run by a schedule; beyond its end the first that can step does. */
    private static Run run(List<Integer> schedule) {
        Ownership ownership = new Ownership();
        List<Actor> actors = new ArrayList<>();
        Owner first = new Owner(ownership, 0);
        Dog dog = new Dog(ownership, actors);
        actors.add(first);
        actors.add(dog);
        Run run = new Run();
        while (true) {
            List<Actor> ready = actors.stream().filter(actor -> !actor.done).toList();
            if (ready.isEmpty()) {
                break;
            }
            int depth = run.choices.size();
            int choice = depth < schedule.size() ? schedule.get(depth) : 0;
            run.choices.add(choice);
            run.widths.add(ready.size());
            ready.get(choice).step();
            long touching = actors.stream().filter(actor -> actor.touches).count();
            assertTrue(touching <= 1, () -> "two owners after " + run.choices);
        }
        assertEquals(dog.detached, first.detached, () -> "the owner and the watchdog disagree after " + run.choices);
        run.detached = dog.detached;
        return run;
    }

    @Test
    void shouldHaveOneOwnerAtMostInAllInterleavings() {
        int runs = 0;
        int detached = 0;
        for (List<Integer> schedule = List.of(); schedule != null; ) {
            Run run = run(schedule);
            runs++;
            detached += run.detached ? 1 : 0;
            schedule = next(run);
        }
        assertTrue(runs > 100, "interleavings: " + runs);
        assertTrue(detached > 10 && detached < runs, detached + " of " + runs + " detached");
    }

    /** The next schedule in depth-first order, or null after the last. */
    private static List<Integer> next(Run run) {
        for (int i = run.choices.size() - 1; i >= 0; i--) {
            if (run.choices.get(i) + 1 < run.widths.get(i)) {
                List<Integer> next = new ArrayList<>(run.choices.subList(0, i));
                next.add(run.choices.get(i) + 1);
                return next;
            }
        }
        return null;
    }

    @Test
    void shouldKnowItsOwnTurnOnly() {
        Ownership ownership = new Ownership();
        assertTrue(ownership.isRuntime(0));
        long turn = ownership.beginHandler(0);
        assertFalse(ownership.isRuntime(turn));
        long look = ownership.look();
        assertTrue(Ownership.isHandler(look));
        assertTrue(ownership.detach(look));
        assertFalse(ownership.detach(look), "once");
        assertFalse(ownership.toRuntime(turn));
        long next = ownership.takeOver();
        assertTrue(ownership.isRuntime(next));
        long second = ownership.beginHandler(next);
        assertFalse(ownership.toRuntime(turn), "the old thread, while another handler runs");
        assertTrue(ownership.toRuntime(second));
    }

    @Test
    void shouldNotDetachAnotherHandlerThanTheOneLookedAt() {
        Ownership ownership = new Ownership();
        long turn = ownership.beginHandler(0);
        long look = ownership.look();
        assertTrue(ownership.toRuntime(turn));
        long second = ownership.beginHandler(turn);
        assertFalse(ownership.detach(look));
        assertTrue(ownership.toRuntime(second));
    }

    @Test
    void shouldHaveOneOwnerAtMostUnderRealThreads() throws InterruptedException {
        Ownership ownership = new Ownership();
        int[] plain = new int[1]; // what an owner touches, without any fence of its own
        int rounds = 200_000;
        List<Thread> owners = new ArrayList<>();
        Thread[] current = {null};
        LongConsumer start = turn -> {
            Thread thread = new Thread(() -> {
                long mine = turn;
                while (plain[0] < rounds) {
                    mine = ownership.beginHandler(mine);
                    if (!ownership.toRuntime(mine)) {
                        return;
                    }
                    plain[0]++;
                }
            });
            owners.add(thread);
            current[0] = thread;
            thread.start();
        };
        start.accept(0);
        int detached = 0;
        while (current[0].isAlive()) {
            long look = ownership.look();
            if (Ownership.isHandler(look) && ownership.detach(look)) {
                detached++;
                start.accept(ownership.takeOver());
            }
            Thread.onSpinWait();
        }
        for (Thread owner : owners) {
            owner.join();
        }
        assertEquals(rounds, plain[0], "an update was lost: two owners; detached " + detached);
    }
}
