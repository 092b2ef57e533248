internal import Basics

extension PipeValue {
    /// As many values as there are: none is null.
    init(list: [PipeValue]) {
        let values = list.filter { $0 != .null }
        self = values.isEmpty ? .null : values.count == 1 ? values[0] : .several(values)
    }
}

extension PipeEvaluation {
    /// Of values that a function lists; more are null.
    private static let valuesMax = 100_000

    /// Functions of all the values of a field.
    func lists(_ function: PipeFunction, _ values: [PipeValue]) -> PipeValue {
        let list = values[0].values
        if list.isEmpty { return .null }
        switch function {
        case .mvCount: return .long(Int64(list.count))
        case .mvFirst: return list.first ?? .null
        case .mvLast: return list.last ?? .null
        case .mvMin: return Self.least(list)
        case .mvMax: return Self.greatest(list)
        case .mvDedupe:
            var seen: Set<PipeValue> = []
            return PipeValue(list: list.filter { seen.insert($0.grouped).inserted })
        case .mvSum: return Self.sum(list)
        case .mvAvg:
            let numbers = list.compactMap(\.number)
            return numbers.count == list.count ? .double(numbers.reduce(0, +) / Double(numbers.count)) : .null
        case .mvMedian: return Self.median(list)
        case .mvSort:
            let isDescending = values.count > 1 && values[1].string?.lowercased() == "desc"
            return PipeValue(
                list: list.sorted {
                    let order = PipeValue.compare($0, $1) ?? 0
                    return isDescending ? order > 0 : order < 0
                })
        case .mvSlice: return Self.slice(list, values)
        default: return Self.joined(function, values)
        }
    }

    private static func least(_ list: [PipeValue]) -> PipeValue {
        list.min { (PipeValue.compare($0, $1) ?? 0) < 0 } ?? .null
    }

    private static func greatest(_ list: [PipeValue]) -> PipeValue {
        list.max { (PipeValue.compare($0, $1) ?? 0) < 0 } ?? .null
    }

    private static func sum(_ list: [PipeValue]) -> PipeValue {
        var whole: Int64? = 0
        var sum = 0.0
        for value in list {
            guard let number = value.number else { return .null }
            sum += number
            if case .long(let integer) = value, let before = whole {
                let (after, isOver) = before.addingReportingOverflow(integer)
                if isOver { return .null }
                whole = after
            } else {
                whole = nil
            }
        }
        return whole.map { .long($0) } ?? .double(sum)
    }

    private static func median(_ list: [PipeValue]) -> PipeValue {
        let sorted = list.sorted { (PipeValue.compare($0, $1) ?? 0) < 0 }
        let upper = sorted[sorted.count / 2]
        if sorted.count % 2 == 1 { return upper.number == nil ? .null : upper }
        let lower = sorted[sorted.count / 2 - 1]
        // Of whole numbers a whole one, without overflow.
        if case .long(let first) = lower, case .long(let second) = upper {
            return .long((first >> 1) + (second >> 1) + (first & second & 1))
        }
        guard let first = lower.number, let second = upper.number else { return .null }
        return .double(first / 2 + second / 2)
    }

    /// From one place to another, both counted from 0, or from the end below it.
    private static func slice(_ list: [PipeValue], _ values: [PipeValue]) -> PipeValue {
        guard case .long(let first) = values[1] else { return .null }
        var last = first
        if values.count > 2 {
            guard case .long(let place) = values[2] else { return .null }
            last = place
        }
        let count = Int64(list.count)
        let from = Swift.max(first < 0 ? first.addingSaturated(count) : first, 0)
        let to = Swift.min(last < 0 ? last.addingSaturated(count) : last, count - 1)
        return from <= to ? PipeValue(list: Array(list[Int(from)...Int(to)])) : .null
    }

    /// Functions of several fields.
    private static func joined(_ function: PipeFunction, _ values: [PipeValue]) -> PipeValue {
        guard !values.contains(.null) else { return .null }
        switch function {
        case .greatest: return greatest(values.flatMap(\.values))
        case .least: return least(values.flatMap(\.values))
        case .mvAppend:
            let all = values.flatMap(\.values)
            return all.count <= valuesMax ? PipeValue(list: all) : .null
        case .mvConcat:
            guard let delimiter = values[1].string else { return .null }
            return text(values[0].values.compactMap(\.string), delimiter)
        case .mvContains:
            let all = Set(values[0].values.map(\.grouped))
            return .bool(values[1].values.allSatisfy { all.contains($0.grouped) })
        default:
            let delimiter = values.count > 2 ? values[2].string ?? "," : ","
            let (first, second) = (values[0].values, values[1].values)
            let pairs = (0..<Swift.max(first.count, second.count)).map { place in
                [first, second].compactMap { place < $0.count ? $0[place].string : nil }.joined(separator: delimiter)
            }
            guard pairs.reduce(0, { $0 + $1.utf8.count }) <= textBytesMax else { return .null }
            return PipeValue(list: pairs.map { .text($0) })
        }
    }

    private static func text(_ parts: [String], _ delimiter: String) -> PipeValue {
        let bytes = parts.reduce(0) { $0 + $1.utf8.count + delimiter.utf8.count }
        return bytes <= textBytesMax ? .text(parts.joined(separator: delimiter)) : .null
    }
}
