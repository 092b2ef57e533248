import Basics

/// The functions that Alertmanager adds to Go's, beyond those it shares with Prometheus.
enum NotificationFunctions {
    static func call(
        _ arguments: TemplateArguments, at now: Timestamp, _ environment: TemplateEnvironment
    ) throws(TemplateFailure) -> TemplateValue {
        switch arguments.function {
        case "join":
            try arguments.expect(2)
            return .string(try strings(arguments, 1).joined(separator: try arguments.string(0)))
        case "stringSlice":
            var texts: [TemplateValue] = []
            for index in arguments.values.indices { texts.append(.string(try arguments.string(index))) }
            return .list(texts, .plain)
        case "trimSpace":
            try arguments.expect(1)
            return .string(trimmed(try arguments.string(0)))
        case "safeUrl":
            try arguments.expect(1)
            return .markup(GoText.htmlEscaped(try arguments.string(0)))
        case "urlUnescape":
            try arguments.expect(1)
            return .string(try unescaped(arguments))
        case "toJson":
            try arguments.expect(1)
            return .string(TemplateJSON.text(arguments[0]))
        case "since":
            try arguments.expect(1)
            return .duration(now - (try time(arguments, 0)))
        case "date":
            try arguments.expect(2)
            let ahead: Int64? = if case .localTime(_, let ahead) = arguments[1] { ahead } else { nil }
            return .string(GoTimeLayout.format(try time(arguments, 1), try arguments.string(0), aheadSeconds: ahead))
        default:
            try arguments.expect(2)
            let (name, time) = (try arguments.string(0), try time(arguments, 1))
            if name.isEmpty || name == "UTC" { return .time(time) }
            guard let zone = environment.zone(name) else { throw arguments.failure("unknown time zone \(name)") }
            return .localTime(time, aheadSeconds: zone.offsetSeconds(at: time))
        }
    }

    private static func strings(_ arguments: TemplateArguments, _ index: Int) throws(TemplateFailure) -> [String] {
        guard case .list(let elements, _) = arguments[index] else {
            throw arguments.wrongType(index, expected: "[]string")
        }
        return elements.map(\.printed)
    }

    private static func time(_ arguments: TemplateArguments, _ index: Int) throws(TemplateFailure) -> Timestamp {
        switch arguments[index] {
        case .time(let time), .localTime(let time, _): return time
        default: break
        }
        throw arguments.wrongType(index, expected: "time.Time")
    }

    private static func trimmed(_ text: String) -> String {
        var rest = text[...].drop { $0.isWhitespace }
        while rest.last?.isWhitespace == true { rest = rest.dropLast() }
        return String(rest)
    }

    private static func unescaped(_ arguments: TemplateArguments) throws(TemplateFailure) -> String {
        let text = try arguments.string(0)
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else {
                throw arguments.failure("invalid URL escape \(GoText.quoted("%" + digits))")
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Values as Go's encoding/json writes them, keys in order.
enum TemplateJSON {
    static func text(_ value: TemplateValue) -> String {
        switch value {
        case .nothing: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .float(let value): GoNumber.general(value)
        case .string(let text), .markup(let text): string(text)
        case .sample(let sample): object(["labels": .labels(sample.labels), "value": .float(sample.value)])
        case .samples(let samples): array(samples.map(TemplateValue.sample))
        case .labels(let values): object(values.mapValues(TemplateValue.string))
        case .map(let values): object(values)
        // Field names begin in lower case there.
        case .record(let values):
            object(
                Dictionary(values.map { ($0.key.prefix(1).lowercased() + $0.key.dropFirst(), $0.value) }) { a, _ in a
                })
        case .time(let time): string(RFC3339.format(time))
        case .localTime(let time, let ahead): string(GoTime.json(time, aheadSeconds: ahead))
        case .duration(let span): String(span.milliseconds * 1_000_000)
        case .list(let elements, _): array(elements)
        }
    }

    private static func array(_ values: [TemplateValue]) -> String {
        "[" + values.map(text).joined(separator: ",") + "]"
    }

    private static func object(_ values: [String: TemplateValue]) -> String {
        let pairs = values.sorted { $0.key < $1.key }.map { string($0.key) + ":" + text($0.value) }
        return "{" + pairs.joined(separator: ",") + "}"
    }

    private static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || "<>&".unicodeScalars.contains(scalar):
                result += "\\u" + GoText.hexadecimal(UInt64(scalar.value), digits: 4)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
