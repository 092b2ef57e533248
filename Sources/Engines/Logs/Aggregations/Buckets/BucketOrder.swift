internal import SignalModel

/// What buckets are ordered by.
struct BucketOrder {
    enum Key {
        case count
        case key
        /// A path to a number within.
        case metric(BucketPath)
    }

    var key: Key
    var isDescending: Bool

    /// `{"_count": "desc"}`, or an array of such.
    static func list(_ parameters: AggregationParameters) throws(LogQueryError) -> [BucketOrder] {
        var orders: [BucketOrder] = []
        for element in parameters.elements("order") ?? [] {
            guard case .object(let object) = element else {
                throw parameters.error("[order] must be an object like {\"_count\": \"desc\"}")
            }
            for member in object.members {
                guard case .string(let direction) = member.value, ["asc", "desc"].contains(direction.lowercased())
                else { throw parameters.error("the order of [\(member.name)] must be asc or desc") }
                let key: Key =
                    switch member.name {
                    case "_count": .count
                    case "_key", "_term", "_time": .key
                    default: .metric(BucketPath(member.name))
                    }
                orders.append(BucketOrder(key: key, isDescending: direction.lowercased() == "desc"))
            }
        }
        return orders
    }
}

/// Where in a bucket a number stands: `1`, `1.avg`, `1[95.0]`, `2>1.value`, `_count`.
struct BucketPath {
    let text: String
    private let steps: [Substring]

    init(_ text: String) {
        self.text = text
        steps = text.split(separator: ">")
    }

    func number(in bucket: DocumentObject) -> Double? {
        guard let last = steps.last else { return nil }
        var object = bucket
        for step in steps.dropLast() {
            guard case .object(let inner) = object[String(step)] else { return nil }
            object = inner
        }
        return Self.metric(last, in: object)
    }

    /// What of an answer is read without a further name, or by `.name` and `[key]`.
    private static func metric(_ step: Substring, in object: DocumentObject) -> Double? {
        if step == "_count" { return number(object["doc_count"]) }
        if let value = object[String(step)] { return plain(value, nil) }
        if step.hasSuffix("]"), let bracket = step.firstIndex(of: "[") {
            guard let value = object[String(step[..<bracket])] else { return nil }
            return plain(value, step[step.index(after: bracket)...].dropLast())
        }
        // A name may have dots itself: the longest that is there counts.
        var rest = step
        while let dot = rest.lastIndex(of: ".") {
            rest = rest[..<dot]
            if let value = object[String(rest)] { return plain(value, step[step.index(after: dot)...]) }
        }
        return nil
    }

    private static func plain(_ value: DocumentValue, _ name: Substring?) -> Double? {
        guard case .object(let object) = value else { return number(value) }
        guard let name, name != "value" else { return number(object["value"]) ?? number(object["doc_count"]) }
        if name == "_count" { return number(object["doc_count"]) }
        if let found = number(object[String(name)]) { return found }
        if case .object(let values) = object["values"] {
            if let found = number(values[String(name)]) { return found }
            if let key = Double(name) { return number(values[key.description]) }
        }
        if case .object(let bounds) = object["std_deviation_bounds"] {
            return number(
                bounds[name.hasPrefix("std_") ? String(name.split(separator: "_").last ?? "") : String(name)])
        }
        // Of the first of the records that came first.
        if case .array(let top) = object["top"], case .object(let first) = top.first,
            case .object(let metrics) = first["metrics"]
        {
            return number(metrics[String(name)])
        }
        return nil
    }

    static func number(_ value: DocumentValue?) -> Double? {
        switch value {
        case .integer(let value): Double(value)
        case .double(let value): value
        case .bool(let value): value ? 1 : 0
        default: nil
        }
    }
}

extension [DocumentObject] {
    /// Sorted by several orders; of what is equal in all, by the order they stand in.
    func sorted(by orders: [BucketOrder]) -> [DocumentObject] {
        let keys = map { bucket in
            orders.map { order -> Double in
                switch order.key {
                case .count: BucketPath.number(bucket["doc_count"]) ?? 0
                case .key: BucketPath.number(bucket["key"]) ?? 0
                case .metric(let path): path.number(in: bucket) ?? .nan
                }
            }
        }
        return indices.sorted { left, right in
            for (place, order) in orders.enumerated() {
                var comparison = 0
                if case .key = order.key, case .string(let first) = self[left]["key"],
                    case .string(let second) = self[right]["key"]
                {
                    comparison = first < second ? -1 : (first == second ? 0 : 1)
                } else {
                    let (first, second) = (keys[left][place], keys[right][place])
                    // Without a number comes last, whatever the direction.
                    if first.isNaN || second.isNaN {
                        if first.isNaN != second.isNaN { return second.isNaN }
                        continue
                    }
                    comparison = first < second ? -1 : (first == second ? 0 : 1)
                }
                if comparison != 0 { return order.isDescending ? comparison > 0 : comparison < 0 }
            }
            return left < right
        }.map { self[$0] }
    }
}
