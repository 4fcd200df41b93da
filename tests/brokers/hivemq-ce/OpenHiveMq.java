import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Starts a HiveMQ that lets everybody in, which it does only with an extension, or with this switch
 * of its own that no file has.
 */
public final class OpenHiveMq {
    private OpenHiveMq() {}

    /** Runs the broker in the folder that the property {@code hivemq.home} names. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        var switches = Class.forName("com.hivemq.configuration.service.InternalConfigurations");
        var refuse = switches.getField("AUTH_DENY_UNAUTHENTICATED_CONNECTIONS").get(null);
        ((AtomicBoolean) refuse).set(false);
        Class.forName("com.hivemq.HiveMQServer")
                .getMethod("main", String[].class)
                .invoke(null, (Object) arguments);
    }
}
