internal import Basics

/// The aggregates of STATS.
enum PipeAggregate: String, CaseIterable {
    case count
    case countDistinct = "count_distinct"
    case absent, avg, max, median, min, percentile, present, sum, top, values, variance
    case stdDev = "std_dev"
    case weightedAvg = "weighted_avg"

    var arity: ClosedRange<Int> {
        switch self {
        case .count: 0...1
        case .percentile, .weightedAvg: 2...2
        case .countDistinct: 1...2
        case .top: 2...3
        default: 1...1
        }
    }
}

/// One aggregate of one group, under way.
struct PipeAccumulator {
    /// Values that `VALUES` and `TOP` list.
    static let valuesMax = 10_000

    private let aggregate: PipeAggregate
    private var count: Int64 = 0
    private var numbers = RunningNumbers()
    private var whole: Int64? = 0
    private var extreme: PipeValue = .null
    private var distinct = DistinctCounter()
    private var sketch = QuantileSketch()
    private var share = 0.5
    private var list: [PipeValue] = []
    private var listed: Set<PipeValue> = []
    private var weights = 0.0

    init(_ aggregate: PipeAggregate) { self.aggregate = aggregate }

    /// Bytes it grew by.
    mutating func add(_ arguments: [PipeValue]) -> Int {
        guard let first = arguments.first else {
            count += 1
            return 0
        }
        var grown = 0
        for value in first.values {
            count += 1
            switch aggregate {
            case .count, .absent, .present: continue
            case .countDistinct:
                var text = value.grouped.string ?? ""
                grown += distinct.add(text.withUTF8 { hash64(UnsafeRawBufferPointer($0)) } | 1)
            case .min, .max:
                let order = extreme == .null ? nil : PipeValue.compare(value, extreme) ?? 0
                if order.map({ aggregate == .min ? $0 < 0 : $0 > 0 }) ?? true {
                    grown += value.bytesCount - extreme.bytesCount
                    extreme = value
                }
            case .values:
                if list.count < Self.valuesMax, listed.insert(value.grouped).inserted {
                    list.append(value)
                    grown += 2 * value.bytesCount
                }
            case .top: grown += addToTop(value, arguments)
            case .weightedAvg:
                guard let number = Self.number(value), let weight = Self.number(arguments[1]) else { continue }
                numbers.add(number * weight)
                weights += weight
            case .sum, .avg, .stdDev, .variance:
                guard let number = Self.number(value) else { continue }
                numbers.add(number)
                if case .long(let integer) = value {
                    let sum = whole?.addingReportingOverflow(integer)
                    whole = sum?.overflow == false ? sum?.partialValue : nil
                } else {
                    whole = nil
                }
            case .median, .percentile:
                if arguments.count > 1, let percent = arguments[1].number { share = percent / 100 }
                if let number = Self.number(value) { grown += sketch.add(number) }
            }
        }
        return grown
    }

    /// Kept in order, so that the last one leaves when there are enough.
    private mutating func addToTop(_ value: PipeValue, _ arguments: [PipeValue]) -> Int {
        guard case .long(let wanted) = arguments[1] else { return 0 }
        let isDescending = arguments.count > 2 && arguments[2].string?.lowercased() == "desc"
        func precedes(_ left: PipeValue, _ right: PipeValue) -> Bool {
            let order = PipeValue.compare(left, right) ?? 0
            return isDescending ? order > 0 : order < 0
        }
        if list.count == wanted, let last = list.last, !precedes(value, last) { return 0 }
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if precedes(value, list[middle]) { high = middle } else { low = middle + 1 }
        }
        list.insert(value, at: low)
        guard list.count > wanted else { return value.bytesCount }
        return value.bytesCount - list.removeLast().bytesCount
    }

    private static func number(_ value: PipeValue) -> Double? {
        if case .text(let text) = value { return Double(text) }
        return value.number
    }

    var value: PipeValue {
        switch aggregate {
        case .count: .long(count)
        case .countDistinct: .long(Int64(distinct.count))
        case .min, .max: extreme
        case .absent: .bool(count == 0)
        case .present: .bool(count > 0)
        case .variance: numbers.count == 0 ? .null : .double(numbers.variance)
        case .weightedAvg: numbers.count == 0 || weights == 0 ? .null : .double(numbers.sum / weights)
        case .values, .top: list.isEmpty ? .null : (list.count == 1 ? list[0] : .several(list))
        case .sum: numbers.count == 0 ? .null : (whole.map { .long($0) } ?? .double(numbers.sum))
        case .avg: numbers.average.map { .double($0) } ?? .null
        case .stdDev: numbers.count == 0 ? .null : .double(numbers.variance.squareRoot())
        case .median, .percentile: sketch.quantiles([share])[0].map { .double($0) } ?? .null
        }
    }
}
