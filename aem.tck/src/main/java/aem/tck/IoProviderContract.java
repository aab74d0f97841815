package aem.tck;

/**
 * What every {@link aem.api.io.IoProvider} must do, on real sockets of the loopback interface. A provider's test is one
 * small subclass in its own bundle, which overrides {@link #provider} and, where its system can't do better, {@link
 * #allocationFree} and {@link #tellsSocketErrors}.
 */
public abstract class IoProviderContract extends IoResourceContract {}
