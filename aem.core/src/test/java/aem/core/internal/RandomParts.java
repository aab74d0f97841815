package aem.core.internal;

import java.util.Random;

/** Takes parts away and brings them back, at random. */
final class RandomParts {
    private final Rig rig;
    private final Random random;
    private boolean source = true;
    private boolean memory = true;
    private boolean io = true;
    private boolean scheduler = true;

    RandomParts(Rig rig, Random random) {
        this.rig = rig;
        this.random = random;
    }

    boolean hasScheduler() {
        return scheduler;
    }

    boolean hasSource() {
        return source;
    }

    boolean hasIo() {
        return io;
    }

    /** One goes, or all come back. */
    void exchange() {
        if (!(source && memory && io && scheduler) && random.nextInt(3) > 0) {
            restore();
            return;
        }
        switch (random.nextInt(4)) {
            case 0 -> toggleSource();
            case 1 -> toggleMemory();
            case 2 -> toggleIo();
            default -> toggleScheduler();
        }
    }

    private void toggleSource() {
        if (source) {
            rig.stopSource();
        } else {
            rig.startSource(1);
        }
        source = !source;
    }

    private void toggleMemory() {
        if (memory) {
            rig.stopMemory();
        } else {
            rig.startMemory(1);
        }
        memory = !memory;
    }

    private void toggleIo() {
        if (io) {
            rig.stopIo();
        } else {
            rig.startIo("channel");
        }
        io = !io;
    }

    private void toggleScheduler() {
        if (scheduler) {
            rig.stopScheduler();
        } else {
            rig.startScheduler(1);
        }
        scheduler = !scheduler;
    }

    void restore() {
        if (!source) {
            toggleSource();
        }
        if (!memory) {
            toggleMemory();
        }
        if (!io) {
            toggleIo();
        }
        if (!scheduler) {
            toggleScheduler();
        }
    }
}
