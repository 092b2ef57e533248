import Basics

/// Reads the parts of a syslog message from its front. A part that is not there leaves the cursor where it is.
struct SyslogParts {
    private let bytes: UnsafeRawBufferPointer
    private var cursor = 0
    /// Parameters beyond it are left out.
    private static let parametersMax = 1000
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// `<34>`, at most 191.
    mutating func priority() -> Int? {
        guard bytes.first == UInt8(ascii: "<"), let end = bytes.prefix(5).firstIndex(of: UInt8(ascii: ">")), end > 1
        else { return nil }
        guard let value = Int(text(1..<end)), (0...191).contains(value) else { return nil }
        cursor = end + 1
        return value
    }

    mutating func isVersionOne() -> Bool {
        guard cursor > 0, bytes.count > cursor + 1, bytes[cursor] == UInt8(ascii: "1"), bytes[cursor + 1] == 0x20
        else {
            return false
        }
        cursor += 2
        return true
    }

    /// Up to a blank; nil, and past it, for `-`.
    mutating func word() -> String? {
        let end = bytes[cursor...].firstIndex(of: 0x20) ?? bytes.count
        let word = text(cursor..<end)
        cursor = min(end + 1, bytes.count)
        return word == "-" || word.isEmpty ? nil : word
    }

    /// `[id name="value" …][…]` or `-`.
    mutating func structuredData() -> [(element: String, name: String, value: String)] {
        var found: [(element: String, name: String, value: String)] = []
        if byte == UInt8(ascii: "-") {
            cursor += 1
            skipBlank()
            return found
        }
        while byte == UInt8(ascii: "[") {
            cursor += 1
            let element = name()
            while cursor < bytes.count, byte != UInt8(ascii: "]") {
                skipBlank()
                let start = cursor
                let name = name()
                guard byte == UInt8(ascii: "="), bytes.count > cursor + 1, bytes[cursor + 1] == UInt8(ascii: "\"")
                else {
                    if cursor == start { cursor += 1 }
                    continue
                }
                cursor += 2
                let value = quotedValue()
                if found.count < Self.parametersMax { found.append((element, name, value)) }
            }
            cursor = min(cursor + 1, bytes.count)
        }
        skipBlank()
        return found
    }

    /// What is left, without the mark of UTF-8 in front of it.
    mutating func rest() -> UnsafeRawBufferPointer {
        if bytes[cursor...].starts(with: [0xef, 0xbb, 0xbf]) { cursor += 3 }
        return UnsafeRawBufferPointer(rebasing: bytes[cursor...])
    }

    // MARK: RFC 3164

    /// `Oct 11 22:14:15`, or a time of RFC 3339, which many write instead.
    mutating func oldTime(receivedAt: Int64) -> Int64? {
        let line = bytes[cursor...]
        if line.count >= 20, let end = line.firstIndex(of: 0x20), end - cursor >= 20,
            let time = RecordTime.nanoseconds(text(cursor..<end))
        {
            cursor = end + 1
            return time
        }
        guard line.count >= 16, let month = Self.months.firstIndex(of: text(cursor..<cursor + 3)),
            let day = Int64(text(cursor + 4..<cursor + 6).filter { $0 != " " }), (1...31).contains(day),
            bytes[cursor + 15] == 0x20
        else { return nil }
        let clock = text(cursor + 7..<cursor + 15).split(separator: ":").compactMap { Int64($0) }
        guard clock.count == 3 else { return nil }
        cursor += 16
        let (hour, minute, second) = (clock[0], clock[1], clock[2])
        let today = floorDivide(receivedAt, 86_400_000_000_000)
        let year = CivilDate(daysSinceEpoch: today).year
        func time(_ year: Int64) -> Int64 {
            let days = CivilDate(year: year, month: Int64(month + 1), day: day).daysSinceEpoch
            return (days * 86_400 + hour * 3600 + minute * 60 + second) * 1_000_000_000
        }
        // A time of December that comes in January is last year's.
        let thisYear = time(year)
        return thisYear > receivedAt + 7 * 86_400_000_000_000 ? time(year - 1) : thisYear
    }

    /// A word that is no tag.
    mutating func oldHost() -> String? {
        guard let end = bytes[cursor...].firstIndex(of: 0x20) else { return nil }
        let word = text(cursor..<end)
        guard !word.isEmpty, !word.hasSuffix(":"), !word.contains("[") else { return nil }
        cursor = end + 1
        return word
    }

    /// `app:` or `app[12]:`.
    mutating func oldTag() -> (name: String, process: String?)? {
        let line = bytes[cursor...].prefix(128)
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
            !line[..<colon].contains(where: { $0 == 0x20 })
        else { return nil }
        let tag = text(cursor..<colon)
        guard !tag.isEmpty else { return nil }
        cursor = colon + 1
        skipBlank()
        guard tag.hasSuffix("]"), let open = tag.lastIndex(of: "[") else { return (tag, nil) }
        return (String(tag[..<open]), String(tag[tag.index(after: open)...].dropLast()))
    }

    // MARK: Bytes

    private var byte: UInt8 { cursor < bytes.count ? bytes[cursor] : 0 }

    private mutating func skipBlank() { if byte == 0x20 { cursor += 1 } }

    private mutating func name() -> String {
        let start = cursor
        while cursor < bytes.count, ![0x20, UInt8(ascii: "="), UInt8(ascii: "]")].contains(bytes[cursor]) {
            cursor += 1
        }
        return text(start..<cursor)
    }

    /// Past the quotation mark at its end.
    private mutating func quotedValue() -> String {
        var value: [UInt8] = []
        while cursor < bytes.count, byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\"), cursor + 1 < bytes.count, "\"\\]".utf8.contains(bytes[cursor + 1]) {
                cursor += 1
            }
            value.append(byte)
            cursor += 1
        }
        cursor = min(cursor + 1, bytes.count)
        return String(decoding: value, as: UTF8.self)
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
