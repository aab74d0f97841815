package aem.examples.internal;

import static aem.api.EventFlag.ONESHOT;

import aem.api.AemProcess;
import aem.api.AemProcesses;
import aem.api.EventDescriptor;
import aem.api.memory.EventData;
import aem.api.socket.CloseReason;
import aem.api.socket.Connection;
import aem.api.socket.Listener;
import aem.api.socket.SocketEvents;
import java.net.InetSocketAddress;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The first program of the slides ('Socket interface'), name by name, to be laid beside them: {@code main}, {@code
 * h_accept}, {@code h_read}, {@code h_close}. Starts with a configuration {@code aem.examples.slides.echo}.
 */
@Component(
        service = SlideEcho.class,
        immediate = true,
        configurationPid = "aem.examples.slides.echo",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SlideEcho.Config.class)
public final class SlideEcho {
    /** Configuration {@code aem.examples.slides.echo}. */
    @ObjectClassDefinition(name = "AEM example: the slides' echo program")
    public @interface Config {
        @AttributeDefinition(description = "TCP port on localhost, 0 = any", min = "0", max = "65535")
        int port() default 7008;
    }

    private final AemProcess process;
    private final SocketEvents sockets;
    private final Logger log;

    // main ()
    @Activate
    public SlideEcho(
            Config config,
            @Reference AemProcesses processes,
            @Reference SocketEvents sockets,
            @Reference(service = LoggerFactory.class) Logger log) {
        this.sockets = sockets;
        this.log = log;
        process = processes.create("slides.echo");
        Start.run(log, process, () -> {
            Listener sfd = sockets.listen(process, new InetSocketAddress("localhost", config.port()));
            sockets.accept(sfd, this::hAccept);
        });
        // while (1); is the runtime's
    }

    private void hAccept(EventDescriptor id, Connection nfd) {
        sockets.read(nfd, this::hRead); // the slides fork here (EVF_FORK | EVF_CLDNOWAIT): not offered yet
        sockets.close(nfd, this::hClose, ONESHOT);
    }

    private void hRead(EventDescriptor id, Connection fd, EventData data) {
        fd.write(data);
    }

    private void hClose(EventDescriptor id, Connection fd, CloseReason reason) {
        log.info("close event desc. {}: {} {}", id.id(), fd.remoteAddress(), reason);
    }

    @Deactivate
    void stop() {
        process.close();
    }
}
