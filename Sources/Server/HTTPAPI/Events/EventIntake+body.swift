import HTTPTypes
import Hummingbird
import NIOCore
import SignalModel
import WireFormats

extension EventIntake {
    /// The body, which may come by gzip; nil when there is none. `bytesMax` bounds it as sent and as read.
    func document(of request: Request, bytesMax: Int) async throws -> JSONValue? {
        try await document(of: request, bytesMax: bytesMax) { $0 }
    }

    /// The same, made something of beside the requests that wait.
    func document<Value: Sendable>(
        of request: Request, bytesMax: Int, _ decode: @escaping @Sendable (JSONValue) -> Value
    ) async throws -> Value? {
        let encoding = (request.headers[.contentEncoding] ?? "identity").lowercased()
        guard ["identity", "gzip", ""].contains(encoding) else {
            throw APIError(.badData, "Content-Encoding \(quoted(encoding)) is not supported: gzip is")
        }
        let body: ByteBuffer
        do { body = try await request.body.collect(upTo: bytesMax) } catch is NIOTooManyBytesError {
            throw APIError(.tooLarge, "the body: more than \(bytesMax) bytes")
        }
        guard body.readableBytes > 0 else { return nil }
        do {
            return try await threads.run {
                guard encoding == "gzip" else { return decode(try JSONValue(parsing: Array(body.readableBytesView))) }
                let plain = try body.withUnsafeReadableBytes { try Gzip.decompress($0, bytesMax: bytesMax) }
                return decode(try JSONValue(parsing: plain))
            }
        } catch let error as WireFormatError {
            throw APIError(error.code == .tooLarge ? .tooLarge : .badData, "the body: \(error)")
        }
    }
}
