package io.muster.transport.mqtt;

/** A user name and a password for the broker. */
public record Credentials(String user, String password) {
    @Override
    public String toString() {
        return user + " (password not shown)";
    }
}
