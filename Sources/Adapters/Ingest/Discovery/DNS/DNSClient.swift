package import Basics
import NIOCore
import NIOPosix
package import WireFormats

/// Asks the servers of this machine over UDP, and over TCP where an answer does not fit. The rules by which an answer
/// holds are those of Prometheus' DNS discovery.
package struct DNSClient: DNSResolving {
    private let configuration: @Sendable () throws(DNSFailure) -> ResolverConfiguration
    private let clock: any WallClock
    private let randomness: any Randomness

    /// `configuration` is read for each look-up: it may change while we run. It may block for a small file.
    package init(
        clock: any WallClock, randomness: any Randomness,
        configuration: @escaping @Sendable () throws(DNSFailure) -> ResolverConfiguration
    ) {
        self.configuration = configuration
        self.clock = clock
        self.randomness = randomness
    }

    package func records(of name: String, _ kind: DNSRecord.Kind) async throws(DNSFailure) -> [DNSRecord] {
        let configuration = try configuration()
        var failure: DNSFailure?
        for candidate in configuration.candidates(for: name) {
            do throws(DNSFailure) {
                let answer = try await answer(candidate, kind, configuration)
                if answer.code == .success { return answer.records }
            } catch { failure = error }
        }
        // Nobody knows the name, and everybody was sure of it.
        guard let failure else { return [] }
        throw DNSFailure("could not resolve \(name): \(failure)")
    }

    /// Of the first server that says what the name has, or that there is no such name.
    private func answer(
        _ name: String, _ kind: DNSRecord.Kind, _ configuration: ResolverConfiguration
    ) async throws(DNSFailure) -> DNSResponse {
        var failure = DNSFailure("there is no server to ask")
        for server in configuration.servers {
            do throws(DNSFailure) {
                let query: DNSQuery
                do {
                    query = try DNSQuery(
                        name, kind, id: UInt16(truncatingIfNeeded: randomness.next()))
                } catch { throw DNSFailure("\(error)") }
                var response = try await within(configuration.timeout) { try await datagram(query, server) }
                if response.isTruncated {
                    response = try await within(configuration.timeout) { try await stream(query, server) }
                }
                if response.code == .success || response.code == .noSuchName { return response }
                failure = DNSFailure("\(server.host) answers with code \(response.code.rawValue)")
            } catch { failure = DNSFailure("\(server.host): \(error)") }
        }
        throw failure
    }

    private func within(
        _ timeout: Duration, _ body: @escaping @Sendable () async throws -> DNSResponse
    ) async throws(DNSFailure) -> DNSResponse {
        let result = await withTaskGroup(of: Result<DNSResponse, DNSFailure>.self) { group in
            group.addTask {
                do { return .success(try await body()) } catch let failure as DNSFailure {
                    return .failure(failure)
                } catch { return .failure(DNSFailure("\(error)")) }
            }
            group.addTask {
                try? await clock.sleep(until: clock.now() + timeout)
                return .failure(DNSFailure("no answer within \(timeout)"))
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? .failure(DNSFailure("no answer"))
        }
        return try result.get()
    }

    private func datagram(_ query: DNSQuery, _ server: ResolverConfiguration.Server) async throws -> DNSResponse {
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(
                .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: DNSQuery.datagramBytesMax)
            )
            .connect(host: server.host, port: server.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>(
                        wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            guard let address = channel.channel.remoteAddress else { throw DNSFailure("no connection") }
            try await outbound.write(AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: query.bytes)))
            for try await envelope in inbound {
                // What does not answer the question is somebody else's, or somebody's who guesses.
                if let response = try? DNSResponse(Array(envelope.data.readableBytesView), to: query) {
                    return response
                }
            }
            throw DNSFailure("the connection was closed")
        }
    }

    private func stream(_ query: DNSQuery, _ server: ResolverConfiguration.Server) async throws -> DNSResponse {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: server.host, port: server.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var message = ByteBuffer(integer: UInt16(query.bytes.count))
            message.writeBytes(query.bytes)
            try await outbound.write(message)
            var answer = ByteBuffer()
            // The length in front has two bytes, so what is gathered is bounded by them.
            for try await part in inbound {
                answer.writeImmutableBuffer(part)
                guard let count = answer.getInteger(at: answer.readerIndex, as: UInt16.self),
                    let bytes = answer.getBytes(at: answer.readerIndex + 2, length: Int(count))
                else { continue }
                return try DNSResponse(bytes, to: query)
            }
            throw DNSFailure("the connection was closed")
        }
    }
}
