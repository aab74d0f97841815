package aem.memory.internal;

/**
 * What is configured, see {@link MemoryConfig}.
 *
 * @param softLimitBytes of one worker; 0: none
 */
record Settings(long regionBytes, boolean hugePages, boolean preTouch, boolean lock, long softLimitBytes) {
    static final Settings DEFAULT = regionsOf(Regions.DEFAULT_BYTES);

    static Settings regionsOf(long bytes) {
        return new Settings(bytes, false, false, false, Regions.DEFAULT_SOFT_LIMIT_BYTES);
    }

    static Settings of(MemoryConfig config) {
        return new Settings(
                config.region_bytes(),
                config.huge_pages(),
                config.pre_touch(),
                config.lock(),
                config.soft_limit_bytes());
    }
}
