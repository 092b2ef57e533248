internal import Basics

/// The different words of the templates of a column, those of short and of long ones apart: what says which templates
/// need not be looked at.
struct WordLists: Sendable {
    var short: PackedStrings
    var long: PackedStrings
}

enum WordList {
    static func append(_ words: Set<[UInt8]>, _ compressor: Compressor, to output: inout [UInt8]) {
        var strings = PackedStrings()
        for word in words.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            word.withUnsafeBytes { strings.append($0) }
        }
        Varint.append(UInt64(strings.count), to: &output)
        StringCodec.appendPlain(strings, compressor, to: &output)
    }

    static func read(_ reader: inout ByteReader) throws(Damage) -> PackedStrings {
        let count = try reader.count(max: StringCodec.bytesMax)
        return try StringCodec.readPlain(count, &reader)
    }

    static func collect(_ template: UnsafeRawBufferPointer, into words: inout Set<[UInt8]>) {
        var scanner = TemplateWords(template)
        while scanner.next({ words.insert(Array($0)) }) {}
    }
}
