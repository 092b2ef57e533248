import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// Server-sent events (HTML, "Server-sent events"): a response that goes on until its source ends, its reader leaves, or
/// the server is told to stop. A browser comes back by itself.
enum EventStream {
    /// `beside` runs as long as the stream does, `end` after it.
    /// `write` is called for each element of `source`; of elements that come while it writes only the newest is kept.
    static func response<Element: Sendable>(
        from source: AsyncStream<Element>,
        _ write: @escaping @Sendable (Element) async throws -> ByteBuffer?,
        beside: @escaping @Sendable () async throws -> Void = {},
        end: @escaping @Sendable () -> Void = {}
    ) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                defer { end() }
                try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
                let (elements, continuation) = AsyncStream.makeStream(
                    of: Element.self, bufferingPolicy: .bufferingNewest(1))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for await element in source { continuation.yield(element) }
                        continuation.finish()
                    }
                    group.addTask { try await beside() }
                    // An open stream would hold up the end of the server.
                    try await withGracefulShutdownHandler {
                        for await element in elements {
                            if let event = try await write(element) { try await writer.write(event) }
                        }
                    } onGracefulShutdown: {
                        continuation.finish()
                    }
                    group.cancelAll()
                }
                try await writer.finish(nil)
            })
    }
}
