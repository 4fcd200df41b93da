package io.muster.transport.mqtt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManagerFactory;

/** Who may vouch for the broker: certificates read from a PEM file. */
public final class CertificateAuthorities {
    private final TrustManagerFactory trust;

    private CertificateAuthorities(TrustManagerFactory trust) {
        this.trust = trust;
    }

    /**
     * Reads all certificates of a PEM file.
     *
     * @throws IOException naming the file and what is wrong with it
     */
    public static CertificateAuthorities read(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int count = 0;
            for (var each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + count++, each);
            }
            if (count == 0) {
                throw new IOException(
                        file
                                + " has no certificate in it; name a PEM file with the authorities"
                                + " that sign the broker's certificate");
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            return new CertificateAuthorities(trust);
        } catch (CertificateException e) {
            throw new IOException(
                    "%s is no PEM file of certificates (%s); name one with the authorities that sign the broker's certificate"
                            .formatted(file, e.getMessage()),
                    e);
        } catch (GeneralSecurityException e) {
            throw new IOException("this Java cannot use the certificates of " + file, e);
        }
    }

    TrustManagerFactory trust() {
        return trust;
    }
}
