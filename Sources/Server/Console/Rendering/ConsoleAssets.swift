import Basics
import CConsoleAssets
import NIOCore

/// The files compiled into the program: templates, and what browsers fetch under `/assets/VERSION/NAME`.
struct ConsoleAssets: Sendable {
    struct File: Sendable {
        var contentType: String
        var bytes: ByteBuffer
    }

    /// A checksum over all files. Browsers keep a file for as long as its URL stays, so a new program's
    /// pages name new URLs.
    let version: String
    /// By name, without templates.
    let files: [String: File]
    /// By name without folder and ending.
    let templates: [String: String]

    static let embedded = ConsoleAssets()

    /// What the pages put before a file's name.
    var prefix: String { "/assets/\(version)/" }

    private init() {
        var files: [String: File] = [:]
        var templates: [String: String] = [:]
        var checksums: [UInt8] = []
        var count = 0
        let first = console_assets(&count)
        for asset in UnsafeBufferPointer(start: first, count: count) {
            let name = String(cString: asset.name)
            let bytes = UnsafeBufferPointer(start: asset.bytes, count: asset.count)
            let checksum = CRC32C.checksum(UnsafeRawBufferPointer(bytes))
            withUnsafeBytes(of: checksum.bigEndian) { checksums += $0 }
            let base = name.split(separator: "/").last.map(String.init) ?? name
            if name.hasPrefix("templates/") {
                let key = base.split(separator: ".").first.map(String.init) ?? base
                templates[key] = String(decoding: bytes, as: UTF8.self)
            } else {
                files[base] = File(contentType: Self.contentType(base), bytes: ByteBuffer(bytes: bytes))
            }
        }
        self.files = files
        self.templates = templates
        let checksum = checksums.withUnsafeBytes { CRC32C.checksum($0) }
        let digits = String(checksum, radix: 16)
        version = String(repeating: "0", count: 8 - digits.count) + digits
    }

    private static func contentType(_ name: String) -> String {
        switch name.split(separator: ".").last {
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        case "txt": "text/plain; charset=utf-8"
        default: "application/octet-stream"
        }
    }
}
