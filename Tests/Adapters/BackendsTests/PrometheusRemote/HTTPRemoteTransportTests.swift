import Basics
import Ingest
import TestKit
import Testing

@testable import Backends

@Suite("Asking over HTTP")
struct HTTPRemoteTransportTests {
    @Test(
        "a failure names the place and no key in it",
        arguments: ["http://[x/write?key=secret", "http://127.0.0.1:1/write?key=secret"])
    func places(url: String) async throws {
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
        let clients = HTTPClients(disk: disk, environment: { _ in nil }, clock: SystemClock())
        let transport = HTTPRemoteTransport(clients: clients, settings: HTTPClientSettings(), clock: SystemClock())
        let request = RemoteRequest(
            url: url, body: .remoteWrite([]), timeout: .seconds(10), answerBytesMax: 10, cutsAnswer: true)
        let failure = await #expect(throws: RemoteFailure.self) { try await transport.send(request) }
        #expect(failure?.code == .unreachable)
        #expect(failure?.description.contains("/write") == true)
        #expect(failure?.description.contains("secret") == false)
        await clients.shutDown()
    }
}
