internal import Basics

/// Which parts there are, which of their rows are deleted, and up to which document of the queue everything is in
/// them. Written anew as a whole for every change.
struct Manifest: Sendable {
    struct Part: Sendable {
        var name: String
        var number: UInt64
        var day: Int64
        var dead: [Int: RowBitmap]
    }

    var ordinal: UInt64 = 0
    var nextNumber: UInt64 = 1
    var parts: [Part] = []

    static let fileName = "manifest"
    private static let magic: [UInt8] = Array("SBLM".utf8) + [1]
    /// Of some million parts; more cannot be.
    static let bytesMax = 1 << 30

    var bytes: [UInt8] {
        var bytes = Self.magic
        bytes.append(fixed64: ordinal)
        bytes.append(fixed64: nextNumber)
        Varint.append(UInt64(parts.count), to: &bytes)
        for part in parts {
            bytes.append(text: part.name)
            bytes.append(fixed64: part.number)
            Varint.append(Varint.zigZag(part.day), to: &bytes)
            Varint.append(UInt64(part.dead.count), to: &bytes)
            for (block, rows) in part.dead.sorted(by: { $0.key < $1.key }) {
                Varint.append(UInt64(block), to: &bytes)
                Varint.append(UInt64(rows.rowCount), to: &bytes)
                let numbers = rows.rows
                Varint.append(UInt64(numbers.count), to: &bytes)
                var last = 0
                for number in numbers {
                    Varint.append(UInt64(number - last), to: &bytes)
                    last = number
                }
            }
        }
        bytes.append(fixed32: CRC32C.checksum(bytes))
        return bytes
    }

    init(ordinal: UInt64, nextNumber: UInt64, parts: [Part]) {
        self.ordinal = ordinal
        self.nextNumber = nextNumber
        self.parts = parts
    }

    init(_ bytes: [UInt8]) throws(Damage) {
        let read = bytes.withUnsafeBytes { bytes -> Result<Manifest, Damage> in
            do throws(Damage) { return .success(try Self.read(bytes)) } catch { return .failure(error) }
        }
        self = try read.get()
    }

    private static func read(_ bytes: UnsafeRawBufferPointer) throws(Damage) -> Manifest {
        guard bytes.count >= magic.count + 4, bytes.prefix(magic.count).elementsEqual(magic) else {
            throw Damage("no manifest of a version known here")
        }
        var end = ByteReader(UnsafeRawBufferPointer(rebasing: bytes.suffix(4)))
        guard CRC32C.matches(try end.fixed32(), UnsafeRawBufferPointer(rebasing: bytes.dropLast(4))) else {
            throw Damage("the checksum")
        }
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: bytes.dropLast(4)))
        _ = try reader.take(magic.count)
        var manifest = Manifest(ordinal: try reader.fixed64(), nextNumber: try reader.fixed64(), parts: [])
        for _ in 0..<(try reader.count(max: reader.left)) {
            var part = Part(
                name: try reader.string(), number: try reader.fixed64(), day: try reader.signed(), dead: [:])
            for _ in 0..<(try reader.count(max: reader.left)) {
                let block = try reader.count(max: 1 << 32)
                var rows = RowBitmap(rowCount: try reader.count(max: LogBlock.rowsMax))
                var row = 0
                for _ in 0..<(try reader.count(max: rows.rowCount)) {
                    row += try reader.count(max: LogBlock.rowsMax)
                    guard row < rows.rowCount else { throw Damage("a deleted row that is none") }
                    rows.insert(row)
                }
                part.dead[block] = rows
            }
            manifest.parts.append(part)
        }
        return manifest
    }
}
