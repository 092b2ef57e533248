import AsyncHTTPClient
package import Basics
package import Ingest
import NIOCore
import NIOHTTP1

/// Asks the backend over HTTP, as the settings say.
package struct HTTPRemoteTransport: RemoteTransport {
    private let clients: HTTPClients
    private let settings: HTTPClientSettings
    private let clock: any WallClock

    package init(clients: HTTPClients, settings: HTTPClientSettings, clock: any WallClock) {
        self.clients = clients
        self.settings = settings
        self.clock = clock
    }

    package func send(_ request: RemoteRequest) async throws -> RemoteAnswer {
        let place = RemoteStoreSettings.place(request.url)
        do {
            return try await within(request.timeout, clock) { try await exchange(request) }
        } catch let failure as RemoteFailure {
            throw failure
        } catch let failure as HTTPClientFailure where failure.isDeadline {
            throw RemoteFailure(.timeout, "\(place): no whole answer within \(request.timeout)")
        } catch {
            try Task.checkCancellation()
            // The client names the whole URL where it cannot make anything of it.
            let reason = "\(HTTPClientFailure(error))".replacing(request.url, with: place)
            throw RemoteFailure(.unreachable, "\(place): \(reason)")
        }
    }

    private func exchange(_ request: RemoteRequest) async throws -> RemoteAnswer {
        var message = HTTPClientRequest(url: request.url)
        message.headers = ["User-Agent": "Signalbox"]
        switch request.body {
        case .none: message.headers.add(name: "Accept", value: "application/json")
        case .form(let pairs):
            message.method = .POST
            message.headers.add(name: "Accept", value: "application/json")
            message.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            message.body = .bytes(ByteBuffer(string: RemoteRequest.query(pairs)))
        case .remoteWrite(let block):
            message.method = .POST
            message.headers.add(name: "Content-Type", value: "application/x-protobuf")
            message.headers.add(name: "Content-Encoding", value: "snappy")
            message.headers.add(name: "X-Prometheus-Remote-Write-Version", value: "0.1.0")
            message.body = .bytes(ByteBuffer(bytes: block))
        }
        // A little longer, so that a whole answer that is late is told apart from a server that cannot be reached.
        let timeout = request.timeout + .seconds(1)
        return try await clients.send(message, settings, timeout: timeout) { response in
            RemoteAnswer(
                status: Int(response.status.code), retryAfter: response.headers.first(name: "Retry-After"),
                body: try await Self.read(response.body, request))
        }
    }

    private static func read(_ body: HTTPClientResponse.Body, _ request: RemoteRequest) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await part in body {
            if bytes.count + part.readableBytes > request.answerBytesMax {
                if request.cutsAnswer {
                    bytes.append(contentsOf: part.readableBytesView.prefix(request.answerBytesMax - bytes.count))
                    return bytes
                }
                throw RemoteFailure(
                    .tooLarge,
                    "\(RemoteStoreSettings.place(request.url)): the answer is larger than "
                        + "\(request.answerBytesMax) bytes")
            }
            bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes
    }
}

extension RemoteRequest {
    /// Names and values as a form or a URL holds them.
    static func query(_ pairs: [Pair]) -> String {
        pairs.map { FormText.escaped($0.name) + "=" + FormText.escaped($0.value) }.joined(separator: "&")
    }
}
