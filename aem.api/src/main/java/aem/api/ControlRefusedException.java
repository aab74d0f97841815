package aem.api;

/** An event can't be changed as asked; the event is as it was. The message names the control, its value, and why. */
public class ControlRefusedException extends AemException {
    private static final long serialVersionUID = 1L;

    public ControlRefusedException(EventDescriptor event, Control control, String why) {
        super("event " + event.id() + " (" + event.kind() + " " + event.operation() + "): " + control + " refused: "
                + why);
    }
}
