import Basics
import Ingest
import NIOCore
import NIOPosix
import TestKit
import Testing
import WireFormats

@Suite(.timeLimit(.minutes(1))) struct DNSClientTests {
    /// Answers each datagram with what `reply` makes of it, and each stream with one address.
    private final class LocalServer: Sendable {
        private let channels: [any Channel]
        let port: Int

        /// Both protocols need the same port, which another process may have taken for one of them: then the next.
        static func start(_ reply: @escaping @Sendable ([UInt8]) -> [[UInt8]]) async throws -> LocalServer {
            var attempts = 20
            while true {
                let streams = try await bindStreams()
                let port = streams.localAddress?.port ?? 0
                do {
                    let datagrams = try await bindDatagrams(port, reply)
                    return LocalServer(channels: [datagrams, streams], port: port)
                } catch {
                    try await streams.close()
                    attempts -= 1
                    if attempts == 0 { throw error }
                }
            }
        }

        private static func bindStreams() async throws -> any Channel {
            try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Streams())
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
        }

        private static func bindDatagrams(
            _ port: Int, _ reply: @escaping @Sendable ([UInt8]) -> [[UInt8]]
        ) async throws -> any Channel {
            try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Datagrams(reply))
                    }
                }
                .bind(host: "127.0.0.1", port: port).get()
        }

        private init(channels: [any Channel], port: Int) {
            self.channels = channels
            self.port = port
        }

        func stop() async throws { for channel in channels { try await channel.close() } }
    }

    private final class Datagrams: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        typealias OutboundOut = AddressedEnvelope<ByteBuffer>
        private let reply: @Sendable ([UInt8]) -> [[UInt8]]

        init(_ reply: @escaping @Sendable ([UInt8]) -> [[UInt8]]) { self.reply = reply }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = unwrapInboundIn(data)
            for bytes in reply(Array(envelope.data.readableBytesView)) {
                let answer = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: bytes))
                context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
            }
        }
    }

    private final class Streams: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let query = Array(unwrapInboundIn(data).readableBytesView.dropFirst(2))
            let bytes = DNSClientTests.answer(query, flags: 0x8180, addresses: [[10, 0, 0, 9]])
            // In two parts, as the network may.
            for part in [[UInt8(bytes.count >> 8)], [UInt8(bytes.count & 0xff)] + bytes] {
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: part)), promise: nil)
            }
        }
    }

    private static func answer(_ query: [UInt8], flags: UInt16, addresses: [[UInt8]]) -> [UInt8] {
        var bytes = Array(query[..<2]) + [UInt8(flags >> 8), UInt8(flags & 0xff), 0, 1]
        bytes += [0, UInt8(addresses.count), 0, 0, 0, 0] + query[12..<query.count - 11]
        for address in addresses { bytes += [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4] + address }
        return bytes
    }

    private func client(
        _ port: Int, _ text: String = "", clock: any WallClock = VirtualClock()
    ) -> DNSClient {
        DNSClient(clock: clock, randomness: SeededRandomness(seed: 5)) {
            var configuration = ResolverConfiguration(text)
            configuration.servers = [.init(host: "127.0.0.1", port: port)]
            return configuration
        }
    }

    private func lookUp(
        _ client: DNSClient, _ name: String = "a.test."
    ) async -> Result<[DNSRecord], DNSFailure> {
        do throws(DNSFailure) { return .success(try await client.records(of: name, .a)) } catch {
            return .failure(error)
        }
    }

    @Test("an answer over UDP is read, whoever else sends before it")
    func datagram() async throws {
        let server = try await LocalServer.start { query in
            let good = Self.answer(query, flags: 0x8180, addresses: [[10, 0, 0, 1], [10, 0, 0, 2]])
            return [[1, 2, 3], [good[0] ^ 1] + good.dropFirst(), good]
        }
        let records = try await lookUp(client(server.port)).get()
        #expect(records.map(\.content) == [.address([10, 0, 0, 1]), .address([10, 0, 0, 2])])
        try await server.stop()
    }

    @Test("an answer that was cut is asked for over TCP")
    func stream() async throws {
        let server = try await LocalServer.start { [Self.answer($0, flags: 0x8380, addresses: [])] }
        #expect(try await lookUp(client(server.port)).get().map(\.content) == [.address([10, 0, 0, 9])])
        try await server.stop()
    }

    @Test("names are searched for; one that nobody knows has no records; a server's trouble is an error")
    func codes() async throws {
        let server = try await LocalServer.start { query in
            let isKnown = query.count > 30
            return [Self.answer(query, flags: isKnown ? 0x8180 : 0x8183, addresses: isKnown ? [[10, 0, 0, 3]] : [])]
        }
        let searching = client(server.port, "search long-domain.test")
        #expect(try await lookUp(searching, "a").get().count == 1)
        #expect(try await lookUp(searching, "a.").get().isEmpty)
        try await server.stop()
        let refusing = try await LocalServer.start { [Self.answer($0, flags: 0x8185, addresses: [])] }
        #expect(
            await lookUp(client(refusing.port))
                == .failure(DNSFailure("could not resolve a.test.: 127.0.0.1 answers with code 5")))
        try await refusing.stop()
    }

    @Test("a server that says nothing has its time and no more")
    func silence() async throws {
        let server = try await LocalServer.start { _ in [] }
        let clock = VirtualClock()
        let silent = client(server.port, "options timeout:2", clock: clock)
        async let result = lookUp(silent)
        while clock.sleeperCount != 1 { await Task.yield() }
        clock.advance(by: .seconds(2))
        #expect(
            await result == .failure(DNSFailure("could not resolve a.test.: 127.0.0.1: no answer within 2.0 seconds"))
        )
        try await server.stop()
    }
}
