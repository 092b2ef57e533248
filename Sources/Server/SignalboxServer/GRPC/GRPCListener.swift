import GRPCCore
import GRPCNIOTransportHTTP2Posix
import HTTPAPI
import Logging
import ServiceLifecycle

/// The port for OTLP by gRPC.
struct GRPCListener: Service {
    /// The call with a larger message is cancelled. More than the endpoints take, so that these say what is too much.
    private static let messageBytesMax = 32 << 20
    /// Further calls of one connection wait: each may hold a message in memory before anybody knows who sends it.
    private static let callsMax = 16

    private let server: GRPCServer<HTTP2ServerTransport.Posix>
    private let address: ListenAddress
    private let logger: Logger

    init(_ address: ListenAddress, _ tls: ServerSettings.TLS?, responder: StartGate, logger: Logger) {
        let transport = HTTP2ServerTransport.Posix(
            address: .ipv4(host: address.host == "localhost" ? "127.0.0.1" : address.host, port: address.port),
            transportSecurity: Self.security(tls),
            config: .defaults { config in
                config.rpc.maxRequestPayloadSize = Self.messageBytesMax
                config.http2.maxConcurrentStreams = Self.callsMax
                config.compression.enabledAlgorithms = [.gzip, .deflate]
            })
        server = GRPCServer(
            transport: transport, services: [OTLPExports(responder: responder, logger: logger)])
        self.address = address
        self.logger = logger
    }

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await server.serve()
        } onGracefulShutdown: {
            server.beginGracefulShutdown()
        }
    }

    private static func security(_ tls: ServerSettings.TLS?) -> HTTP2ServerTransport.Posix.TransportSecurity {
        guard let tls else { return .plaintext }
        return .tls(
            certificateChain: [.file(path: tls.certificate, format: .pem)],
            privateKey: .file(path: tls.key, format: .pem)
        ) { config in
            guard let authority = tls.clientAuthority else { return }
            config.trustRoots = .certificates([.file(path: authority, format: .pem)])
            config.clientCertificateVerification = .noHostnameVerification
        }
    }
}
