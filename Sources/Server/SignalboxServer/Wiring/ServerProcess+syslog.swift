import Basics
import Ingest
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

extension ServerProcess {
    /// Serves the ports of syslog, if there are any, until it is cancelled.
    func serveSyslog() async throws {
        let settings = configuration.withLock { $0 }
        let listener = SyslogListener(intake: logs.syslog, group: MultiThreadedEventLoopGroup.singleton)
        let addresses = [(settings.listeners.syslog, false), (settings.listeners.syslogTLS, true)]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for case (let address?, let isSecret) in addresses {
                let tls = isSecret ? try Self.syslogTLS(settings.server.tls) : nil
                group.addTask { [logger] in
                    try await listener.run(host: address.host, port: address.port, tls: tls) { port in
                        logger.notice("listening for syslog", metadata: ["port": "\(port)"])
                    }
                }
            }
            try await group.waitForAll()
        }
        try await clock.sleep(until: .distantFuture)
    }

    private static func syslogTLS(_ tls: ServerSettings.TLS?) throws -> NIOSSLContext? {
        guard let tls else { return nil }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(tls.certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: tls.key, format: .pem)))
        if let authority = tls.clientAuthority {
            configuration.trustRoots = .file(authority)
            configuration.certificateVerification = .noHostnameVerification
        }
        return try NIOSSLContext(configuration: configuration)
    }

    func syslogMetrics() -> [SelfMetric] {
        let found = logs.syslog.statistics
        return [
            SelfMetric("logs_syslog_messages_total", .counter, "Messages of syslog on disk.", found.messages),
            SelfMetric(
                "logs_syslog_lost_datagrams_total", .counter, "Messages by UDP for which there was no room.",
                found.lostDatagrams),
            SelfMetric("logs_syslog_connections", .gauge, "Connections of syslog.", found.connections),
            SelfMetric(
                "logs_syslog_broken_connections_total", .counter,
                "Connections of which nobody could tell where messages begin.", found.brokenConnections),
        ]
    }
}
