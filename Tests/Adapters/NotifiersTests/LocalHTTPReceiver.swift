import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A receiver on loopback that answers what it is told and remembers what it was sent.
final class LocalHTTPReceiver: Sendable {
    struct Request: Sendable {
        var method: String
        var uri: String
        var headers: [(name: String, value: String)]
        var body: String

        func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }
    enum Answer: Sendable {
        case status(Int, body: String = "", headers: [(String, String)] = [])
        /// A head and then a body that never ends.
        case stall
        case silence
        case close
    }

    private let channel: any Channel
    private let box: RequestBox

    var received: [Request] { box.requests.withLock { $0 } }
    var port: Int { channel.localAddress?.port ?? 0 }
    var url: String { "http://127.0.0.1:\(port)" }

    static func start(_ answer: Answer) async throws -> LocalHTTPReceiver {
        let box = RequestBox()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(answer: answer, box: box))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return LocalHTTPReceiver(channel: channel, box: box)
    }

    private init(channel: any Channel, box: RequestBox) {
        self.channel = channel
        self.box = box
    }

    func stop() async throws { try await channel.close() }

    private final class RequestBox: Sendable {
        let requests = Mutex<[Request]>([])
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart
        private let answer: Answer
        private let box: RequestBox
        private var head: HTTPRequestHead?
        private var body = ByteBuffer()

        init(answer: Answer, box: RequestBox) {
            self.answer = answer
            self.box = box
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body.clear()
            case .body(var part): body.writeBuffer(&part)
            case .end:
                guard let head else { return }
                let request = Request(
                    method: head.method.rawValue, uri: head.uri,
                    headers: head.headers.map { (name: $0.name, value: $0.value) }, body: String(buffer: body))
                box.requests.withLock { $0.append(request) }
                reply(context: context)
            }
        }

        private func reply(context: ChannelHandlerContext) {
            switch answer {
            case .silence: break
            case .close: context.close(promise: nil)
            case .stall:
                let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["Transfer-Encoding": "chunked"])
                context.write(wrapOutboundOut(.head(head)), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "ok")))), promise: nil)
            case .status(let status, let text, let fields):
                var headers = HTTPHeaders(fields)
                headers.add(name: "Content-Length", value: "\(text.utf8.count)")
                let head = HTTPResponseHead(
                    version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
                context.write(wrapOutboundOut(.head(head)), promise: nil)
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }
}
