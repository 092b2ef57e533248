import Ingest
import Testing

@Suite struct ResolverConfigurationTests {
    @Test("servers, domains and options are read as resolv.conf(5) has them")
    func reading() {
        let configuration = ResolverConfiguration(
            """
            # comment
            domain first.test
            nameserver 10.0.0.1
            nameserver\tfd00::1
            nameserver 10.0.0.3
            nameserver 10.0.0.4
            search ns.svc.test svc.test
            options ndots:5 timeout:2 rotate edns0
            """)
        #expect(configuration.servers.map(\.host) == ["10.0.0.1", "fd00::1", "10.0.0.3"])
        #expect(configuration.search == ["ns.svc.test", "svc.test"])
        #expect(configuration.dotsBeforeSearch == 5)
        #expect(configuration.timeout == .seconds(2))
        #expect(ResolverConfiguration("").servers == [.init(host: "127.0.0.1")])
    }

    @Test(
        "names are searched for by their dots",
        arguments: [
            ("a.b.c.", ["a.b.c."]), ("a.b", ["a.b.x.test.", "a.b.y.", "a.b."]),
            ("a.b.c", ["a.b.c.", "a.b.c.x.test.", "a.b.c.y."]),
        ])
    func candidates(_ name: String, _ expected: [String]) {
        let configuration = ResolverConfiguration("nameserver ::1\nsearch x.test y.\noptions ndots:2")
        #expect(configuration.candidates(for: name) == expected)
    }
}
