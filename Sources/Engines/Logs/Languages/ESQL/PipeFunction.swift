/// The scalar functions of ES|QL that there are here.
enum PipeFunction: String, CaseIterable {
    case abs, ceil, floor, round, sqrt, pow, log, log10, exp, greatest, least
    case length
    case toUpper = "to_upper"
    case toLower = "to_lower"
    case trim, ltrim, rtrim, substring, left, right, concat, replace
    case split
    case startsWith = "starts_with"
    case endsWith = "ends_with"
    case locate
    case toString = "to_string"
    case toLong = "to_long"
    case toInteger = "to_integer"
    case toInt = "to_int"
    case toDouble = "to_double"
    case toBoolean = "to_boolean"
    case toDatetime = "to_datetime"
    case dateTrunc = "date_trunc"
    case dateExtract = "date_extract"
    case dateFormat = "date_format"
    case dateParse = "date_parse"
    case dateDiff = "date_diff"
    case now, bucket
    case `case`, coalesce
    case mvCount = "mv_count"
    case mvFirst = "mv_first"
    case mvLast = "mv_last"
    case mvMin = "mv_min"
    case mvMax = "mv_max"

    /// How many arguments it takes.
    var arity: ClosedRange<Int> {
        switch self {
        case .now: 0...0
        case .abs, .ceil, .floor, .sqrt, .log10, .exp, .length, .toUpper, .toLower, .trim, .ltrim, .rtrim, .toString,
            .toLong, .toInteger, .toInt, .toDouble, .toBoolean, .toDatetime, .mvCount, .mvFirst, .mvLast, .mvMin,
            .mvMax:
            1...1
        case .round, .log, .dateFormat: 1...2
        case .pow, .left, .right, .split, .startsWith, .endsWith, .dateTrunc, .dateExtract, .dateParse: 2...2
        case .substring, .locate: 2...3
        case .replace, .dateDiff: 3...3
        case .bucket: 2...4
        case .concat, .case, .greatest, .least, .coalesce: 1...1000
        }
    }
}
