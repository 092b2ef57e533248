import Basics
import SignalModel

/// Numbers for people, after Prometheus' `template` package and `prometheus/common/helpers/templates`.
enum TemplateHumanizing {
    static func call(_ arguments: TemplateArguments) throws(TemplateFailure) -> TemplateValue {
        try arguments.expect(1)
        switch arguments.function {
        case "parseDuration":
            let text = try arguments.string(0)
            do { return .float(Double(try DurationText.milliseconds(text)) / 1000) } catch {
                throw arguments.failure(error.description)
            }
        case "humanize": return .string(scaled(try arguments.number(0)))
        case "humanize1024": return .string(binaryScaled(try arguments.number(0)))
        case "humanizePercentage": return .string(rounded(try arguments.number(0) * 100) + "%")
        case "humanizeDuration": return .string(span(try arguments.number(0)))
        case "toDuration":
            let seconds = try finite(arguments)
            // Go's durations count nanoseconds in 64 bits.
            guard seconds.magnitude < 9.2e9 else { throw overflow(seconds, "duration", arguments) }
            return .duration(.seconds(seconds))
        case "toTime": return .time(try time(arguments))
        default:
            let seconds = try arguments.number(0)
            return .string(seconds.isFinite ? GoTime.text(try time(arguments)) : GoNumber.infinite(seconds))
        }
    }

    private static func rounded(_ value: Double) -> String { GoNumber.formatted(value, "g", precision: 4) }

    private static let largePrefixes = ["k", "M", "G", "T", "P", "E", "Z", "Y"]
    private static let smallPrefixes = ["m", "u", "n", "p", "f", "a", "z", "y"]

    private static func scaled(_ value: Double) -> String {
        if value == 0 || !value.isFinite { return rounded(value) }
        if value.magnitude < 1 { return scaledDown(value) }
        return scaledUp(value, by: 1000, largePrefixes)
    }

    private static func scaledUp(_ value: Double, by factor: Double, _ prefixes: [String]) -> String {
        var value = value
        var prefix = ""
        for next in prefixes {
            if value.magnitude < factor { break }
            prefix = next
            value /= factor
        }
        return rounded(value) + prefix
    }

    private static func scaledDown(_ value: Double) -> String {
        var value = value
        var prefix = ""
        for next in smallPrefixes {
            if value.magnitude >= 1 { break }
            prefix = next
            value *= 1000
        }
        return rounded(value) + prefix
    }

    private static func binaryScaled(_ value: Double) -> String {
        if value.magnitude <= 1 || !value.isFinite { return rounded(value) }
        return scaledUp(value, by: 1024, ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"])
    }

    private static func span(_ value: Double) -> String {
        if !value.isFinite { return rounded(value) }
        if value == 0 { return rounded(value) + "s" }
        if value.magnitude < 1 { return scaledDown(value) + "s" }
        let sign = value < 0 ? "-" : ""
        let size = value.magnitude
        // Beyond this the seconds no longer fit Go's int64 either.
        guard size < 9.2e18 else { return sign + rounded(size) + "s" }
        let whole = Int64(size)
        let (days, hours, minutes, seconds) = (whole / 86_400, whole / 3600 % 24, whole / 60 % 60, whole % 60)
        if days != 0 { return "\(sign)\(days)d \(hours)h \(minutes)m \(seconds)s" }
        if hours != 0 { return "\(sign)\(hours)h \(minutes)m \(seconds)s" }
        if minutes != 0 { return "\(sign)\(minutes)m \(seconds)s" }
        return sign + rounded(size) + "s"
    }

    private static func time(_ arguments: TemplateArguments) throws(TemplateFailure) -> Timestamp {
        let seconds = try finite(arguments)
        // Go's times here count nanoseconds in 64 bits.
        guard seconds.magnitude < 9.2e9 else { throw overflow(seconds, "timestamp", arguments) }
        return Timestamp(milliseconds: Int64((seconds * 1000).rounded(.down)))
    }

    private static func finite(_ arguments: TemplateArguments) throws(TemplateFailure) -> Double {
        let seconds = try arguments.number(0)
        guard seconds.isFinite else { throw arguments.failure("value is NaN or Inf") }
        return seconds
    }

    private static func overflow(_ value: Double, _ kind: String, _ arguments: TemplateArguments) -> TemplateFailure {
        let text = GoNumber.general(value)
        return arguments.failure("\(text) cannot be represented as a nanoseconds \(kind) since it overflows int64")
    }
}
