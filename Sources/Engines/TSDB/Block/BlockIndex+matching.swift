import Basics
import SignalModel

extension BlockIndex {
    /// References of the series that all matchers accept, ascending, which is the order of their labels: the
    /// meaning of Prometheus' `PostingsForMatchers`, as `LabelIndex.ids(matching:)` has it for the head.
    func series(matching matchers: [Matcher]) throws -> [UInt32] {
        var wanted: [IDSet] = []
        var unwanted: [IDSet] = []
        for matcher in matchers {
            let lists = try postings(of: matcher, inverted: matcher.matchesEmpty)
            if matcher.matchesEmpty {
                // Series without the label match, so the others are taken away instead.
                if !lists.references.isEmpty { unwanted.append(set(lists)) }
            } else {
                if lists.references.isEmpty { return [] }
                wanted.append(set(lists))
            }
        }
        wanted.sort { $0.size < $1.size }
        var found = try wanted.first?.ids ?? allSeries()
        for other in wanted.dropFirst() where !found.isEmpty { found = other.filter(found) }
        for other in unwanted where !found.isEmpty { found = other.filter(found, inverted: true) }
        return found
    }

    private struct Lists {
        var references: [UInt32] = []
        var count = 0
    }

    private func set(_ lists: Lists) -> IDSet {
        if lists.count == 1 { return .few(lists.references) }
        // A bit for each place costs as much as one listed reference in 32.
        let places = bytes.count / BlockFormat.seriesAlignment + 1
        if lists.references.count > places / 32 { return IDSet(lists.references, idCount: places) }
        return .few(lists.references.sorted())
    }

    /// The lists of the values that the matcher accepts, or with `inverted` of those it does not.
    private func postings(of matcher: Matcher, inverted: Bool) throws -> Lists {
        var lists = Lists()
        guard let values = names[matcher.name] else { return lists }
        func take(_ entry: PostingsEntry) throws {
            try appendPostings(at: entry.postings, to: &lists.references)
            lists.count += 1
        }
        let isNegative = matcher.operation == .notEqual || matcher.operation == .notMatches
        if isNegative == inverted, let texts = Self.texts(matcher) {
            for text in Set(texts) {
                if let entry = try find(text, in: values) { try take(entry) }
            }
            return lists
        }
        try forEachValue(values) { entry in
            if matcher.matches(entry.value) != inverted { try take(entry) }
        }
        return lists
    }

    /// The texts a matcher or its opposite names one by one.
    private static func texts(_ matcher: Matcher) -> [String]? {
        switch matcher.operation {
        case .equal, .notEqual: return [matcher.value]
        case .matches, .notMatches:
            if case .texts(let texts) = PatternShape(matcher.value) { return texts }
            return nil
        }
    }

    /// Binary search over the sampled entries, then a walk of at most 32.
    private func find(_ text: String, in values: Values) throws -> PostingsEntry? {
        var text = text
        return try text.withUTF8 { wanted in
            let wanted = UnsafeRawBufferPointer(wanted)
            var low = 0
            var high = values.sampled.count
            while high - low > 1 {
                let middle = (low + high) / 2
                var cursor = values.sampled[middle]
                guard let entry = PostingsEntry(bytes, at: &cursor) else { throw damage.at(cursor, "no entry") }
                if compareBytes(entry.value, wanted) <= 0 { low = middle } else { high = middle }
            }
            var cursor = values.sampled.isEmpty ? values.end : values.sampled[low]
            for _ in 0..<Values.sampling where cursor < values.end {
                guard let entry = PostingsEntry(bytes, at: &cursor) else { throw damage.at(cursor, "no entry") }
                let order = compareBytes(entry.value, wanted)
                if order == 0 { return entry }
                if order > 0 { return nil }
            }
            return nil
        }
    }

    /// Calls `body` for each value of a name, in order.
    func forEachValue(_ values: Values, _ body: (PostingsEntry) throws -> Void) throws {
        var cursor = values.start
        while cursor < values.end {
            guard let entry = PostingsEntry(bytes, at: &cursor) else { throw damage.at(cursor, "no entry") }
            try body(entry)
        }
    }

    // MARK: Names and values

    /// Names of labels on the series that match; all for no matchers. Unsorted.
    func labelNames(_ matchers: [Matcher]) throws -> [String] {
        if matchers.isEmpty { return Array(names.keys) }
        let found = IDSet.few(try series(matching: matchers))
        return try names.compactMap { name, values in
            try hasAny(values, of: found) ? name : nil
        }
    }

    private func hasAny(_ values: Values, of found: IDSet) throws -> Bool {
        var cursor = values.start
        while cursor < values.end {
            guard let entry = PostingsEntry(bytes, at: &cursor) else { throw damage.at(cursor, "no entry") }
            if try contains(entry, anyOf: found) { return true }
        }
        return false
    }

    private func contains(_ entry: PostingsEntry, anyOf found: IDSet) throws -> Bool {
        var references: [UInt32] = []
        try appendPostings(at: entry.postings, to: &references)
        return references.withUnsafeBufferPointer { found.containsAny($0) }
    }

    func labelValues(_ name: String, _ matchers: [Matcher]) throws -> [String] {
        guard let values = names[name] else { return [] }
        let found = matchers.isEmpty ? nil : IDSet.few(try series(matching: matchers))
        var result: [String] = []
        try forEachValue(values) { entry in
            if let found, try !contains(entry, anyOf: found) { return }
            result.append(String(decoding: entry.value, as: UTF8.self))
        }
        return result
    }
}

extension IDSet {
    /// For choosing the smallest first.
    fileprivate var size: Int {
        switch self {
        case .few(let ids): ids.count
        case .many(let words): words.reduce(0) { $0 + $1.nonzeroBitCount }
        }
    }
}
