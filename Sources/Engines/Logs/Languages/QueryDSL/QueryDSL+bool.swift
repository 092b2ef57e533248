internal import SignalModel

extension QueryDSL {
    mutating func bool(_ body: QueryBody) throws(LogQueryError) -> LogFilter {
        var all: [LogFilter] = []
        var should: [LogFilter] = []
        var mustNot: [LogFilter] = []
        var minimum: String?
        for member in try body.object().members {
            switch member.name {
            case "must", "filter": all += try filters(member.value)
            case "should": should += try filters(member.value)
            case "must_not", "mustNot": mustNot += try filters(member.value).map(\.negated)
            case "minimum_should_match":
                minimum = member.value == .null ? nil : try QueryParameters.constant(member.value, "bool").text
            case "boost", "_name", "adjust_pure_negative": continue
            default: throw LogQueryError(.malformed, "[bool] query does not support [\(member.name)]")
            }
        }
        if !should.isEmpty {
            let least =
                try minimum.map { text throws(LogQueryError) in
                    try MinimumMatch.count(text, of: should.count)
                } ?? (all.isEmpty ? 1 : 0)
            // Of queries that need not match, only scores would tell.
            if least == 1 {
                all.append(.some(should))
            } else if least == should.count {
                all += should
            } else if least > should.count {
                all.append(.nothing)
            } else if least > 1 {
                all.append(.atLeast(least, should))
            }
        }
        return .every(all + mustNot)
    }
}

/// How many of several optional queries must hold: `2`, `-1`, `75%`, `-25%`, `3<90%`, `2<-25% 9<-3`.
enum MinimumMatch {
    static func count(_ text: String, of total: Int) throws(LogQueryError) -> Int {
        let text = text.split(separator: " ").joined(separator: " ")
        guard text.contains("<") else { return try plain(Substring(text), total, text) }
        var result = total
        for condition in text.split(separator: " ") {
            let parts = condition.split(separator: "<")
            guard parts.count == 2, let above = Int(parts[0]) else { throw error(text) }
            if total <= above { return result }
            result = try plain(parts[1], total, text)
        }
        return result
    }

    private static func plain(_ part: Substring, _ total: Int, _ text: String) throws(LogQueryError) -> Int {
        if part.hasSuffix("%") {
            guard let percent = Int(part.dropLast()), abs(percent) <= 100 else { throw error(text) }
            let share = Int(Double(total) * Double(percent) / 100)
            return max(0, percent < 0 ? total + share : share)
        }
        guard let number = Int(part), abs(number) < 1 << 31 else { throw error(text) }
        return max(0, number < 0 ? total + number : number)
    }

    private static func error(_ text: String) -> LogQueryError {
        LogQueryError(
            .argument, "cannot read minimum_should_match [\(text)]: write a number, a percentage or 3<90%")
    }
}
