import Basics
import SignalModel
import Synchronization

/// The exemplars of a snapshot, in the order they came: the log's segments that a snapshot stands for are not read
/// for them.
extension HeadSnapshot {
    /// Calls `flush` with blocks of them.
    static func writeExemplars(of head: Head, _ flush: ([UInt8]) throws -> Void) throws {
        let ring = head.exemplars.withLock { $0 }
        var blocks: [[UInt8]] = []
        var block: [UInt8] = []
        var numbers: [Labels: UInt64] = [:]
        ring.forEach { exemplar, series in
            if let number = numbers[series] {
                Varint.append(number, to: &block)
            } else {
                numbers[series] = UInt64(numbers.count + 1)
                Varint.append(0, to: &block)
                append(series, to: &block)
            }
            Varint.append(Varint.zigZag(exemplar.timestamp.milliseconds), to: &block)
            block.appendBigEndian(exemplar.value.bitPattern)
            block.append(exemplar.isTimed ? 1 : 0)
            append(exemplar.labels, to: &block)
            if block.count >= blockBytesTarget {
                blocks.append(block)
                block = []
            }
        }
        for block in blocks + [block] where !block.isEmpty { try flush(block) }
    }

    private static func append(_ labels: Labels, to block: inout [UInt8]) {
        Varint.append(UInt64(labels.packed.count), to: &block)
        block += labels.packed
    }

    /// False when the bytes are no exemplar. `series` are those that exemplars before it named.
    static func readExemplar(
        _ block: UnsafeRawBufferPointer, _ cursor: inout Int, into ring: inout ExemplarRing, _ series: inout [Labels]
    ) -> Bool {
        guard let number = Varint.read(block, at: &cursor), number <= UInt64(series.count) else { return false }
        if number == 0 {
            guard let labels = take(block, &cursor) else { return false }
            series.append(Labels(packed: Array(labels)))
        }
        guard let time = Varint.read(block, at: &cursor).map(Varint.unZigZag), let bits = block.bigEndian64(cursor),
            let isTimed = block.slice(cursor + 8, 1)?[0]
        else { return false }
        cursor += 9
        guard let labels = take(block, &cursor) else { return false }
        let exemplar = Exemplar(
            labels: Labels(packed: Array(labels)), value: Double(bitPattern: bits),
            timestamp: Timestamp(milliseconds: time), isTimed: isTimed != 0)
        _ = ring.add(exemplar, of: series[number == 0 ? series.count - 1 : Int(number) - 1])
        return true
    }
}
