import Basics
import Logs
import SignalModel

/// Bytes of what `PartCalls` keeps; docs/formats/part-calls.md has them.
enum CallCodec {
    private static let kinds: [ServiceDependency.Kind] = [.call, .messaging, .database]
    /// Lists that are longer are damage.
    private static let countMax = 1 << 24

    // MARK: Sums

    static func append(_ sums: CallSums, to bytes: inout [UInt8]) {
        Varint.append(UInt64(sums.edges.count), to: &bytes)
        for (edge, sum) in zip(sums.edges, sums.sums) {
            Varint.append(UInt64(edge.client), to: &bytes)
            Varint.append(UInt64(edge.server), to: &bytes)
            bytes.append(UInt8(kinds.firstIndex(of: edge.kind) ?? 0))
            append(sum.errorCount, to: &bytes)
            append(sum.durations, to: &bytes)
        }
    }

    static func sums(_ reader: inout ByteReader, endCount: Int) throws(Damage) -> CallSums {
        var sums = CallSums()
        for _ in 0..<(try reader.count(max: countMax)) {
            let client = try end(&reader, endCount)
            let server = try end(&reader, endCount)
            let kind = Int(try reader.byte())
            guard kind < kinds.count else { throw Damage("a call of an unknown kind") }
            var sum = CallSums.Sum()
            sum.errorCount = try number(&reader)
            sum.durations = try sketch(&reader)
            sums.merge(sum, of: CallSums.Edge(client: client, server: server, kind: kinds[kind]))
        }
        return sums
    }

    private static func end(_ reader: inout ByteReader, _ endCount: Int) throws(Damage) -> Int32 {
        let number = try reader.count(max: .max)
        guard number < endCount else { throw Damage("a call of no service") }
        return Int32(number)
    }

    private static func append(_ sketch: DurationSketch, to bytes: inout [UInt8]) {
        let filled = sketch.counts.indices.filter { sketch.counts[$0] > 0 }
        Varint.append(UInt64(filled.count), to: &bytes)
        var next = 0
        for place in filled {
            Varint.append(UInt64(sketch.first + place - next), to: &bytes)
            append(sketch.counts[place], to: &bytes)
            next = sketch.first + place + 1
        }
        append(sketch.sumNanoseconds, to: &bytes)
        Varint.append(Varint.zigZag(sketch.maxNanoseconds), to: &bytes)
    }

    private static func sketch(_ reader: inout ByteReader) throws(Damage) -> DurationSketch {
        var first = 0
        var counts: [Double] = []
        var next = 0
        for number in 0..<(try reader.count(max: DurationSketch.lastBucket + 1)) {
            let bucket = next + (try reader.count(max: DurationSketch.lastBucket))
            guard bucket <= DurationSketch.lastBucket else { throw Damage("a duration beyond all") }
            if number == 0 { first = bucket }
            while counts.count < bucket - first { counts.append(0) }
            counts.append(try self.number(&reader))
            next = bucket + 1
        }
        return DurationSketch(
            first: first, counts: counts, sumNanoseconds: try number(&reader),
            maxNanoseconds: try reader.signed())
    }

    /// Whole numbers, which nearly all are, are short.
    private static func append(_ number: Double, to bytes: inout [UInt8]) {
        if number >= 0, number < 0x1p52, number == number.rounded() {
            Varint.append(UInt64(number) << 1, to: &bytes)
        } else {
            bytes.append(1)
            bytes.append(fixed64: number.bitPattern)
        }
    }

    private static func number(_ reader: inout ByteReader) throws(Damage) -> Double {
        let value = try reader.varint()
        return value & 1 == 0 ? Double(value >> 1) : Double(bitPattern: try reader.fixed64())
    }

    // MARK: Waiting

    static func append(_ waiting: [(call: WaitingCall, block: Int)], to bytes: inout [UInt8]) {
        Varint.append(UInt64(waiting.count), to: &bytes)
        for (call, block) in waiting {
            Varint.append(UInt64(block), to: &bytes)
            for number in [call.trace.high, call.trace.low, call.caller] { bytes.append(fixed64: number) }
            Varint.append(UInt64(call.server), to: &bytes)
            bytes.append((call.isMessage ? 1 : 0) | (call.isError ? 2 : 0) | (call.wantsClient ? 4 : 0))
            Varint.append(Varint.zigZag(call.duration), to: &bytes)
            append(call.weight, to: &bytes)
        }
    }

    static func waiting(
        _ reader: inout ByteReader, endCount: Int
    ) throws(Damage) -> [(call: WaitingCall, block: Int)] {
        var waiting: [(call: WaitingCall, block: Int)] = []
        for _ in 0..<(try reader.count(max: WaitingCalls.countMax)) {
            let block = try reader.count(max: countMax)
            let trace = TraceID(high: try reader.fixed64(), low: try reader.fixed64())
            let caller = try reader.fixed64()
            let server = try end(&reader, endCount)
            let flags = try reader.byte()
            let call = WaitingCall(
                trace: trace, caller: caller, server: server, isMessage: flags & 1 != 0, isError: flags & 2 != 0,
                wantsClient: flags & 4 != 0, duration: try reader.signed(), weight: try number(&reader))
            waiting.append((call, block))
        }
        return waiting
    }
}
