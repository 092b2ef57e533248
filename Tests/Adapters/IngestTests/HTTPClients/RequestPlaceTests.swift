import Testing

@testable import Ingest

@Suite struct RequestPlaceTests {
    @Test(
        "credentials stay with their server, and never go from https to http",
        arguments: [
            ("http://a/x", "http://a/y", true), ("http://a/", "http://A:80/", true),
            ("http://a/", "https://a/", true),
            ("https://a/", "http://a/", false), ("http://a/", "http://b/", false),
            ("http://a/", "http://a:81/", false),
            ("http://a/", "http://x.a/", false), ("https://a:8443/", "https://a/", false),
        ])
    func credentials(from: String, to: String, expected: Bool) throws {
        #expect(try RequestPlace(from).mayShareCredentials(with: RequestPlace(to)) == expected)
    }

    @Test("what is no place on the web is refused", arguments: ["file:///etc/passwd", "ftp://a/", "/x", "http://"])
    func bad(url: String) {
        #expect(throws: HTTPClientFailure.self) { try RequestPlace(url) }
    }

    @Test("another name in a URL leaves the rest of it")
    func otherHost() throws {
        let place = try RequestPlace("https://10.0.0.1:9443/m?a=b%20c")
        #expect(place.text(host: "shop.internal") == "https://shop.internal:9443/m?a=b%20c")
        #expect(place.authority == "10.0.0.1:9443")
    }
}
