/// Writes one document as JSON, member by member. Names may have dots; of two members with one name the later counts.
package struct DocumentText: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// Empties it for another document, keeping its memory.
    package mutating func begin() {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(UInt8(ascii: "{"))
    }

    package mutating func end() { bytes.append(UInt8(ascii: "}")) }

    package mutating func add(_ name: String, _ text: String) {
        var text = text
        text.withUTF8 { add(name, utf8: UnsafeRawBufferPointer($0)) }
    }

    package mutating func add(_ name: String, utf8 text: UnsafeRawBufferPointer) {
        key(name)
        AttributeText.appendQuoted(text, 0..<text.count, to: &bytes)
    }

    package mutating func add(_ name: String, integer: Int64) {
        key(name)
        bytes.append(contentsOf: String(integer).utf8)
    }

    /// What `write` appends must be one value.
    mutating func add(
        _ name: String, _ write: (inout [UInt8]) throws(WireFormatError) -> Void
    ) throws(WireFormatError) {
        key(name)
        try write(&bytes)
    }

    private mutating func key(_ name: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        var name = name
        name.withUTF8 { AttributeText.appendQuoted(UnsafeRawBufferPointer($0), 0..<$0.count, to: &bytes) }
        bytes.append(UInt8(ascii: ":"))
    }
}
