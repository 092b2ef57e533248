internal import Basics
internal import SignalModel

/// Strings in a row: as templates and what fills them, where templates repeat, else as lengths and bytes.
enum StringCodec {
    /// Of the strings of one column of one block.
    static let bytesMax = 1 << 30

    private enum Mode {
        static let plain: UInt8 = 0
        static let templates: UInt8 = 1
    }

    /// Words of the templates, if it came to these.
    @discardableResult
    static func append(
        _ strings: PackedStrings, _ compressor: Compressor, to output: inout [UInt8]
    ) -> [Set<[UInt8]>]? {
        if strings.count >= 8, let encoded = TemplateStrings.encoded(strings, compressor) {
            output.append(Mode.templates)
            output.append(contentsOf: encoded.bytes)
            return encoded.words
        } else {
            output.append(Mode.plain)
            appendPlain(strings, compressor, to: &output)
            return nil
        }
    }

    static func appendPlain(_ strings: PackedStrings, _ compressor: Compressor, to output: inout [UInt8]) {
        let lengths = (0..<strings.count).map { Int64(strings.range($0).count) }
        IntegerCodec.append(lengths, compressor, to: &output)
        compressor.append(strings.bytes, level: 3, to: &output)
    }

    static func readPlain(_ count: Int, _ reader: inout ByteReader) throws(Damage) -> PackedStrings {
        let lengths = try IntegerCodec.read(count, &reader)
        let bytes = try reader.compressed(max: bytesMax)
        var offsets = [UInt32](repeating: 0, count: count + 1)
        var end = 0
        for index in 0..<count {
            guard lengths[index] >= 0, lengths[index] <= Int64(bytes.count - end) else {
                throw Damage("a string is cut off")
            }
            end += Int(lengths[index])
            offsets[index + 1] = UInt32(end)
        }
        guard end == bytes.count else { throw Damage("bytes of no string") }
        return PackedStrings(bytes: bytes, offsets: offsets)
    }

    enum Decoded: Sendable {
        case plain(PackedStrings)
        case templates(TemplateStrings)

        subscript(index: Int) -> String {
            switch self {
            case .plain(let strings): return strings[index]
            case .templates(let strings):
                var bytes: [UInt8] = []
                strings.append(index, to: &bytes)
                return String(decoding: bytes, as: UTF8.self)
            }
        }

        var unpacked: PackedStrings {
            switch self {
            case .plain(let strings): strings
            case .templates(let strings): strings.unpacked()
            }
        }
    }

    static func read(_ count: Int, _ reader: inout ByteReader) throws(Damage) -> Decoded {
        switch try reader.byte() {
        case Mode.plain: return .plain(try readPlain(count, &reader))
        case Mode.templates: return .templates(try TemplateStrings(count: count, &reader, .everything))
        default: throw Damage("strings of an unknown mode")
        }
    }

    static func readTemplates(
        _ count: Int, _ reader: inout ByteReader, _ scope: TemplateStrings.Scope
    ) throws(Damage) -> TemplateStrings {
        guard try reader.byte() == Mode.templates else { throw Damage("strings without templates") }
        return try TemplateStrings(count: count, &reader, scope)
    }
}
