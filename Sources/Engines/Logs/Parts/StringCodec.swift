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
        case templates(TemplateStrings, TemplateValues)

        subscript(index: Int) -> String {
            switch self {
            case .plain(let strings): strings[index]
            case .templates(let strings, let values): values[index, of: strings]
            }
        }

        var unpacked: PackedStrings {
            guard case .templates(let templates, let values) = self else {
                guard case .plain(let strings) = self else { return PackedStrings() }
                return strings
            }
            var strings = PackedStrings()
            strings.offsets.reserveCapacity(templates.count + 1)
            for index in 0..<templates.count {
                values.append(index, of: templates, to: &strings.bytes)
                strings.end()
            }
            return strings
        }
    }

    static func read(_ count: Int, _ reader: inout ByteReader) throws(Damage) -> Decoded {
        switch try reader.byte() {
        case Mode.plain: return .plain(try readPlain(count, &reader))
        case Mode.templates:
            let strings = try TemplateStrings(count: count, &reader, long: true)
            return .templates(strings, try TemplateValues(strings, &reader))
        default: throw Damage("strings of an unknown mode")
        }
    }

    static func readTemplates(
        _ count: Int, _ reader: inout ByteReader, long: Bool
    ) throws(Damage) -> TemplateStrings {
        guard try reader.byte() == Mode.templates else { throw Damage("strings without templates") }
        return try TemplateStrings(count: count, &reader, long: long)
    }
}
