public import HashTreeCollections

/// A dictionary for very many entries that must never stop for long. A `Dictionary` that grows hashes all of it anew,
/// and one that is changed while somebody else holds a copy is copied whole; this one is a hash tree (Steindorfer and
/// Vinju's CHAMP), so both cost a few nodes at a time. It takes some 1.3 times as long as a `Dictionary` that is alone.
///
/// Written and read like a `Dictionary`. Public, unlike all else here: what is `package` is not specialized in other
/// modules, and takes four times as long.
public struct GradualDictionary<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    @usableFromInline var tree: TreeDictionary<Key, Value>

    @inlinable public init() { tree = TreeDictionary() }

    @inlinable public var count: Int { tree.count }
    @inlinable public var isEmpty: Bool { tree.isEmpty }
    @inlinable public var keys: some Collection<Key> { tree.keys }
    @inlinable public var values: some Collection<Value> { tree.values }

    @inlinable public subscript(key: Key) -> Value? {
        get { tree[key] }
        _modify { yield &tree[key] }
    }

    @inlinable public subscript(key: Key, default value: @autoclosure () -> Value) -> Value {
        get { tree[key, default: value()] }
        _modify { yield &tree[key, default: value()] }
    }

    /// What was there.
    @discardableResult
    @inlinable public mutating func updateValue(_ value: Value, forKey key: Key) -> Value? {
        tree.updateValue(value, forKey: key)
    }

    @discardableResult
    @inlinable public mutating func removeValue(forKey key: Key) -> Value? { tree.removeValue(forKey: key) }

    /// Changes what is there in place; nil when there is nothing.
    @discardableResult
    @inlinable public mutating func change<Result>(_ key: Key, _ body: (inout Value) -> Result) -> Result? {
        func apply(_ place: inout Value?) -> Result? {
            guard var value = place.take() else { return nil }
            defer { place = value }
            return body(&value)
        }
        return apply(&tree[key])
    }

    @inlinable public func filter(_ isIncluded: (Element) throws -> Bool) rethrows -> Self {
        var result = Self()
        result.tree = try tree.filter { try isIncluded(($0.key, $0.value)) }
        return result
    }
}

extension GradualDictionary: Sequence {
    public typealias Element = (key: Key, value: Value)

    public struct Iterator: IteratorProtocol {
        @usableFromInline var base: TreeDictionary<Key, Value>.Iterator
        @inlinable public init(_ base: TreeDictionary<Key, Value>.Iterator) { self.base = base }
        @inlinable public mutating func next() -> Element? { base.next() }
    }

    @inlinable public func makeIterator() -> Iterator { Iterator(tree.makeIterator()) }
    @inlinable public var underestimatedCount: Int { tree.count }
}

extension GradualDictionary: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (Key, Value)...) {
        self.init()
        for (key, value) in elements { tree[key] = value }
    }
}

extension GradualDictionary: Equatable where Value: Equatable {}
extension GradualDictionary: Hashable where Value: Hashable {}

extension GradualDictionary: Encodable where Key: Encodable, Value: Encodable {
    /// As a `Dictionary` does.
    public func encode(to encoder: any Encoder) throws { try tree.encode(to: encoder) }
}

extension GradualDictionary: Decodable where Key: Decodable, Value: Decodable {
    public init(from decoder: any Decoder) throws { tree = try TreeDictionary(from: decoder) }
}
