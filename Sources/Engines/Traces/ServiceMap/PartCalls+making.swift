import Basics
import Logs
import SignalModel

extension PartCalls {
    /// Reads all spans of a part.
    static func bytes(of part: StoredPart) throws(LogQueryError) -> [UInt8] {
        let query = LogQuery(indices: [SpanFields.spansIndex])
        let compressor = Compressor()
        var reader = CallReader()
        var whole = CallSums()
        var calls: [(call: WaitingCall, block: Int)] = []
        var isTruncated = false
        var own: [[UInt8]] = []
        for block in 0..<part.blockCount {
            var sums = CallSums()
            try part.snapshot(ofBlocks: [block]).visit(query) { view throws(LogQueryError) in
                try reader.read(view, into: &sums) { call in
                    if calls.count < WaitingCalls.countMax { calls.append((call, block)) } else { isTruncated = true }
                }
            }
            whole.merge(sums)
            own.append(packed(sums, compressor))
        }
        var search = CallerSearch(for: calls.lazy.map(\.call))
        let hashes = Set(calls.map { StoredPart.hash(ofGroup: $0.call.trace.hexadecimal) })
        let blocks = Set(hashes.flatMap { part.blocks(ofGroup: $0) }).sorted()
        try part.snapshot(ofBlocks: blocks).visit(query) { view throws(LogQueryError) in
            try search.look(view, &reader.ends)
        }
        var others = [CallSums](repeating: CallSums(), count: part.blockCount)
        var waiting: [(call: WaitingCall, block: Int)] = []
        for entry in calls {
            switch search.edge(of: entry.call, reader.ends) {
            case nil: waiting.append(entry)
            case .ownService: continue
            case .edge(let edge): others[entry.block].add(entry.call, of: edge)
            }
        }
        for sums in others { whole.merge(sums) }
        var sections = [packed(whole, compressor), packed(waiting, compressor)]
        for (own, others) in zip(own, others) { sections += [own, packed(others, compressor)] }
        return bytes(
            sections, ends: reader.ends.list, isTruncated: isTruncated, deletedCount: part.deletedCount, compressor)
    }

    private static func packed(_ sums: CallSums, _ compressor: Compressor) -> [UInt8] {
        guard !sums.edges.isEmpty else { return [] }
        return packed(compressor) { CallCodec.append(sums, to: &$0) }
    }

    private static func packed(
        _ waiting: [(call: WaitingCall, block: Int)], _ compressor: Compressor
    ) -> [UInt8] {
        guard !waiting.isEmpty else { return [] }
        return packed(compressor) { CallCodec.append(waiting, to: &$0) }
    }

    private static func packed(_ compressor: Compressor, _ body: (inout [UInt8]) -> Void) -> [UInt8] {
        var raw: [UInt8] = []
        body(&raw)
        var packed: [UInt8] = []
        compressor.append(raw, level: 3, to: &packed)
        return packed
    }

    private static func bytes(
        _ sections: [[UInt8]], ends: [CallEnd], isTruncated: Bool, deletedCount: Int, _ compressor: Compressor
    ) -> [UInt8] {
        let directory = packed(compressor) { raw in
            raw.append(isTruncated ? 1 : 0)
            Varint.append(UInt64(ends.count), to: &raw)
            for end in ends {
                raw.append(text: end.service)
                raw.append(text: end.environment)
            }
            Varint.append(UInt64(sections.count), to: &raw)
            for section in sections {
                Varint.append(UInt64(section.count), to: &raw)
                raw.append(fixed32: CRC32C.checksum(section))
            }
        }
        var bytes = magic
        bytes.append(fixed64: UInt64(deletedCount))
        bytes.append(fixed64: UInt64(directory.count))
        bytes.append(fixed32: CRC32C.checksum(directory))
        bytes += directory
        for section in sections { bytes += section }
        return bytes
    }
}

extension CallSums {
    mutating func add(_ call: WaitingCall, of edge: Edge) {
        add(call.duration, weight: call.weight, isError: call.isError, to: place(of: edge))
    }
}
