internal import CDeflate
import HTTPTypes
package import Hummingbird
import NIOCore

/// Compresses whole answers for clients that accept gzip. Streams (server-sent events) pass untouched.
package struct GzipMiddleware: RouterMiddleware {
    package typealias Context = SignalboxRequestContext

    /// Below this the framing costs more than it saves.
    private static let bytesMin = 1024
    /// Speed over size: dashboards poll, and the network here is short.
    private static let level: Int32 = 1

    private let threads: BlockingThreads

    package init(threads: BlockingThreads) { self.threads = threads }

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard let count = response.body.contentLength, count >= Self.bytesMin, Self.acceptsGzip(request),
            response.headers[.contentEncoding] == nil
        else { return response }
        let collector = BodyCollector()
        try await response.body.write(collector)
        let whole = collector.bytes
        // A large body would hold up an event loop for longer than a hand-over costs.
        let packed = count > 64 << 10 ? try await threads.run { Self.compress(whole) } : Self.compress(whole)
        response.headers[.contentEncoding] = "gzip"
        response.headers[.vary] = "Accept-Encoding"
        response.headers[.contentLength] = nil
        response.body = .init(byteBuffer: packed)
        return response
    }

    private static func acceptsGzip(_ request: Request) -> Bool {
        request.headers[values: .acceptEncoding].contains { value in
            value.split(separator: ",").contains { item in
                let parts = item.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
                return parts.first == "gzip" && !parts.dropFirst().contains("q=0")
            }
        }
    }

    private static func compress(_ body: ByteBuffer) -> ByteBuffer {
        guard let compressor = libdeflate_alloc_compressor(level) else { preconditionFailure("no memory") }
        defer { libdeflate_free_compressor(compressor) }
        let capacity = libdeflate_gzip_compress_bound(compressor, body.readableBytes)
        var packed = ByteBuffer()
        packed.writeWithUnsafeMutableBytes(minimumWritableBytes: capacity) { output in
            body.withUnsafeReadableBytes { input in
                libdeflate_gzip_compress(
                    compressor, input.baseAddress, input.count, output.baseAddress, output.count)
            }
        }
        return packed
    }
}

/// Gathers a body that is already in memory.
private final class BodyCollector: ResponseBodyWriter {
    var bytes = ByteBuffer()

    func write(_ buffer: ByteBuffer) async throws { bytes.writeImmutableBuffer(buffer) }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
