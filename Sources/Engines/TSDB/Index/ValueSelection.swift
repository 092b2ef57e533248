import SignalModel

/// Some values of one label, and so the series that have one of them. A series has one value of a name at most,
/// so the lists do not overlap.
struct ValueSelection {
    var table: ValueTable
    var places: [Int]
    /// Series listed under all of them.
    var seriesCount: Int

    init(_ table: ValueTable, _ places: [Int]) {
        self.table = table
        self.places = places
        seriesCount = places.reduce(0) { $0 + Int(table.values[$1].postings.count) }
    }

    /// The values that the matcher accepts, or with `inverted` those it does not.
    init(_ table: ValueTable, _ matcher: Matcher, inverted: Bool) {
        self.init(table, Self.places(table, matcher, inverted: inverted))
    }

    private static func places(_ table: ValueTable, _ matcher: Matcher, inverted: Bool) -> [Int] {
        // What decides without the operation's sign: which values the equality or the pattern hits.
        let isNegative = matcher.operation == .notEqual || matcher.operation == .notMatches
        let wantsHits = isNegative == inverted
        switch matcher.operation {
        case .equal, .notEqual: return places(table, texts: [matcher.value], wantsHits: wantsHits)
        case .matches, .notMatches:
            switch PatternShape(matcher.value) {
            case .texts(let texts): return places(table, texts: texts, wantsHits: wantsHits)
            case .anything: return wantsHits ? Array(table.values.indices) : []
            case .nonEmpty: return places(table) { ($0.count > 0) == wantsHits }
            case .prefix(let text, let needsMore):
                let prefix = Array(text.utf8)
                return prefix.withUnsafeBytes { prefix in
                    places(table) { value in
                        let isHit =
                            value.count >= prefix.count + (needsMore ? 1 : 0)
                            && equalBytes(UnsafeRawBufferPointer(rebasing: value[..<prefix.count]), prefix)
                        return isHit == wantsHits
                    }
                }
            case .general: return places(table) { matcher.matches($0) != inverted }
            }
        }
    }

    private static func places(_ table: ValueTable, texts: [String], wantsHits: Bool) -> [Int] {
        var hits: Set<Int> = []
        for var text in texts {
            if let place = text.withUTF8({ table.place(of: UnsafeRawBufferPointer($0)) }) { hits.insert(place) }
        }
        return wantsHits ? hits.sorted() : table.values.indices.filter { !hits.contains($0) }
    }

    private static func places(_ table: ValueTable, _ isWanted: (UnsafeRawBufferPointer) -> Bool) -> [Int] {
        table.bytes.withUnsafeBytes { bytes in
            table.values.indices.filter { place in
                isWanted(UnsafeRawBufferPointer(rebasing: bytes[table.bytes(of: table.values[place])]))
            }
        }
    }
}
