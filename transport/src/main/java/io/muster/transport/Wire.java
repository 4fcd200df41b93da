package io.muster.transport;

import io.muster.api.bus.Subscription;

/** Where a requester publishes, and may ask to hear more than answers. */
interface Wire extends Publisher {
    /**
     * Subscribes to one more thing, for good; {@code granted} is called once that is done, unless
     * the session ends before. A broker that denies it does not keep the link from being ready.
     */
    void also(Subscription more, Runnable granted);

    /** Says whether that is granted, on the connection that there is. */
    boolean hears(Subscription more);
}
