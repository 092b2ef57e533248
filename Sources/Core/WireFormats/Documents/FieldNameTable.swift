internal import Basics
internal import SignalModel

/// The names that fields come to have, as a tree of their ways from the document's root: finds the place of a member
/// by its parent's and its name's bytes, without a string.
///
/// Guesses first that a member is followed by the one that followed it last time.
struct FieldNameTable {
    typealias Place = Int32

    struct Node {
        var parent: Place
        /// Its name's number in the batch under way; nil until it is used there.
        var number: UInt32?
        /// The record in which it last had a value, and the one in which it last had members.
        var valueRecord = 0
        var membersRecord = 0
        /// A part of its name is empty, so that the name does not tell the way.
        var isOdd: Bool
    }

    private struct Entry {
        var hash: UInt64
        var parent: Place
        var keyStart: Int
        var keyCount: Int
        var place: Place
        var followedBy: Int32 = 0
    }

    static let root: Place = 0
    static let timestamp: Place = 1

    private(set) var nodes: [Node]
    private(set) var names: [String]
    private var namesBytes = 0
    private var entries: [Entry]
    private var keys: [UInt8] = []
    /// Of entries, plus one; zero is free. Its count is a power of two.
    private var slots: [Int32]
    private var last: Int32 = 0

    /// Past it, the table is begun anew with the next document.
    private static let nodesMax = 50_000
    /// Past it, a document is refused: its members' names, with those above them, would fill the memory.
    private static let namesBytesMax = 64 << 20
    /// What strangers fill must not be slow to search: past as many looks a name is put up again.
    private static let probesMax = 64

    init() {
        nodes = [Node(parent: -1, isOdd: false)]
        names = [""]
        entries = []
        slots = Array(repeating: 0, count: 1024)
        let timestamp = Array("@timestamp".utf8)
        _ = timestamp.withUnsafeBytes { try? place(of: $0, in: Self.root) }
    }

    var isFull: Bool { nodes.count > Self.nodesMax || namesBytes > Self.namesBytesMax / 4 }

    mutating func forgetNumbers() {
        for index in nodes.indices { nodes[index].number = nil }
    }

    @inline(__always)
    mutating func number(_ place: Place, in batch: inout LogBatch) -> UInt32 {
        if let number = nodes[Int(place)].number { return number }
        let number = batch.number(of: names[Int(place)])
        nodes[Int(place)].number = number
        return number
    }

    /// That `place` has a value in `record`; false when it had one already, or has members.
    @inline(__always)
    mutating func setValue(_ place: Place, in record: Int) -> Bool {
        let isFree = nodes[Int(place)].valueRecord != record && nodes[Int(place)].membersRecord != record
        nodes[Int(place)].valueRecord = record
        return isFree
    }

    /// That `place` has members in `record`; false when it, or one above it, has a value.
    @inline(__always)
    mutating func setMembers(_ place: Place, below top: Place, in record: Int) -> Bool {
        var place = place
        var isFree = true
        while place != top, place > Self.root {
            if nodes[Int(place)].valueRecord == record { isFree = false }
            nodes[Int(place)].membersRecord = record
            place = nodes[Int(place)].parent
        }
        return isFree
    }

    /// The place of the member `key` of `parent`. A dot in a key stands for a member of a member.
    @inline(__always)
    mutating func place(
        of key: UnsafeRawBufferPointer, in parent: Place
    ) throws(WireFormatError) -> Place {
        if last > 0 {
            let guess = entries[Int(last) - 1].followedBy
            if guess > 0, isEntry(Int(guess) - 1, parent, key) {
                last = guess
                return entries[Int(guess) - 1].place
            }
        }
        return try lookUp(key, parent)
    }

    @inline(__always)
    private func isEntry(_ index: Int, _ parent: Place, _ key: UnsafeRawBufferPointer) -> Bool {
        entries.withUnsafeBufferPointer { entries in
            entries[index].parent == parent && entries[index].keyCount == key.count
                && keys.withUnsafeBytes { Self.equal($0.baseAddress! + entries[index].keyStart, key) }
        }
    }

    /// Names are short: no call for them.
    @inline(__always)
    private static func equal(_ left: UnsafeRawPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index + 8 <= right.count {
            guard
                left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    == right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            else { return false }
            index += 8
        }
        while index < right.count {
            guard left.load(fromByteOffset: index, as: UInt8.self) == right[index] else { return false }
            index += 1
        }
        return true
    }

    private mutating func lookUp(
        _ key: UnsafeRawBufferPointer, _ parent: Place
    ) throws(WireFormatError) -> Place {
        let hash = hash64(key, seed: UInt64(UInt32(bitPattern: parent)) &* 0x9e37_79b9_7f4a_7c15)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        var probes = 0
        while slots[slot] != 0, probes < Self.probesMax {
            let index = Int(slots[slot]) - 1
            if entries[index].hash == hash, isEntry(index, parent, key) {
                follow(with: Int32(index) + 1)
                return entries[index].place
            }
            slot = (slot + 1) & (slots.count - 1)
            probes += 1
        }
        let place = try node(of: key, in: parent)
        entries.append(
            Entry(hash: hash, parent: parent, keyStart: keys.count, keyCount: key.count, place: place))
        keys.append(contentsOf: key)
        // Eight bytes may be read at a time.
        if probes < Self.probesMax { slots[slot] = Int32(entries.count) }
        follow(with: Int32(entries.count))
        if entries.count * 2 > slots.count { grow() }
        return place
    }

    private mutating func follow(with entry: Int32) {
        if last > 0 { entries[Int(last) - 1].followedBy = entry }
        last = entry
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 4)
        for (index, entry) in entries.enumerated() {
            var slot = Int(truncatingIfNeeded: entry.hash) & (slots.count - 1)
            var probes = 0
            while slots[slot] != 0, probes < Self.probesMax {
                slot = (slot + 1) & (slots.count - 1)
                probes += 1
            }
            if probes < Self.probesMax { slots[slot] = Int32(index) + 1 }
        }
    }

    /// A key without dots is a node of its own; one with dots leads to the same node as objects would.
    private mutating func node(
        of key: UnsafeRawBufferPointer, in parent: Place
    ) throws(WireFormatError) -> Place {
        let parts = key.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count > 1, !parts.contains(where: \.isEmpty) else {
            return try append(String(decoding: key, as: UTF8.self), in: parent, isOdd: key.isEmpty || parts.count > 1)
        }
        var place = parent
        for part in parts { place = try lookUp(UnsafeRawBufferPointer(rebasing: part), place) }
        return place
    }

    private mutating func append(
        _ name: String, in parent: Place, isOdd: Bool
    ) throws(WireFormatError) -> Place {
        let above = nodes[Int(parent)]
        let whole = parent == Self.root ? name : names[Int(parent)] + "." + name
        namesBytes += whole.utf8.count
        guard whole.utf8.count <= DocumentLimits.nameBytesMax, namesBytes <= Self.namesBytesMax else {
            throw WireFormatError(
                .tooLarge, .whole, "names of members that are too long, beginning \(whole.prefix(60))")
        }
        nodes.append(Node(parent: parent, isOdd: isOdd || above.isOdd))
        names.append(whole)
        return Place(nodes.count - 1)
    }
}
