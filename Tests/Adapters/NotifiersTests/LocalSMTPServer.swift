import NIOCore
import NIOPosix
import Synchronization

/// An SMTP server on loopback that follows a script: a reply for each verb, and what was sent kept for looking at.
final class LocalSMTPServer: Sendable {
    struct Script: Sendable {
        var greeting = "220 local ready"
        /// Lines of the answer to EHLO.
        var extensions = ["local", "AUTH PLAIN"]
        /// By the beginning of a command, the longest match first; 250 for the rest. Empty for no answer.
        /// `AUTH` answers the credential, `.` the end of the message.
        var replies: [String: String] = [:]
    }
    struct Record: Sendable {
        var commands: [String] = []
        /// The message as it came, dot-stuffing undone, without the final dot.
        var message = ""
    }

    private let channel: any Channel
    private let record: Box
    var port: Int { channel.localAddress?.port ?? 0 }
    var received: Record { record.value.withLock { $0 } }

    final class Box: Sendable {
        let value = Mutex(Record())
    }

    private init(channel: any Channel, record: Box) {
        self.channel = channel
        self.record = record
    }

    static func start(_ script: Script = Script()) async throws -> LocalSMTPServer {
        let record = Box()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(script: script, record: record))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return LocalSMTPServer(channel: channel, record: record)
    }

    func stop() async throws { try await channel.close() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let script: Script
        private let record: Box
        private var pending = ""
        private var isInData = false
        private var isInAuth = false

        init(script: Script, record: Box) {
            self.script = script
            self.record = record
        }

        func channelActive(context: ChannelHandlerContext) { say(script.greeting, context: context) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            pending += String(buffer: unwrapInboundIn(data))
            while let end = pending.utf8.firstIndex(of: 10) {
                var line = String(pending[..<end])
                pending = String(pending[pending.utf8.index(after: end)...])
                if line.utf8.last == 13 { line = String(decoding: line.utf8.dropLast(), as: UTF8.self) }
                take(line, context: context)
            }
        }

        private func take(_ line: String, context: ChannelHandlerContext) {
            if isInData {
                guard line == "." else {
                    let text = line.hasPrefix(".") ? String(line.dropFirst()) : line
                    record.value.withLock { $0.message += text + "\r\n" }
                    return
                }
                isInData = false
                say(script.replies["."] ?? "250 queued", context: context)
                return
            }
            record.value.withLock { $0.commands.append(line) }
            let reply = isInAuth ? script.replies["AUTH"] ?? "235 welcome" : reply(to: line)
            isInAuth = reply.hasPrefix("334")
            isInData = reply.hasPrefix("354")
            say(reply, context: context)
            if line == "QUIT" { context.close(promise: nil) }
        }

        private func reply(to line: String) -> String {
            if line == "AUTH PLAIN" { return "334 " }
            let scripted = script.replies.filter { line.hasPrefix($0.key) }.max { $0.key.count < $1.key.count }
            if let scripted { return scripted.value }
            if line.hasPrefix("EHLO") {
                return script.extensions.enumerated().map { index, word in
                    "250\(index + 1 == script.extensions.count ? " " : "-")\(word)"
                }.joined(separator: "\r\n")
            }
            if line.hasPrefix("DATA") { return "354 go on" }
            if line.hasPrefix("QUIT") { return "221 bye" }
            return "250 ok"
        }

        private func say(_ text: String, context: ChannelHandlerContext) {
            guard !text.isEmpty else { return }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text + "\r\n")), promise: nil)
        }
    }
}
