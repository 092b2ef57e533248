import Testing

@testable import SignalboxServer

@Suite("Listen addresses")
struct ListenAddressTests {
    @Test(
        "an address is read and printed back",
        arguments: [
            ("127.0.0.1:7070", "127.0.0.1:7070", true), ("[::1]:80", "[::1]:80", true),
            (":9090", "0.0.0.0:9090", false),
            ("localhost:0", "localhost:0", true), ("127.1.2.3:1", "127.1.2.3:1", true),
            ("10.0.0.1:1", "10.0.0.1:1", false),
            ("127.0.0.1.example.org:1", "127.0.0.1.example.org:1", false), ("[::]:1", "[::]:1", false),
        ])
    func reading(_ text: String, _ printed: String, _ isLoopback: Bool) throws {
        let address = try #require(ListenAddress(text))
        #expect(address.description == printed)
        #expect(address.isLoopback == isLoopback)
    }

    @Test(
        "what is no address is refused",
        arguments: ["", "localhost", "::1:80", "a b:1", "x:65536", "x:-1", "x:", "[x]:1"])
    func refusing(_ text: String) {
        #expect(ListenAddress(text) == nil)
    }
}
