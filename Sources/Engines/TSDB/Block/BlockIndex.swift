import Basics
import SignalModel

/// A block's index as it lies on disk. In memory: where each symbol begins, and for each label name where its
/// values' entries are, every 32nd of them.
///
/// Damage found while opening or reading is thrown as a `SampleStoreError` that names file and byte.
final class BlockIndex: Sendable {
    struct Values: Sendable {
        /// Where the first entry of the name begins in the file, and where the last one ends.
        var start: Int
        var end: Int
        var count: Int
        /// Offsets of every `sampling`th entry.
        var sampled: [Int]

        static let sampling = 32
    }

    let path: String
    private let content: FileContent
    var bytes: UnsafeRawBufferPointer { content.bytes }
    /// Where each symbol's length begins.
    private let symbolOffsets: [UInt32]
    let names: [String: Values]
    /// All series.
    private let allPostings: Int

    init(_ path: String, _ content: FileContent) throws {
        self.path = path
        self.content = content
        let damage = Damage(path: path)
        let contents = try Self.contents(content.bytes, damage)
        symbolOffsets = try Self.symbols(content.bytes, contents.symbols, damage)
        (names, allPostings) = try Self.names(content.bytes, contents.postingsTable, damage)
    }

    /// Makes the errors of one file.
    struct Damage: Sendable {
        var path: String
        func at(_ offset: Int, _ reason: String) -> SampleStoreError {
            SampleStoreError(.corrupt, "\(path) at byte \(offset): \(reason)")
        }
    }
    var damage: Damage { Damage(path: path) }

    // MARK: Opening

    private static func contents(
        _ bytes: UnsafeRawBufferPointer, _ damage: Damage
    ) throws -> (symbols: Int, postingsTable: Int) {
        guard bytes.count >= 5 + BlockFormat.contentsBytes, bytes.bigEndian32(0) == BlockFormat.indexMagic else {
            throw damage.at(0, "not an index of a block")
        }
        guard bytes[4] == BlockFormat.indexVersion else {
            throw damage.at(4, "index version \(bytes[4]), known is \(BlockFormat.indexVersion)")
        }
        let start = bytes.count - BlockFormat.contentsBytes
        guard let table = bytes.slice(start, 48), CRC32C.matches(bytes.bigEndian32(start + 48), table) else {
            throw damage.at(start, "the table of contents has a wrong checksum")
        }
        func offset(_ place: Int) throws -> Int {
            guard let value = table.bigEndian64(8 * place), let offset = Int(exactly: value), offset < start else {
                throw damage.at(start + 8 * place, "an offset past the end")
            }
            return offset
        }
        return (try offset(0), try offset(5))
    }

    /// The checked content of a section: length, content, checksum. Its place in the file comes with it.
    private static func section(
        _ bytes: UnsafeRawBufferPointer, _ offset: Int, _ damage: Damage
    ) throws -> (content: UnsafeRawBufferPointer, start: Int) {
        guard let length = bytes.bigEndian32(offset), let content = bytes.slice(offset + 4, Int(length)),
            let checksum = bytes.bigEndian32(offset + 4 + Int(length))
        else { throw damage.at(offset, "a section past the end") }
        guard CRC32C.matches(checksum, content) else { throw damage.at(offset, "a wrong checksum") }
        return (content, offset + 4)
    }

    private static func symbols(
        _ bytes: UnsafeRawBufferPointer, _ offset: Int, _ damage: Damage
    ) throws -> [UInt32] {
        let (content, start) = try section(bytes, offset, damage)
        guard let count = content.bigEndian32(0), Int(count) <= content.count else {
            throw damage.at(start, "more symbols than bytes")
        }
        var offsets: [UInt32] = []
        offsets.reserveCapacity(Int(count))
        var cursor = 4
        for _ in 0..<count {
            guard let place = UInt32(exactly: start + cursor) else { throw damage.at(start, "symbols past 4 GiB") }
            offsets.append(place)
            guard let length = Varint.read(content, at: &cursor), length <= UInt64(content.count - cursor) else {
                throw damage.at(start + cursor, "a symbol past its table")
            }
            cursor += Int(length)
        }
        return offsets
    }

    private static func names(
        _ bytes: UnsafeRawBufferPointer, _ offset: Int, _ damage: Damage
    ) throws -> (names: [String: Values], all: Int) {
        let (content, start) = try section(bytes, offset, damage)
        guard let count = content.bigEndian32(0) else { throw damage.at(start, "an empty postings table") }
        var names: [String: Values] = [:]
        var all: Int?
        var cursor = start + 4
        let end = start + content.count
        var name = UnsafeRawBufferPointer(start: nil, count: 0)
        var values: Values?
        func keep() {
            if let values { names[String(decoding: name, as: UTF8.self)] = values }
        }
        for _ in 0..<count {
            let entryStart = cursor
            guard let entry = PostingsEntry(bytes, at: &cursor), cursor <= end else {
                throw damage.at(entryStart, "a postings entry past its table")
            }
            if entry.name.isEmpty, entry.value.isEmpty {
                all = entry.postings
                continue
            }
            if values == nil || !equalBytes(name, entry.name) {
                keep()
                name = entry.name
                values = Values(start: entryStart, end: entryStart, count: 0, sampled: [])
            }
            if let number = values?.count, number % Values.sampling == 0 { values?.sampled.append(entryStart) }
            values?.count += 1
            values?.end = cursor
        }
        keep()
        guard let all else { throw damage.at(start, "the list of all series is missing") }
        return (names, all)
    }

    // MARK: Reading

    /// The symbol's length and text as they lie, which is how `Labels.packed` has them.
    func packedSymbol(_ number: UInt64) -> UnsafeRawBufferPointer? {
        guard number < UInt64(symbolOffsets.count) else { return nil }
        let start = Int(symbolOffsets[Int(number)])
        var cursor = start
        guard let length = Varint.read(bytes, at: &cursor) else { return nil }
        return bytes.slice(start, cursor - start + Int(length))
    }

    var symbolCount: Int { symbolOffsets.count }

    func symbol(_ number: Int) -> UnsafeRawBufferPointer {
        var cursor = Int(symbolOffsets[number])
        // The table was walked when it was opened.
        guard let length = Varint.read(bytes, at: &cursor) else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return UnsafeRawBufferPointer(rebasing: bytes[cursor..<cursor + Int(length)])
    }

    /// References of all series, in the order of their labels.
    func allSeries() throws -> [UInt32] {
        var references: [UInt32] = []
        try appendPostings(at: allPostings, to: &references)
        return references
    }

    func appendPostings(at offset: Int, to references: inout [UInt32]) throws {
        let (content, start) = try Self.section(bytes, offset, damage)
        guard let count = content.bigEndian32(0), Int(count) * 4 + 4 <= content.count else {
            throw damage.at(start, "more postings than bytes")
        }
        references.reserveCapacity(references.count + Int(count))
        for place in 1...max(1, Int(count)) where place <= Int(count) {
            references.append(
                UInt32(bigEndian: content.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self)))
        }
    }
}

/// One entry of the postings offset table.
struct PostingsEntry {
    var name: UnsafeRawBufferPointer
    var value: UnsafeRawBufferPointer
    /// Where the list lies in the file.
    var postings: Int

    /// Nil when the bytes are not an entry; otherwise `cursor` is behind it.
    @inline(__always)
    init?(_ bytes: UnsafeRawBufferPointer, at cursor: inout Int) {
        guard Varint.read(bytes, at: &cursor) == 2,
            let nameLength = Varint.read(bytes, at: &cursor).flatMap({ Int(exactly: $0) }),
            let name = bytes.slice(cursor, nameLength)
        else { return nil }
        cursor += nameLength
        guard let valueLength = Varint.read(bytes, at: &cursor).flatMap({ Int(exactly: $0) }),
            let value = bytes.slice(cursor, valueLength)
        else { return nil }
        cursor += valueLength
        guard let postings = Varint.read(bytes, at: &cursor).flatMap({ Int(exactly: $0) }) else { return nil }
        self.name = name
        self.value = value
        self.postings = postings
    }
}
