import HTTPAPI
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOSSL
import ServiceLifecycle

/// The ports everything comes in by.
enum HTTPListener {
    /// On `settings.listen`, and on each address of `listeners` besides.
    static func services(
        _ settings: ServerSettings, _ listeners: ListenerSettings, responder: StartGate, ports: OpenPorts,
        logger: Logger
    ) throws -> [any Service] {
        func service(
            _ address: ListenAddress, _ responder: some HTTPResponder<SignalboxRequestContext>
        ) throws -> any Service {
            try Self.service(settings, address, responder: responder, opened: ports.one(), logger: logger)
        }
        var services = [try service(settings.listen, responder)]
        for address in [listeners.alertmanager, listeners.otlpHTTP, listeners.zipkin].compactMap({ $0 }) {
            services.append(try service(address, responder))
        }
        if let address = listeners.otlpGRPC {
            services.append(GRPCListener(address, settings.tls, responder: responder, logger: logger))
        }
        if let address = listeners.elasticsearch {
            let below = FolderResponder(folder: ElasticsearchMiddleware.folder, responder: responder)
            services.append(try service(address, below))
        }
        if let address = listeners.apm {
            let below = FolderResponder(folder: APMAPI.folder, responder: responder)
            services.append(try service(address, below))
        }
        return services
    }

    private static func service(
        _ settings: ServerSettings, _ address: ListenAddress,
        responder: some HTTPResponder<SignalboxRequestContext>, opened: @escaping @Sendable () -> Void,
        logger: Logger
    ) throws -> any Service {
        Application(
            responder: responder, server: try server(settings.tls),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port)),
            onServerRunning: { channel in
                logger.notice("listening", metadata: ["port": "\(channel.localAddress?.port ?? 0)"])
                opened()
            }, logger: logger)
    }

    private static func server(_ tls: ServerSettings.TLS?) throws -> HTTPServerBuilder {
        guard let tls else { return .http1() }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(tls.certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: tls.key, format: .pem)))
        if let authority = tls.clientAuthority {
            configuration.trustRoots = .file(authority)
            configuration.certificateVerification = .noHostnameVerification
        }
        return try .tls(tlsConfiguration: configuration)
    }
}
