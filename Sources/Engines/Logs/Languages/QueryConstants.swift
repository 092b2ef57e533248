/// Constants of queries, read for the field they are compared with.
struct QueryConstants {
    let dates: DateMath
    let formats: [DateFormat]

    init(_ context: LogQueryContext) {
        dates = DateMath(context)
        formats = DateFormat.standard
    }

    init(dates: DateMath, formats: [DateFormat]) {
        self.dates = dates
        self.formats = formats
    }

    /// A word of a query; what is written as a number counts as one.
    static func value(_ text: String) -> QueryValue {
        guard let first = text.utf8.first, first == 45 || first == 43 || first == 46 || (48...57).contains(first)
        else {
            return .string(text)
        }
        if let integer = Int64(text), String(integer) == text { return .integer(integer) }
        if let double = Double(text), double.isFinite, !text.utf8.contains(where: { $0 == 120 || $0 == 88 }) {
            return .double(double)
        }
        return .string(text)
    }

    /// One end of a range. Ends that are dates count as their first or last instant, so that a day named as the
    /// upper end is in it whole.
    func bound(
        _ field: FieldSelector, _ text: String, isInclusive: Bool, isLower: Bool
    ) throws(LogQueryError) -> ValueTest.Bound {
        guard field.isTimestamp || DateMath.isDate(text) else {
            return ValueTest.Bound(Self.value(text), isInclusive: isInclusive)
        }
        let time = try dates.resolve(text, roundingUp: isLower != isInclusive, formats: formats)
        return ValueTest.Bound(.time(nanoseconds: time), isInclusive: isInclusive)
    }

    /// What a value equal to `text` passes: of `@timestamp`, every instant that `text` may stand for.
    func equality(
        _ field: FieldSelector, _ text: String, _ mode: ValueTest.MatchMode
    ) throws(LogQueryError) -> ValueTest {
        guard field.isTimestamp else { return .match(.string(text), mode) }
        return .range(
            lower: try bound(field, text, isInclusive: true, isLower: true),
            upper: try bound(field, text, isInclusive: true, isLower: false))
    }
}
