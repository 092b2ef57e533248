internal import Basics
internal import Glibc
internal import SignalModel

/// How many different values a field has: exact up to `exactCountMax` in a bucket, by HyperLogLog beyond, then with a
/// standard error of 0.8 %.
final class CardinalityAggregator: Aggregator {
    private let field: String
    private var counters: [DistinctCounter] = []
    private let budget: AggregationBudget

    init(_ parameters: AggregationParameters, _ budget: AggregationBudget) throws(LogQueryError) {
        field = try parameters.field()
        self.budget = budget
    }

    override func collect(_ view: LogBlockView, _ selection: RowSelection) throws(LogQueryError) {
        if field == "@timestamp" {
            let times = try view.timestamps()
            for (row, bucket) in zip(selection.rows, selection.buckets) {
                try add(UInt64(bitPattern: floorDivide(times[Int(row)], 1_000_000)) &* 0x9e37_79b9_7f4a_7c15, bucket)
            }
            return
        }
        guard let column = try view.column(field) else { return }
        let list = column.list
        // Equal texts are one value, whatever their kind; zero stands for none.
        let hashes = (0..<list.count).map { place -> UInt64 in
            guard list.kind(place) != .null else { return 0 }
            var text = list[place].text
            return text.withUTF8 { hash64(UnsafeRawBufferPointer($0)) } | 1
        }
        for (row, bucket) in zip(selection.rows, selection.buckets) {
            for entry in column.entries(of: Int(row)) {
                let hash = hashes[column.place(of: entry)]
                if hash != 0 { try add(hash, bucket) }
            }
        }
    }

    private func add(_ hash: UInt64, _ bucket: Int32) throws(LogQueryError) {
        while counters.count <= Int(bucket) { counters.append(DistinctCounter()) }
        let grown = counters[Int(bucket)].add(hash)
        if grown > 0 { try budget.hold(grown) }
    }

    override func result(_ bucket: Int?, _ span: BucketSpan) -> DocumentValue {
        let count = bucket.flatMap { $0 < counters.count ? counters[$0].count : nil } ?? 0
        return .members(["value": .integer(Int64(count))])
    }
}

/// Counts different hashes.
struct DistinctCounter {
    /// Up to here every hash is kept.
    static let exactCountMax = 20_000
    private static let precision = 14

    private var exact: Set<UInt64> = []
    private var registers: [UInt8] = []

    /// Bytes it grew by.
    mutating func add(_ hash: UInt64) -> Int {
        guard registers.isEmpty else {
            note(hash)
            return 0
        }
        let isNew = exact.insert(hash).inserted
        guard exact.count > Self.exactCountMax else { return isNew ? 16 : 0 }
        registers = [UInt8](repeating: 0, count: 1 << Self.precision)
        for hash in exact { note(hash) }
        exact = []
        return registers.count
    }

    private mutating func note(_ hash: UInt64) {
        // Mixed once more: the hashes' lowest bit is not free.
        var mixed = hash
        mixed ^= mixed >> 33
        mixed = mixed &* 0xff51_afd7_ed55_8ccd
        mixed ^= mixed >> 33
        mixed = mixed &* 0xc4ce_b9fe_1a85_ec53
        mixed ^= mixed >> 33
        let register = Int(mixed >> UInt64(64 - Self.precision))
        let rank = UInt8((mixed << UInt64(Self.precision) | 1 << UInt64(Self.precision - 1)).leadingZeroBitCount + 1)
        if rank > registers[register] { registers[register] = rank }
    }

    var count: Int {
        guard !registers.isEmpty else { return exact.count }
        let count = Double(registers.count)
        var sum = 0.0
        var zeros = 0
        for register in registers {
            sum += 1 / Double(UInt64(1) << UInt64(register))
            if register == 0 { zeros += 1 }
        }
        let raw = 0.7213 / (1 + 1.079 / count) * count * count / sum
        guard raw <= 2.5 * count, zeros > 0 else { return Int(raw.rounded()) }
        return Int((count * log(count / Double(zeros))).rounded())
    }
}
