import Identity
import Testing

@Suite struct OpenAccessTests {
    @Test(
        "loopback listeners may go without sign-in",
        arguments: ["127.0.0.1:7070", "127.8.9.1:1", "localhost:7070", "[::1]:7070", "[::ffff:127.0.0.1]:80"])
    func loopback(listener: String) {
        #expect(OpenAccess.refusal(listeners: [listener]) == nil)
    }

    @Test(
        "anything that others can reach, or that is not clear, refuses to start",
        arguments: [
            "0.0.0.0:7070", ":7070", "[::]:7070", "10.0.0.1:7070", "example.org:80", "localhost.example.org:80",
            "127.0.0.1.example.org:80", "127.1:80", "0127.0.0.1:80", "0x7f.0.0.1:80", "::1:7070", "127.0.0.1",
            "[::ffff:10.0.0.1]:80", "127.0.0.1:99999", "",
        ])
    func reachable(listener: String) {
        #expect(OpenAccess.refusal(listeners: ["127.0.0.1:1", listener])?.contains(listener) == true)
    }

    @Test("no listener at all is not loopback")
    func none() {
        #expect(OpenAccess.refusal(listeners: []) != nil)
    }
}
