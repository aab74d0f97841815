package aem.io.nio.internal;

import aem.api.io.IoProvider;
import aem.tck.IoProviderContract;

class NioProviderTest extends IoProviderContract {
    @Override
    protected IoProvider provider() {
        return new NioProvider(256);
    }

    @Override
    protected boolean acceptsAllocationFree() {
        return false;
    }

    @Override
    protected boolean tellsSocketErrors() {
        return false;
    }
}
