internal import Glibc

/// An address as four or sixteen bytes.
struct IPAddress: Hashable {
    var bytes: [UInt8]

    init?(_ text: String) {
        var buffer = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &buffer) == 1 {
            bytes = Array(buffer.prefix(4))
        } else if inet_pton(AF_INET6, text, &buffer) == 1 {
            // What carries an IPv4 address is one.
            let isMapped = buffer.prefix(10).allSatisfy { $0 == 0 } && buffer[10] == 0xff && buffer[11] == 0xff
            bytes = isMapped ? Array(buffer.suffix(4)) : buffer
        } else {
            return nil
        }
    }

    var isIPv4: Bool { bytes.count == 4 }

    /// The first address of its network.
    func masked(_ prefixBits: Int) -> String {
        var masked = bytes
        for index in masked.indices {
            let bits = min(8, max(0, prefixBits - index * 8))
            masked[index] &= UInt8(truncatingIfNeeded: 0xff00 >> bits)
        }
        var text = [CChar](repeating: 0, count: 64)
        _ = inet_ntop(isIPv4 ? AF_INET : AF_INET6, masked, &text, UInt32(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    func isIn(_ network: IPNetwork) -> Bool {
        guard bytes.count == network.address.bytes.count else { return false }
        for (index, byte) in bytes.enumerated() {
            let bits = min(8, max(0, network.prefixBits - index * 8))
            let mask = UInt8(truncatingIfNeeded: 0xff00 >> bits)
            if byte & mask != network.address.bytes[index] & mask { return false }
        }
        return true
    }
}

/// `10.0.0.0/8`.
struct IPNetwork: Hashable {
    var address: IPAddress
    var prefixBits: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = IPAddress(String(parts[0])) else { return nil }
        self.address = address
        prefixBits = address.bytes.count * 8
        guard parts.count == 2 else { return }
        guard let bits = Int(parts[1]), bits >= 0, bits <= prefixBits else { return nil }
        prefixBits = bits
    }
}
