package aem.api.part;

import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.CLASS;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;

/**
 * Says in the bundle's manifest what part it is, so that a jar can be judged without loading a class from it: {@code
 * Provide-Capability: aem.part;aem.part=source;kind=timer;version=1;adopts="[1,1]"}. To be put on the class that
 * implements the part's service.
 */
@Target(TYPE)
@Retention(CLASS)
@Capability(namespace = "aem.part")
public @interface AemPart {
    /** {@code scheduler}, {@code memory}, {@code io} or {@code source}. */
    @Attribute("aem.part")
    String part();

    /** The kind of a source, for example {@code timer}; the name of any other part. */
    @Attribute("kind")
    String kind();

    /** The version of the state that this part hands over. */
    @Attribute("state")
    int version();

    /** The versions of the state that this part adopts, lowest and highest: {@code 1..1}. */
    @Attribute("adopts")
    String adopts();
}
