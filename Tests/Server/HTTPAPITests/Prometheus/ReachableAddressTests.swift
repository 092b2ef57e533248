import Testing

@testable import HTTPAPI

@Suite struct ReachableAddressTests {
    @Test(
        "a target on this machine has the name by which others reach it",
        arguments: [
            ("http://127.0.0.1:9100/metrics?x=1", "http://ops.test:9100/metrics?x=1"),
            ("http://localhost:9100/metrics", "http://ops.test:9100/metrics"),
            ("https://[::1]:9100/", "https://ops.test:9100/"),
            ("http://127.0.0.1:7070/metrics", "https://ops.test:443/metrics"),
            ("http://127.0.0.1/metrics", "http://127.0.0.1/metrics"),
            ("http://10.0.0.1:9100/metrics", "http://10.0.0.1:9100/metrics"),
            ("http://[fd00::1]:9100/", "http://[fd00::1]:9100/"), ("//127.0.0.1:1/", "//127.0.0.1:1/"),
        ])
    func global(_ url: String, _ expected: String) {
        let address = ReachableAddress(externalURL: "https://ops.test:443/signalbox/", listenPort: 7070)
        #expect(address.global(url) == expected)
    }
}
