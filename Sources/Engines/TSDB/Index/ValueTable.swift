import Basics
import SignalModel
import Synchronization

/// The values of one label name, each with the series that have it. Bytes lie one after another in one buffer;
/// they are found by an open-addressing table of hash tags.
///
/// Not safe for concurrent use: the index's lock is around it.
final class ValueTable {
    struct Value {
        var start: Int
        var count: UInt32
        var postings = PostingList()
    }

    private struct Slot {
        var tag: UInt32
        /// Place in `values` plus one; 0 is empty.
        var value: UInt32
    }

    let name: [UInt8]
    private(set) var bytes: [UInt8] = []
    private(set) var values: ContiguousArray<Value> = []
    private var slots = ContiguousArray(repeating: Slot(tag: 0, value: 0), count: 4)
    /// Places in `values` in the order of their bytes, as of the latest `ordered`; made anew where values came since.
    private let order = Mutex<[UInt32]>([])

    init(name: [UInt8]) { self.name = name }

    deinit {
        for place in values.indices { values[place].postings.release() }
    }

    @inline(__always)
    func bytes(of value: Value) -> Range<Int> { value.start..<value.start + Int(value.count) }

    /// Places in `values`, in bytewise order of their texts. Readers of the index may ask at once.
    var ordered: [UInt32] {
        order.withLock { order in
            guard order.count != values.count else { return order }
            order = bytes.withUnsafeBytes { bytes in
                (0..<UInt32(values.count)).sorted { left, right in
                    let left = UnsafeRawBufferPointer(rebasing: bytes[self.bytes(of: values[Int(left)])])
                    let right = UnsafeRawBufferPointer(rebasing: bytes[self.bytes(of: values[Int(right)])])
                    return compareBytes(left, right) < 0
                }
            }
            return order
        }
    }

    func text(of value: Value) -> String { String(decoding: bytes[bytes(of: value)], as: UTF8.self) }

    func add(_ id: UInt32, to text: UnsafeRawBufferPointer) {
        let tag = Self.tag(text)
        if let place = find(text, tag) {
            values[place].postings.append(id)
            return
        }
        _ = insert(text, tag, PostingList(single: id))
    }

    /// The place of `text`, made when there is none.
    func intern(_ text: UnsafeRawBufferPointer) -> Int {
        let tag = Self.tag(text)
        return find(text, tag) ?? insert(text, tag, PostingList())
    }

    /// The place of `text`, nil when there is none.
    func place(of text: UnsafeRawBufferPointer) -> Int? { find(text, Self.tag(text)) }

    private func insert(_ text: UnsafeRawBufferPointer, _ tag: UInt32, _ postings: PostingList) -> Int {
        if (values.count + 1) * 4 > slots.count * 3 { grow() }
        values.append(Value(start: bytes.count, count: UInt32(text.count), postings: postings))
        bytes.append(contentsOf: text)
        place(Slot(tag: tag, value: UInt32(values.count)))
        return values.count - 1
    }

    private func find(_ text: UnsafeRawBufferPointer, _ tag: UInt32) -> Int? {
        bytes.withUnsafeBytes { bytes in
            let mask = slots.count - 1
            var index = Int(tag) & mask
            while slots[index].value != 0 {
                if slots[index].tag == tag {
                    let place = Int(slots[index].value) - 1
                    let range = self.bytes(of: values[place])
                    if equalBytes(UnsafeRawBufferPointer(rebasing: bytes[range]), text) { return place }
                }
                index = (index + 1) & mask
            }
            return nil
        }
    }

    /// Drops ids, and the values that have none left.
    func filter(_ isKept: (UInt32) -> Bool) {
        var isAnyEmpty = false
        for place in values.indices {
            values[place].postings.filter(isKept)
            if values[place].postings.count == 0 { isAnyEmpty = true }
        }
        if isAnyEmpty { rebuild() }
    }

    private func rebuild() {
        let old = values
        let oldBytes = bytes
        order.withLock { $0 = [] }
        values = []
        bytes = []
        for var value in old {
            guard value.postings.count > 0 else {
                value.postings.release()
                continue
            }
            let text = oldBytes[value.start..<value.start + Int(value.count)]
            value.start = bytes.count
            bytes.append(contentsOf: text)
            values.append(value)
        }
        var size = 4
        while values.count * 4 > size * 3 { size *= 2 }
        fillSlots(size)
    }

    private func grow() { fillSlots(slots.count * 2) }

    private func fillSlots(_ size: Int) {
        slots = ContiguousArray(repeating: Slot(tag: 0, value: 0), count: size)
        for (place, value) in values.enumerated() {
            let range = bytes(of: value)
            let tag = bytes.withUnsafeBytes { Self.tag(UnsafeRawBufferPointer(rebasing: $0[range])) }
            self.place(Slot(tag: tag, value: UInt32(place + 1)))
        }
    }

    private func place(_ slot: Slot) {
        let mask = slots.count - 1
        var index = Int(slot.tag) & mask
        while slots[index].value != 0 { index = (index + 1) & mask }
        slots[index] = slot
    }

    private static func tag(_ text: UnsafeRawBufferPointer) -> UInt32 { UInt32(truncatingIfNeeded: hash64(text)) }
}
