import Testing

@testable import Basics

@Suite("Addresses")
struct IPAddressTests {
    @Test(
        "are what the C library reads, one way of writing them",
        arguments: [
            ("10.0.0.1", "10.0.0.1"), ("255.255.255.255", "255.255.255.255"), ("::", "::"), ("::1", "::1"),
            ("2001:DB8:0:0::1", "2001:db8::1"), ("::ffff:10.0.0.1", "10.0.0.1"), ("0:0:0:0:0:ffff:a00:1", "10.0.0.1"),
        ])
    func written(text: String, expected: String) {
        #expect(IPAddress(text)?.text == expected)
    }

    @Test(
        "anything else is none",
        arguments: ["", "1", "10.0.0", "10.0.0.256", "10.0.0.1 ", "10.0.0.01x", "::g", ":::", "1.2.3.4\0", "a.b.c.d"])
    func refused(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(
        "lie in networks of their kind",
        arguments: [
            ("10.1.2.3", "10.0.0.0/8", true), ("11.0.0.0", "10.0.0.0/8", false),
            ("9.255.255.255", "10.0.0.0/8", false),
            ("10.0.0.5", "10.0.0.5", true), ("10.0.0.5", "10.0.0.4/31", true), ("1.2.3.4", "0.0.0.0/0", true),
            ("1.2.3.4", "::/0", false), ("2001:db8::9", "2001:db8::/64", true), ("::2", "::1/127", false),
        ])
    func networks(address: String, network: String, isIn: Bool) throws {
        #expect(try #require(IPAddress(address)).isIn(#require(IPNetwork(network))) == isIn)
    }

    @Test("networks that are none", arguments: ["10.0.0.0/33", "10.0.0.0/-1", "::/129", "10.0.0.0/8/8", "/8", "x/8"])
    func noNetworks(text: String) {
        #expect(IPNetwork(text) == nil)
    }

    @Test("masks keep the first bits")
    func masked() throws {
        #expect(try #require(IPAddress("10.1.2.3")).masked(9) == "10.0.0.0")
        #expect(try #require(IPAddress("2001:db8:ffff::1")).masked(36) == "2001:db8:f000::")
        #expect(try #require(IPAddress("10.1.2.3")).bytes == [10, 1, 2, 3])
    }
}
