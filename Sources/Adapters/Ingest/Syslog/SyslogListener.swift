package import NIOCore
import NIOPosix
package import NIOSSL

/// The ports of syslog: TCP and UDP on one address, or TLS.
package struct SyslogListener: Sendable {
    private let intake: SyslogIntake
    private let group: any EventLoopGroup

    package init(intake: SyslogIntake, group: any EventLoopGroup) {
        self.intake = intake
        self.group = group
    }

    /// Serves until it is cancelled. `port` zero takes any; both protocols have the same.
    package func run(
        host: String, port: Int, tls: NIOSSLContext?, onListening: @Sendable (Int) -> Void
    ) async throws {
        let intake = intake
        let stream = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    }
                    try channel.pipeline.syncOperations.addHandler(SyslogConnection(intake))
                }
            }
            .bind(host: host, port: port).get()
        var channels: [any Channel] = [stream]
        let chosen = stream.localAddress?.port ?? port
        if tls == nil {
            do {
                channels.append(
                    try await DatagramBootstrap(group: group)
                        .channelOption(.socketOption(.so_reuseaddr), value: 1)
                        .channelInitializer { channel in
                            channel.eventLoop.makeCompletedFuture {
                                try channel.pipeline.syncOperations.addHandler(SyslogDatagrams(intake))
                            }
                        }
                        .bind(host: host, port: chosen).get())
            } catch {
                try? await stream.close()
                throw error
            }
        }
        onListening(chosen)
        let open = channels
        await withTaskCancellationHandler {
            for channel in open { try? await channel.closeFuture.get() }
        } onCancel: {
            for channel in open { channel.close(promise: nil) }
        }
    }
}
