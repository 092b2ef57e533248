/// Values that stand one after another in JSON, decoded as their types ask for them: no tree of the text is built, and
/// what a type does not ask for is passed by. Reads what `JSONStream` writes in about the order in which it stands;
/// members in another order cost a second look.
///
/// Errors are `WireFormatError`s that name the byte, or what a type's own `init(from:)` throws.
package struct JSONReader {
    private let source: JSONSource

    package init(_ bytes: some Collection<UInt8>) { source = JSONSource(bytes) }

    /// Nothing but blanks is left.
    package var isAtEnd: Bool {
        source.skipBlanks()
        return source.cursor >= source.count
    }

    package func next<Value: Decodable>(_ type: Value.Type) throws -> Value { try source.value(type) }
}

extension JSONStream {
    /// One value that is the whole of `bytes`.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: some Collection<UInt8>
    ) throws -> Value {
        let source = JSONSource(bytes)
        let value = try source.value(type)
        source.skipBlanks()
        guard source.cursor >= source.count else { throw source.expected("nothing behind the document") }
        return value
    }
}
