import Basics
import Ingest
import Testing

@Suite struct ProxyServerTests {
    @Test("a proxy's URL gives its kind, place and credentials")
    func good() throws {
        let plain = try ProxyServer("proxy.test")
        #expect((plain.kind, plain.host, plain.port) == (.http, "proxy.test", 80))
        let full = try ProxyServer("http://me:p%40ss@proxy.test:3128")
        #expect((full.port, full.credentials) == (3128, Secret("me:p@ss")))
        let socks = try ProxyServer("socks5://[::1]")
        #expect((socks.kind, socks.host, socks.port) == (.socks5, "::1", 1080))
    }

    @Test(
        "what no proxy can be reached by is refused, without its credentials in the reason",
        arguments: [
            "https://me:word@proxy.test", "ftp://me:word@proxy.test", "socks5://me:word@proxy.test", "http://",
        ])
    func bad(url: String) {
        do {
            _ = try ProxyServer(url)
            Issue.record("taken")
        } catch { #expect(!error.description.isEmpty && !error.description.contains("word")) }
    }
}
