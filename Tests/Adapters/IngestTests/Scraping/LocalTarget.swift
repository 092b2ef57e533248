import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A target on loopback that gives one answer, or none, and remembers the headers it was asked with.
final class LocalTarget: Sendable {
    enum Answer: Sendable {
        case page(status: Int = 200, headers: [(String, String)] = [], body: [UInt8])
        /// A head and the beginning of a body that never ends.
        case stall
    }

    private final class Box: Sendable {
        let headers = Mutex<[String: String]>([:])
    }

    private let channel: any Channel
    private let box: Box

    var address: String { "127.0.0.1:\(channel.localAddress?.port ?? 0)" }
    /// Of the latest request, names in lower case.
    var headers: [String: String] { box.headers.withLock { $0 } }

    static func start(_ answer: Answer) async throws -> LocalTarget {
        let box = Box()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(answer, box))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return LocalTarget(channel: channel, box: box)
    }

    private init(channel: any Channel, box: Box) {
        self.channel = channel
        self.box = box
    }

    func stop() async throws { try await channel.close() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart
        private let answer: Answer
        private let box: Box

        init(_ answer: Answer, _ box: Box) {
            self.answer = answer
            self.box = box
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                let pairs = head.headers.map { ($0.name.lowercased(), $0.value) }
                box.headers.withLock { $0 = Dictionary(pairs) { first, _ in first } }
            case .body: break
            case .end: reply(context)
            }
        }

        private func reply(_ context: ChannelHandlerContext) {
            switch answer {
            case .page(let status, let headers, let body):
                var fields = HTTPHeaders(headers)
                fields.replaceOrAdd(name: "Content-Length", value: "\(body.count)")
                let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: fields)
                context.write(wrapOutboundOut(.head(head)), promise: nil)
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            case .stall:
                let head = HTTPResponseHead(
                    version: .http1_1, status: .ok, headers: ["Content-Length": "1000"])
                context.write(wrapOutboundOut(.head(head)), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "m ")))), promise: nil)
            }
        }
    }
}
