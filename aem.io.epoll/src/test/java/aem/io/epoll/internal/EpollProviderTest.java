package aem.io.epoll.internal;

import aem.api.io.IoProvider;
import aem.tck.IoProviderContract;

class EpollProviderTest extends IoProviderContract {
    @Override
    protected IoProvider provider() {
        return new EpollProvider(256);
    }
}
