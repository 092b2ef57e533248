/// Walks through a message of DNS.
struct DNSReader {
    /// Longer names are refused, however they are put together.
    private static let nameBytesMax = 255

    private let message: [UInt8]
    private var position = 0

    init(_ message: [UInt8]) { self.message = message }

    mutating func bytes(_ count: Int) throws(WireFormatError) -> ArraySlice<UInt8> {
        guard count <= message.count - position else {
            throw WireFormatError(.malformed, .byte(position), "the message ends early")
        }
        defer { position += count }
        return message[position..<position + count]
    }

    mutating func integer() throws(WireFormatError) -> UInt16 {
        let pair = try bytes(2)
        return UInt16(pair[pair.startIndex]) << 8 | UInt16(pair[pair.startIndex + 1])
    }

    mutating func record() throws(WireFormatError) -> DNSRecord {
        _ = try name()
        let kind = try integer()
        let recordClass = try integer()
        _ = try bytes(4)
        let count = Int(try integer())
        let end = position + count
        guard end <= message.count else {
            throw WireFormatError(.malformed, .byte(position), "the message ends early")
        }
        guard recordClass == DNSQuery.internetClass else {
            position = end
            return DNSRecord(.other)
        }
        let content: DNSRecord.Content
        switch (DNSRecord.Kind(rawValue: kind), count) {
        case (.a, 4), (.aaaa, 16): content = .address(Array(try bytes(count)))
        case (.ns, _): content = .nameServer(try name())
        case (.mx, _):
            _ = try integer()
            content = .mailExchange(try name())
        case (.srv, _):
            _ = try bytes(4)
            let port = try integer()
            content = .service(target: try name(), port: port)
        case (.a, _), (.aaaa, _):
            throw WireFormatError(.malformed, .byte(position), "an address of \(count) bytes")
        case (nil, _):
            _ = try bytes(count)
            content = .other
        }
        guard position == end else {
            throw WireFormatError(.malformed, .byte(position), "a record that is not as long as it says")
        }
        return DNSRecord(content)
    }

    /// With a dot at its end. Dots inside a label and what does not print are escaped, as in zone files.
    private mutating func name() throws(WireFormatError) -> String {
        var result = ""
        var nameBytes = 1
        var place = position
        // The name ends, in the record, after its first pointer.
        var end: Int?
        while true {
            guard place < message.count else {
                throw WireFormatError(.malformed, .byte(place), "the message ends early")
            }
            let length = Int(message[place])
            if length == 0 {
                position = end ?? place + 1
                return result.isEmpty ? "." : result
            }
            if length & 0xc0 == 0xc0 {
                guard place + 1 < message.count else {
                    throw WireFormatError(.malformed, .byte(place), "the message ends early")
                }
                let target = (length & 0x3f) << 8 | Int(message[place + 1])
                // Pointers only lead back, so that no two lead to each other.
                guard target < place else {
                    throw WireFormatError(.malformed, .byte(place), "a pointer that does not lead back")
                }
                end = end ?? place + 2
                place = target
                continue
            }
            nameBytes += length + 1
            guard length & 0xc0 == 0, place + length < message.count, nameBytes <= Self.nameBytesMax else {
                throw WireFormatError(.malformed, .byte(place), "no name of DNS")
            }
            for byte in message[place + 1...place + length] { Self.append(byte, to: &result) }
            result += "."
            place += length + 1
        }
    }

    private static func append(_ byte: UInt8, to name: inout String) {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "\\"):
            name += "\\"
            name.unicodeScalars.append(Unicode.Scalar(byte))
        case 0x21...0x7e: name.unicodeScalars.append(Unicode.Scalar(byte))
        default:
            let digits = String(byte)
            name += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }
    }
}
