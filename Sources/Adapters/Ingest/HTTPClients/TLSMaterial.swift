import Basics
import NIOSSL
import Synchronization

/// What TLS settings come to, made anew when a file they name has another content.
final class TLSMaterial: Sendable {
    private struct Made {
        var files: [[UInt8]?]
        var configuration: TLSConfiguration
    }

    /// Settings that are remembered; beyond it all are made anew.
    private static let rememberedMax = 1000

    private let files: ClientFiles
    private let made = Mutex<[TLSSettings: Made]>([:])

    init(files: ClientFiles) { self.files = files }

    /// Blocks on the disk.
    func configuration(_ settings: TLSSettings) throws(HTTPClientFailure) -> TLSConfiguration {
        let authorities = try settings.authorities.map { source throws(HTTPClientFailure) in
            try files.pem(source, "CA certificate")
        }
        let certificate = try settings.certificate.map { source throws(HTTPClientFailure) in
            try files.pem(source, "client certificate")
        }
        let key = try settings.key.map { source throws(HTTPClientFailure) in try files.pem(source, "client key") }
        let contents = [authorities, certificate, key]
        if let known = made.withLock({ $0[settings] }), known.files == contents { return known.configuration }
        let configuration = try Self.make(settings, authorities: authorities, certificate: certificate, key: key)
        made.withLock { made in
            if made.count >= Self.rememberedMax { made = [:] }
            made[settings] = Made(files: contents, configuration: configuration)
        }
        return configuration
    }

    private static func make(
        _ settings: TLSSettings, authorities: [UInt8]?, certificate: [UInt8]?, key: [UInt8]?
    ) throws(HTTPClientFailure) -> TLSConfiguration {
        var result = TLSConfiguration.makeClientConfiguration()
        result.minimumTLSVersion = version(settings.minVersion)
        result.maximumTLSVersion = settings.maxVersion.map(version)
        if settings.skipsVerification { result.certificateVerification = .none }
        if let authorities {
            let list = try? NIOSSLCertificate.fromPEMBytes(authorities)
            guard let list, !list.isEmpty else {
                throw HTTPClientFailure("unable to use specified CA cert\(place(settings.authorities)): no PEM")
            }
            result.trustRoots = .certificates(list)
        }
        if let certificate, let key {
            let places = "\(place(settings.certificate)) & key\(place(settings.key))"
            do {
                result.certificateChain = try NIOSSLCertificate.fromPEMBytes(certificate).map { .certificate($0) }
                result.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: key, format: .pem))
                // Whether the two belong together.
                _ = try NIOSSLContext(configuration: result)
            } catch { throw HTTPClientFailure("unable to use specified client cert\(places): \(error)") }
        }
        return result
    }

    private static func place(_ source: SecretSource?) -> String {
        if case .file(let path) = source { " (\(path))" } else { "" }
    }

    private static func version(_ version: TLSSettings.Version) -> TLSVersion {
        switch version {
        case .tls10: .tlsv1
        case .tls11: .tlsv11
        case .tls12: .tlsv12
        case .tls13: .tlsv13
        }
    }
}
