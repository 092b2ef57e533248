import HTTPAPI
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOSSL
import ServiceLifecycle

/// The port everything comes in by.
enum HTTPListener {
    static func service(
        _ settings: ServerSettings, responder: StartGate, logger: Logger
    ) throws -> any Service {
        Application(
            responder: responder, server: try server(settings.tls),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.listen.host, port: settings.listen.port)),
            onServerRunning: { channel in
                logger.notice("listening", metadata: ["port": "\(channel.localAddress?.port ?? 0)"])
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
