internal import Glibc

/// An address of IPv4 or IPv6.
package struct IPAddress: Hashable, Comparable, Sendable {
    /// As IPv6 has it: what carries an IPv4 address is one.
    package let number: UInt128

    private static let mapped: UInt128 = 0xffff << 32

    package init(number: UInt128) { self.number = number }

    package init?(_ text: String) {
        var text = text
        guard let address = text.withUTF8({ IPAddress(UnsafeRawBufferPointer($0)) }) else { return nil }
        self = address
    }

    package init?(_ text: UnsafeRawBufferPointer) {
        // The longest is `ffff:` eight times, with an IPv4 address at its end.
        guard (2...45).contains(text.count), !text.contains(0) else { return nil }
        var terminated: InlineArray<46, CChar> = .init(repeating: 0)
        for index in text.indices { terminated[index] = CChar(bitPattern: text[index]) }
        var bytes: InlineArray<16, UInt8> = .init(repeating: 0)
        let isIPv6 = text.contains(UInt8(ascii: ":"))
        let isRead = terminated.span.withUnsafeBufferPointer { text in
            var bytesSpan = bytes.mutableSpan
            return bytesSpan.withUnsafeMutableBufferPointer {
                inet_pton(isIPv6 ? AF_INET6 : AF_INET, text.baseAddress, $0.baseAddress) == 1
            }
        }
        guard isRead else { return nil }
        var number: UInt128 = 0
        for index in 0..<(isIPv6 ? 16 : 4) { number = number << 8 | UInt128(bytes[index]) }
        self.number = isIPv6 ? number : Self.mapped | number
    }

    package var isIPv4: Bool { number >> 32 == 0xffff }

    /// Four or sixteen.
    package var bytes: [UInt8] {
        let count = isIPv4 ? 4 : 16
        return (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt128((count - 1 - $0) * 8)) }
    }

    /// The first address of its network.
    package func masked(_ prefixBits: Int) -> String { IPNetwork(self, prefixBits: prefixBits).first.text }

    package var text: String {
        var text = [CChar](repeating: 0, count: 64)
        _ = inet_ntop(isIPv4 ? AF_INET : AF_INET6, bytes, &text, UInt32(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    package func isIn(_ network: IPNetwork) -> Bool {
        isIPv4 == network.isIPv4 && network.first <= self && self <= network.last
    }

    package static func < (left: IPAddress, right: IPAddress) -> Bool { left.number < right.number }
}

/// `10.0.0.0/8`, or one address.
package struct IPNetwork: Hashable, Sendable {
    package let first: IPAddress
    package let last: IPAddress
    package let isIPv4: Bool

    package init(_ address: IPAddress, prefixBits: Int) {
        isIPv4 = address.isIPv4
        let width = isIPv4 ? 32 : 128
        let free = UInt128.max >> UInt128(128 - width + min(max(prefixBits, 0), width))
        first = IPAddress(number: address.number & ~free)
        last = IPAddress(number: address.number | free)
    }

    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = IPAddress(String(parts[0])) else { return nil }
        let width = address.isIPv4 ? 32 : 128
        var prefixBits = width
        if parts.count == 2 {
            guard let bits = Int(parts[1]), bits >= 0, bits <= width else { return nil }
            prefixBits = bits
        }
        self.init(address, prefixBits: prefixBits)
    }
}
