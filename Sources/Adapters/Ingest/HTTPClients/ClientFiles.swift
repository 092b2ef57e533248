import Basics
import NIOPosix

/// Reads what settings name. Calls block.
struct ClientFiles: Sendable {
    /// Larger files are no secrets.
    private static let secretBytesMax = 64 << 10
    /// Bundles of authorities come to half a megabyte; a larger file is refused.
    private static let certificatesBytesMax = 4 << 20

    let disk: any FileSystem

    /// Without the white space around it that editors leave.
    func secret(_ source: SecretSource?, _ what: String) throws(HTTPClientFailure) -> Secret {
        switch source {
        case nil: return ""
        case .text(let text): return text
        case .file(let path):
            let bytes = try read(path, what, bytesMax: Self.secretBytesMax)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw HTTPClientFailure("unable to read \(what) \(path): it must be UTF-8 text")
            }
            return Secret(text.trimmed)
        }
    }

    func pem(_ source: SecretSource, _ what: String) throws(HTTPClientFailure) -> [UInt8] {
        switch source {
        case .text(let text): Array(text.revealed.utf8)
        case .file(let path): try read(path, what, bytesMax: Self.certificatesBytesMax)
        }
    }

    private func read(_ path: String, _ what: String, bytesMax: Int) throws(HTTPClientFailure) -> [UInt8] {
        do { return try disk.read(path, bytesMax: bytesMax) } catch {
            throw HTTPClientFailure("unable to read \(what) \(path): \(error.message)")
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
