/// The scalar functions of ES|QL that there are here.
enum PipeFunction: String, CaseIterable {
    // Of numbers.
    case abs, acos, asin, atan, atan2, cbrt, ceil, cos, cosh, e, exp, floor, hypot, log, log10, pi, pow, round, signum
    case sin, sinh, sqrt, tan, tanh, tau
    case copySign = "copy_sign"
    case toDegrees = "to_degrees"
    case toRadians = "to_radians"
    // Of several values.
    case greatest, least
    case mvAppend = "mv_append"
    case mvAvg = "mv_avg"
    case mvConcat = "mv_concat"
    case mvContains = "mv_contains"
    case mvCount = "mv_count"
    case mvDedupe = "mv_dedupe"
    case mvFirst = "mv_first"
    case mvLast = "mv_last"
    case mvMax = "mv_max"
    case mvMedian = "mv_median"
    case mvMin = "mv_min"
    case mvSlice = "mv_slice"
    case mvSort = "mv_sort"
    case mvSum = "mv_sum"
    case mvZip = "mv_zip"
    // Of texts.
    case concat, contains, left, length, locate, ltrim, `repeat`, replace, reverse, right, rtrim, space, split
    case substring, trim
    case bitLength = "bit_length"
    case byteLength = "byte_length"
    case endsWith = "ends_with"
    case startsWith = "starts_with"
    case toLower = "to_lower"
    case toUpper = "to_upper"
    // From one type to another.
    case toBoolean = "to_boolean"
    case toDatetime = "to_datetime"
    case toDouble = "to_double"
    case toInteger = "to_integer"
    case toLong = "to_long"
    case toString = "to_string"
    // Of dates.
    case bucket, now
    case dateDiff = "date_diff"
    case dateExtract = "date_extract"
    case dateFormat = "date_format"
    case dateParse = "date_parse"
    case dateTrunc = "date_trunc"
    case dayName = "day_name"
    case monthName = "month_name"
    // Of addresses.
    case cidrMatch = "cidr_match"
    case ipPrefix = "ip_prefix"
    // Of whatever there is.
    case `case`, coalesce

    /// Other names of the same.
    private static let aliases: [String: PipeFunction] = [
        "to_bool": .toBoolean, "to_dt": .toDatetime, "to_dbl": .toDouble, "to_int": .toInteger, "to_str": .toString,
    ]

    init?(named name: String) {
        guard let function = Self(rawValue: name) ?? Self.aliases[name] else { return nil }
        self = function
    }

    /// What `value::type` calls.
    init?(castTo type: String) {
        switch type {
        case "boolean", "bool": self = .toBoolean
        case "date", "datetime": self = .toDatetime
        case "double": self = .toDouble
        case "integer", "int": self = .toInteger
        case "long": self = .toLong
        case "keyword", "string", "text": self = .toString
        default: return nil
        }
    }

    /// How many arguments it takes.
    var arity: ClosedRange<Int> {
        switch self {
        case .e, .now, .pi, .tau: 0...0
        case .abs, .acos, .asin, .atan, .cbrt, .ceil, .cos, .cosh, .exp, .floor, .log10, .signum, .sin, .sinh, .sqrt,
            .tan, .tanh, .toDegrees, .toRadians, .mvAvg, .mvCount, .mvDedupe, .mvFirst, .mvLast, .mvMax, .mvMedian,
            .mvMin, .mvSum, .length, .ltrim, .reverse, .rtrim, .space, .trim, .bitLength, .byteLength, .toLower,
            .toUpper, .toBoolean, .toDatetime, .toDouble, .toInteger, .toLong, .toString, .dayName, .monthName:
            1...1
        case .log, .round, .dateFormat, .dateParse, .mvSort: 1...2
        case .atan2, .copySign, .hypot, .pow, .mvAppend, .mvConcat, .mvContains, .contains, .left, .repeat, .right,
            .split, .endsWith, .startsWith, .dateExtract, .dateTrunc:
            2...2
        case .locate, .substring, .mvSlice, .mvZip: 2...3
        case .replace, .dateDiff, .ipPrefix: 3...3
        case .bucket: 2...4
        case .case, .cidrMatch: 2...1000
        case .concat, .coalesce, .greatest, .least: 1...1000
        }
    }
}
