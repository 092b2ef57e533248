/// What `Decodable` types read from: every value is taken straight from the source.
struct JSONStreamDecoder: Decoder {
    let source: JSONSource
    /// Where its value begins.
    let start: Int

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(JSONKeyedReader<Key>(source: source, frame: try source.open(at: start, "{")))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        JSONListReader(source: source, frame: try source.open(at: start, "["))
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { JSONValueReader(source: source, start: start) }
}

private struct JSONKeyedReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let source: JSONSource
    let frame: Int

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] {
        source.attempt(or: []) { try source.names(of: frame) }.compactMap(Key.init(stringValue:))
    }

    func contains(_ key: Key) -> Bool {
        source.attempt(or: false) {
            if case .absent = try source.enter(key.stringValue, in: frame) { false } else { true }
        }
    }

    private func read<Value>(_ key: some CodingKey, _ body: (JSONSource) throws -> Value) throws -> Value {
        let place = try source.enter(key.stringValue, in: frame)
        if case .absent = place {
            throw source.wrong(source.frames[frame].start, "there is no \"\(key.stringValue)\" in this object")
        }
        let value = try body(source)
        source.leave(place, frame)
        return value
    }

    private func readIfPresent<Value>(_ key: Key, _ body: (JSONSource) throws -> Value) throws -> Value? {
        let place = try source.enter(key.stringValue, in: frame)
        if case .absent = place { return nil }
        let value = source.null() ? nil : try body(source)
        source.leave(place, frame)
        return value
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        let place = try source.enter(key.stringValue, in: frame)
        if case .absent = place { return true }
        let isNil = source.null()
        if isNil { source.leave(place, frame) }
        return isNil
    }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try read(key) { try $0.bool() } }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try read(key) { try $0.string() } }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try read(key) { try $0.double() } }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { Float(try decode(Double.self, forKey: key)) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try integer(key) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try integer(key) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try integer(key) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try integer(key) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try integer(key) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try integer(key) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try integer(key) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try integer(key) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try integer(key) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try integer(key) }

    private func integer<Number: FixedWidthInteger>(_ key: Key) throws -> Number {
        try read(key) { try $0.integer(Number.self) }
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try read(key) { try $0.value(type) }
    }

    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        try readIfPresent(key) { try $0.string() }
    }

    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? {
        try readIfPresent(key) { try $0.integer(Int64.self) }
    }

    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
        try readIfPresent(key) { try $0.integer(Int.self) }
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        try readIfPresent(key) { try $0.value(type) }
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try superDecoder(forKey: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try superDecoder(forKey: key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try decoder(SuperKey()) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }

    /// Its member is passed by when the next is asked for.
    private func decoder(_ key: some CodingKey) throws -> JSONStreamDecoder {
        let place = try source.enter(key.stringValue, in: frame)
        if case .absent = place {
            throw source.wrong(source.frames[frame].start, "there is no \"\(key.stringValue)\" in this object")
        }
        return JSONStreamDecoder(source: source, start: source.cursor)
    }
}

private struct SuperKey: CodingKey {
    var stringValue: String { "super" }
    var intValue: Int? { nil }
    init() {}
    init?(stringValue: String) { nil }
    init?(intValue: Int) { nil }
}

private struct JSONListReader: UnkeyedDecodingContainer {
    let source: JSONSource
    let frame: Int
    private(set) var currentIndex = 0

    init(source: JSONSource, frame: Int) {
        self.source = source
        self.frame = frame
    }

    var codingPath: [any CodingKey] { [] }
    var count: Int? { nil }
    var isAtEnd: Bool { source.attempt(or: true) { try !source.enterNext(frame) } }

    private mutating func read<Value>(_ body: (JSONSource) throws -> Value) throws -> Value {
        guard try source.enterNext(frame) else {
            throw source.wrong(source.frames[frame].next, "there is no element \(currentIndex) in this array")
        }
        let value = try body(source)
        source.frames[frame].next = source.cursor
        currentIndex += 1
        return value
    }

    mutating func decodeNil() throws -> Bool {
        guard try source.enterNext(frame), source.null() else { return false }
        source.frames[frame].next = source.cursor
        currentIndex += 1
        return true
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try read { try $0.bool() } }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try read { try $0.value(type) } }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try superDecoder().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try superDecoder().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder {
        try read { source in
            source.skipBlanks()
            let start = source.cursor
            try source.skip()
            return JSONStreamDecoder(source: source, start: start)
        }
    }
}

private struct JSONValueReader: SingleValueDecodingContainer {
    let source: JSONSource
    let start: Int

    var codingPath: [any CodingKey] { [] }

    private func at(_ start: Int) -> JSONSource {
        source.cursor = start
        return source
    }

    func decodeNil() -> Bool { at(start).null() }
    func decode(_ type: Bool.Type) throws -> Bool { try at(start).bool() }
    func decode(_ type: String.Type) throws -> String { try at(start).string() }
    func decode(_ type: Double.Type) throws -> Double { try at(start).double() }
    func decode(_ type: Float.Type) throws -> Float { Float(try at(start).double()) }
    func decode(_ type: Int.Type) throws -> Int { try at(start).integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try at(start).integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try at(start).integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try at(start).integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try at(start).integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try at(start).integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try at(start).integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try at(start).integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try at(start).integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try at(start).integer(type) }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try at(start).value(type) }
}
