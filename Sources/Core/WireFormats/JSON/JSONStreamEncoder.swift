/// What `Encodable` types write to: every value goes straight to the sink.
struct JSONStreamEncoder: Encoder {
    let sink: JSONSink
    /// How deep its value stands: a container of it is the one opened there.
    let base: Int

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(JSONKeyedContainer<Key>(sink: sink, depth: open("{")))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { JSONListContainer(sink: sink, depth: open("[")) }
    func singleValueContainer() -> any SingleValueEncodingContainer { JSONValueContainer(sink: sink, base: base) }

    /// Asked a second time it goes on with the container that it has.
    private func open(_ bracket: Unicode.Scalar) -> Int {
        if sink.depth > base { sink.unwind(to: base + 1) } else { sink.open(bracket) }
        return base + 1
    }
}

private struct JSONKeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let sink: JSONSink
    let depth: Int

    var codingPath: [any CodingKey] { [] }

    private func place(_ key: some CodingKey) {
        sink.unwind(to: depth)
        sink.key(key.stringValue)
    }

    func encodeNil(forKey key: Key) {
        place(key)
        sink.null()
    }

    func encode(_ value: Bool, forKey key: Key) {
        place(key)
        sink.bool(value)
    }

    func encode(_ value: String, forKey key: Key) {
        place(key)
        sink.string(value)
    }

    func encode(_ value: Double, forKey key: Key) throws {
        place(key)
        try sink.number(value)
    }

    func encode(_ value: Float, forKey key: Key) throws { try encode(Double(value), forKey: key) }
    func encode(_ value: Int, forKey key: Key) { integer(value, key) }
    func encode(_ value: Int8, forKey key: Key) { integer(value, key) }
    func encode(_ value: Int16, forKey key: Key) { integer(value, key) }
    func encode(_ value: Int32, forKey key: Key) { integer(value, key) }
    func encode(_ value: Int64, forKey key: Key) { integer(value, key) }
    func encode(_ value: UInt, forKey key: Key) { integer(value, key) }
    func encode(_ value: UInt8, forKey key: Key) { integer(value, key) }
    func encode(_ value: UInt16, forKey key: Key) { integer(value, key) }
    func encode(_ value: UInt32, forKey key: Key) { integer(value, key) }
    func encode(_ value: UInt64, forKey key: Key) { integer(value, key) }

    private func integer(_ value: some FixedWidthInteger, _ key: Key) {
        place(key)
        sink.integer(value)
    }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        place(key)
        try sink.value(value)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        place(key)
        sink.open("{")
        return KeyedEncodingContainer(JSONKeyedContainer<Nested>(sink: sink, depth: depth + 1))
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        place(key)
        sink.open("[")
        return JSONListContainer(sink: sink, depth: depth + 1)
    }

    func superEncoder() -> any Encoder {
        sink.unwind(to: depth)
        sink.key("super")
        return JSONStreamEncoder(sink: sink, base: depth)
    }

    func superEncoder(forKey key: Key) -> any Encoder {
        place(key)
        return JSONStreamEncoder(sink: sink, base: depth)
    }
}

private struct JSONListContainer: UnkeyedEncodingContainer {
    let sink: JSONSink
    let depth: Int
    private(set) var count = 0

    init(sink: JSONSink, depth: Int) {
        self.sink = sink
        self.depth = depth
    }

    var codingPath: [any CodingKey] { [] }

    private mutating func next() {
        sink.unwind(to: depth)
        count += 1
    }

    mutating func encodeNil() {
        next()
        sink.null()
    }

    mutating func encode(_ value: Bool) {
        next()
        sink.bool(value)
    }

    mutating func encode(_ value: some Encodable) throws {
        next()
        try sink.value(value)
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        next()
        sink.open("{")
        return KeyedEncodingContainer(JSONKeyedContainer<Nested>(sink: sink, depth: depth + 1))
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        next()
        sink.open("[")
        return JSONListContainer(sink: sink, depth: depth + 1)
    }

    mutating func superEncoder() -> any Encoder {
        next()
        return JSONStreamEncoder(sink: sink, base: depth)
    }
}

private struct JSONValueContainer: SingleValueEncodingContainer {
    let sink: JSONSink
    let base: Int

    var codingPath: [any CodingKey] { [] }

    func encodeNil() { sink.null() }
    func encode(_ value: Bool) { sink.bool(value) }
    func encode(_ value: String) { sink.string(value) }
    func encode(_ value: Double) throws { try sink.number(value) }
    func encode(_ value: Float) throws { try sink.number(Double(value)) }
    func encode(_ value: Int) { sink.integer(value) }
    func encode(_ value: Int8) { sink.integer(value) }
    func encode(_ value: Int16) { sink.integer(value) }
    func encode(_ value: Int32) { sink.integer(value) }
    func encode(_ value: Int64) { sink.integer(value) }
    func encode(_ value: UInt) { sink.integer(value) }
    func encode(_ value: UInt8) { sink.integer(value) }
    func encode(_ value: UInt16) { sink.integer(value) }
    func encode(_ value: UInt32) { sink.integer(value) }
    func encode(_ value: UInt64) { sink.integer(value) }
    func encode(_ value: some Encodable) throws { try sink.value(value) }
}
