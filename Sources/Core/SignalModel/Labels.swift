import Basics

/// A label set: names unique and sorted bytewise, no empty value. Name and value are UTF-8.
///
/// Stored packed in one buffer — for each label: varint length and bytes of the name, then of the
/// value — so a set is one reference, equality is one memcmp and a hash one pass. The same layout is the
/// key of a series on its way in (`SampleBatch`) and in the head, so nothing is rebuilt on ingest.
package struct Labels: Sendable {
    /// The packed form. Two sets are equal exactly when these bytes are.
    package let packed: [UInt8]

    package static let empty = Labels(packed: [])
    package static let metricName = "__name__"

    /// `packed` must already hold the invariant above; checked only by `LabelsBuilder` and the decoders.
    @inlinable package init(packed: [UInt8]) { self.packed = packed }

    /// Sorts; drops empty values; of equal names the last wins.
    package init(_ pairs: [(name: String, value: String)]) {
        var builder = LabelsBuilder()
        for pair in pairs { builder.set(pair.name, pair.value) }
        self = builder.labels()
    }

    @inlinable package var isEmpty: Bool { packed.isEmpty }

    package var count: Int {
        var result = 0
        forEachRange { _, _ in result += 1 }
        return result
    }

    /// Calls `body` with the byte ranges of each name and value in `packed`, in order.
    @inlinable package func forEachRange(_ body: (_ name: Range<Int>, _ value: Range<Int>) -> Void) {
        packed.withUnsafeBytes { bytes in
            var cursor = 0
            while let label = PackedLabels.next(bytes, at: &cursor) { body(label.name, label.value) }
        }
    }

    package func forEach(_ body: (_ name: String, _ value: String) -> Void) {
        packed.withUnsafeBytes { bytes in
            var cursor = 0
            while let label = PackedLabels.next(bytes, at: &cursor) {
                body(
                    String(decoding: UnsafeRawBufferPointer(rebasing: bytes[label.name]), as: UTF8.self),
                    String(decoding: UnsafeRawBufferPointer(rebasing: bytes[label.value]), as: UTF8.self))
            }
        }
    }

    /// Names and values in order.
    package var pairs: [(name: String, value: String)] {
        var result: [(name: String, value: String)] = []
        forEach { result.append(($0, $1)) }
        return result
    }

    /// The value of `name`; empty when absent, as matching and templates see it.
    package subscript(name: String) -> String { value(of: name) ?? "" }

    package func value(of name: String) -> String? {
        var name = name
        return name.withUTF8 { wanted in
            packed.withUnsafeBytes { bytes in
                guard let range = PackedLabels.value(of: UnsafeRawBufferPointer(wanted), in: bytes) else {
                    return nil
                }
                return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
            }
        }
    }

    package func contains(_ name: String) -> Bool { value(of: name) != nil }
    package var name: String? { value(of: Self.metricName) }

    /// Only the labels whose name `isIncluded` accepts.
    package func filtered(_ isIncluded: (UnsafeRawBufferPointer) -> Bool) -> Labels {
        packed.withUnsafeBytes { bytes in
            var kept: [UInt8] = []
            kept.reserveCapacity(bytes.count)
            var cursor = 0
            var start = 0
            while let label = PackedLabels.next(bytes, at: &cursor) {
                if isIncluded(UnsafeRawBufferPointer(rebasing: bytes[label.name])) {
                    kept.append(contentsOf: bytes[start..<cursor])
                }
                start = cursor
            }
            return Labels(packed: kept)
        }
    }

    /// `labels` without the metric name.
    package var withoutName: Labels {
        filtered { !$0.elementsEqual(Self.metricName.utf8) }
    }

    package func keeping(_ names: Set<String>) -> Labels {
        filtered { names.contains(String(decoding: $0, as: UTF8.self)) }
    }

    package func dropping(_ names: Set<String>) -> Labels {
        filtered { !names.contains(String(decoding: $0, as: UTF8.self)) }
    }

    /// A copy with `name` set, or removed when `value` is empty.
    package func setting(_ name: String, to value: String) -> Labels {
        var builder = LabelsBuilder(self)
        builder.set(name, value)
        return builder.labels()
    }

    /// In-memory hash of the packed bytes; see `hash64`.
    @inlinable package var hash: UInt64 { packed.withUnsafeBytes { hash64($0) } }
}

extension Labels: Hashable {
    @inlinable package static func == (left: Labels, right: Labels) -> Bool { left.packed == right.packed }
    package func hash(into hasher: inout Hasher) { packed.withUnsafeBytes { hasher.combine(bytes: $0) } }
}

extension Labels: Comparable {
    /// Prometheus' order: label by label, name before value, bytewise; a prefix comes first.
    package static func < (left: Labels, right: Labels) -> Bool {
        left.packed.withUnsafeBytes { a in
            right.packed.withUnsafeBytes { b in
                // Names and values alternate, each after its length: up to the first byte that differs the places are
                // the same, so the piece it stands in decides.
                let difference = firstDifference(a, b)
                guard difference < b.count else { return false }
                guard difference < a.count else { return true }
                var start = 0
                while true {
                    var end = start
                    guard let x = PackedLabels.piece(a, at: &end) else { preconditionFailure("labels not packed") }
                    guard difference < end else {
                        start = end
                        continue
                    }
                    guard let y = PackedLabels.piece(b, at: &start) else { preconditionFailure("labels not packed") }
                    return compareBytes(
                        UnsafeRawBufferPointer(rebasing: a[x]), UnsafeRawBufferPointer(rebasing: b[y])) < 0
                }
            }
        }
    }
}

extension Labels: CustomStringConvertible {
    /// `name{a="b"}` as PromQL writes it.
    package var description: String {
        var head = ""
        var parts: [String] = []
        forEach { name, value in
            if name == Self.metricName, LabelName.isLegacyMetricName(value) {
                head = value
            } else if name == Self.metricName || !LabelName.isLegacy(name) {
                parts.append("\(quoted(name))=\(quoted(value))")
            } else {
                parts.append("\(name)=\(quoted(value))")
            }
        }
        if parts.isEmpty, !head.isEmpty { return head }
        return head + "{" + parts.joined(separator: ", ") + "}"
    }
}

/// Walks the packed layout without copying.
package enum PackedLabels {
    /// The label at `cursor`, which moves past it; nil at the end.
    @inlinable @inline(__always)
    package static func next(
        _ bytes: UnsafeRawBufferPointer, at cursor: inout Int
    ) -> (name: Range<Int>, value: Range<Int>)? {
        guard cursor < bytes.count, let name = piece(bytes, at: &cursor), let value = piece(bytes, at: &cursor)
        else { return nil }
        return (name, value)
    }

    @inlinable @inline(__always)
    static func piece(_ bytes: UnsafeRawBufferPointer, at cursor: inout Int) -> Range<Int>? {
        guard let length = Varint.read(bytes, at: &cursor), length <= UInt64(bytes.count - cursor) else { return nil }
        let start = cursor
        cursor += Int(length)
        return start..<cursor
    }

    package static func value(of name: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer) -> Range<Int>? {
        var cursor = 0
        while let label = next(bytes, at: &cursor) {
            let order = compareBytes(UnsafeRawBufferPointer(rebasing: bytes[label.name]), name)
            if order == 0 { return label.value }
            // Names are sorted, so the wanted one cannot follow a greater one.
            if order > 0 { return nil }
        }
        return nil
    }

    package static func append(_ piece: UnsafeRawBufferPointer, to packed: inout [UInt8]) {
        Varint.append(UInt64(piece.count), to: &packed)
        packed.append(contentsOf: piece)
    }
}

/// Bytewise order: negative, zero or positive.
@inlinable
package func compareBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    let index = firstDifference(left, right)
    return index < left.count && index < right.count
        ? Int(left[index]) - Int(right[index]) : left.count - right.count
}

/// Where two runs of bytes differ first; the count of the shorter one when they do not.
@inlinable
package func firstDifference(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    let shared = min(left.count, right.count)
    var index = 0
    while index + 8 <= shared {
        let bits =
            left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            ^ right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        if bits != 0 { return index + UInt64(littleEndian: bits).trailingZeroBitCount / 8 }
        index += 8
    }
    while index < shared, left[index] == right[index] { index += 1 }
    return index
}
