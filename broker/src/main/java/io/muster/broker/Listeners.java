package io.muster.broker;

import io.muster.api.outcome.InWords;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.InternetProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sockets that a broker listens on, and what each connection gets. */
final class Listeners implements AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final long BIND_SECONDS = 10;
    private static final long CLOSE_SECONDS = 2;

    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

    private final List<Channel> sockets = new ArrayList<>();
    private final ServerBootstrap bootstrap;

    Listeners(EventLoopGroup threads, Gate.Shared shared, ChannelHandler broker) {
        int unsent = shared.unsentBytes();
        bootstrap =
                new ServerBootstrap()
                        .group(threads)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(unsent / 2, unsent))
                        .childHandler(new Connection(shared, broker));
    }

    /** Listens on every address that the host has; one that this machine lacks is passed over. */
    void bind(ListenAddress address) throws BrokerException {
        InetAddress[] hosts;
        try {
            hosts = InetAddress.getAllByName(address.host());
        } catch (UnknownHostException e) {
            throw new BrokerException(
                    "%s: there is no host \"%s\"; use a name or an address of this machine, such as 127.0.0.1:%d"
                            .formatted(address, address.host(), address.port()),
                    e);
        }
        int port = address.port();
        BrokerException missing = null;
        for (var host : hosts) {
            var wanted = new InetSocketAddress(host, port);
            var bound = bootstrap.clone().channelFactory(() -> socketFor(host)).bind(wanted);
            if (!bound.awaitUninterruptibly(BIND_SECONDS, TimeUnit.SECONDS)) {
                bound.cancel(false);
                throw new BrokerException(
                        address + ": cannot be listened on within %d s".formatted(BIND_SECONDS),
                        new BindException("timeout"));
            }
            if (bound.isSuccess()) {
                sockets.add(bound.channel());
                port = ((InetSocketAddress) bound.channel().localAddress()).getPort();
            } else if (isElsewhere(bound.cause())) {
                missing = failure(address, wanted, bound.cause());
            } else {
                throw failure(address, wanted, bound.cause());
            }
        }
        if (sockets.isEmpty() && missing != null) {
            throw missing;
        }
        log.atDebug().addKeyValue("addresses", addresses()).log("listening");
    }

    /** Without a family, 0.0.0.0 would be all IPv6 addresses as well. */
    private static NioServerSocketChannel socketFor(InetAddress host) {
        return new NioServerSocketChannel(
                SelectorProvider.provider(),
                host instanceof Inet4Address
                        ? InternetProtocolFamily.IPv4
                        : InternetProtocolFamily.IPv6);
    }

    List<InetSocketAddress> addresses() {
        return sockets.stream().map(each -> (InetSocketAddress) each.localAddress()).toList();
    }

    @Override
    public void close() {
        sockets.forEach(each -> each.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS));
    }

    /** EADDRNOTAVAIL; Java knows it by its text alone. */
    private static boolean isElsewhere(Throwable cause) {
        return cause instanceof BindException
                && String.valueOf(cause.getMessage()).contains("Cannot assign");
    }

    static BrokerException failure(ListenAddress asked, InetSocketAddress wanted, Throwable cause) {
        var text = InWords.of(cause);
        if (text.contains("in use")) {
            return new BrokerException(
                    "%s: the port is taken by another program, perhaps another broker (\"ss -ltnp 'sport = :%d'\" names it); stop that, or listen elsewhere with -a HOST:PORT"
                            .formatted(asked, wanted.getPort()),
                    cause);
        }
        if (text.contains("Cannot assign")) {
            return new BrokerException(
                    "%s: %s is no address of this machine; use one of its own, such as 127.0.0.1:%d, or 0.0.0.0:%d for all"
                            .formatted(
                                    asked,
                                    wanted.getAddress().getHostAddress(),
                                    wanted.getPort(),
                                    wanted.getPort()),
                    cause);
        }
        if (text.contains("ermission denied")) {
            return new BrokerException(
                    "%s: this user may not listen on port %d; use one from 1024"
                            .formatted(asked, wanted.getPort()),
                    cause);
        }
        return new BrokerException("%s: cannot be listened on: %s".formatted(asked, text), cause);
    }

    /** What a new connection gets. */
    private static final class Connection extends ChannelInitializer<Channel> {
        private final Gate.Shared shared;
        private final ChannelHandler broker;

        Connection(Gate.Shared shared, ChannelHandler broker) {
            this.shared = shared;
            this.broker = broker;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (!shared.clients().add(channel)) {
                shared.refusals()
                        .warn(line ->
                                line.addKeyValue("from", channel.remoteAddress())
                                        .addKeyValue("limit", shared.options().maxConnections())
                                        .log("too many connections"));
                var _ = channel.close();
                return;
            }
            channel.pipeline()
                    .addLast(
                            new MqttDecoder(shared.options().maxPacketBytes()),
                            MqttEncoder.INSTANCE,
                            new Gate(shared),
                            broker);
        }
    }
}
