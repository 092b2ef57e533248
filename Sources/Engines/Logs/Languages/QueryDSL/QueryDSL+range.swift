internal import SignalModel

extension QueryDSL {
    mutating func range(_ body: QueryBody) throws(LogQueryError) -> LogFilter {
        let (field, parameters) = try body.field("value")
        try clauses.add()
        var includesFrom = true
        var includesTo = true
        if let flag = try parameters.flag("include_lower") { includesFrom = flag }
        if let flag = try parameters.flag("include_upper") { includesTo = flag }
        var zone = context.zone
        if let name = try parameters.text("time_zone") { zone = try context.zone(named: name) }
        let format = try parameters.text("format")
        let reader = QueryConstants(dates: DateMath(context, zone: zone), formats: try DateFormat.list(format))
        var lower: ValueTest.Bound?
        var upper: ValueTest.Bound?
        for member in parameters.object.members {
            let isLower: Bool
            let isInclusive: Bool
            switch member.name {
            case "gt": (isLower, isInclusive) = (true, false)
            case "gte", "ge": (isLower, isInclusive) = (true, true)
            case "lt": (isLower, isInclusive) = (false, false)
            case "lte", "le": (isLower, isInclusive) = (false, true)
            case "from": (isLower, isInclusive) = (true, includesFrom)
            case "to": (isLower, isInclusive) = (false, includesTo)
            case "include_lower", "include_upper", "time_zone", "format", "boost", "relation", "_name": continue
            default: throw LogQueryError(.malformed, "[range] query does not support [\(member.name)]")
            }
            guard member.value != .null else { continue }
            let constant = try QueryParameters.constant(member.value, "range")
            let bound = try Self.bound(
                field, constant, isInclusive: isInclusive, isLower: isLower, isDate: format != nil, reader)
            if isLower { lower = bound } else { upper = bound }
        }
        guard lower != nil || upper != nil else { return .test(field, .exists) }
        return .test(field, .range(lower: lower, upper: upper))
    }

    private static func bound(
        _ field: FieldSelector, _ constant: QueryValue, isInclusive: Bool, isLower: Bool, isDate: Bool,
        _ reader: QueryConstants
    ) throws(LogQueryError) -> ValueTest.Bound {
        switch constant {
        case .string(let text) where isDate && !field.isTimestamp:
            let time = try reader.dates.resolve(
                text, roundingUp: isLower != isInclusive, formats: reader.formats)
            return ValueTest.Bound(.time(nanoseconds: time), isInclusive: isInclusive)
        case .string(let text):
            return try reader.bound(field, text, isInclusive: isInclusive, isLower: isLower)
        case .integer where field.isTimestamp || isDate, .double where field.isTimestamp || isDate:
            let time = try reader.dates.resolve(
                constant.text, roundingUp: isLower != isInclusive,
                formats: reader.formats.contains { $0.kind == .epochSeconds } ? reader.formats : [.milliseconds])
            return ValueTest.Bound(.time(nanoseconds: time), isInclusive: isInclusive)
        default: return ValueTest.Bound(constant, isInclusive: isInclusive)
        }
    }
}

extension DateFormat {
    /// What a number stands for where no format says otherwise.
    static let milliseconds = DateFormat(name: "epoch_millis", kind: .epochMilliseconds)
}
