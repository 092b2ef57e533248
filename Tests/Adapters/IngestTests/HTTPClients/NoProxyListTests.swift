import Ingest
import Testing

@Suite struct NoProxyListTests {
    @Test(
        "exceptions of a proxy are those of Go",
        arguments: [
            ("", "shop.test", 80, false), ("", "localhost", 80, true), ("", "127.0.0.9", 80, true),
            ("", "::1", 80, true), ("*", "shop.test", 80, true), ("shop.test", "shop.test", 80, true),
            ("shop.test", "SHOP.test", 80, true), ("shop.test", "a.shop.test", 80, true),
            ("shop.test", "myshop.test", 80, false), (".shop.test", "shop.test", 80, false),
            (".shop.test", "a.shop.test", 80, true), ("*.shop.test", "a.shop.test", 80, true),
            ("*.shop.test", "shop.test", 80, false), ("shop.test:81", "shop.test", 80, false),
            ("shop.test:81", "shop.test", 81, true), ("10.0.0.1", "10.0.0.1", 80, true),
            ("10.0.0.1:81", "10.0.0.1", 80, false), ("10.0.0.0/9", "10.127.3.4", 80, true),
            ("10.0.0.0/9", "10.128.3.4", 80, false), ("10.0.0.0/9", "ten.test", 80, false),
            ("fd00::/8", "fd12::1", 80, true), ("fd00::/8", "10.0.0.1", 80, false),
            ("[fd12::1]:81", "fd12::1", 81, true),
            ("a.test, b.test", "b.test", 80, true), ("10.0.0.0/99,b.test", "b.test", 80, true),
        ])
    func exceptions(list: String, host: String, port: Int, expected: Bool) {
        #expect(NoProxyList(list).contains(host: host, port: port) == expected)
    }
}
