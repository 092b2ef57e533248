internal import Alerting
internal import Basics
internal import Crypto

/// Texts of messages within a service's bounds, cut as Alertmanager cuts them.
enum ReceiverText {
    private static let mark = "…"

    static func cut(_ text: String, scalarsMax: Int) -> String {
        guard text.unicodeScalars.count > scalarsMax else { return text }
        return String(text.unicodeScalars.prefix(scalarsMax - 1)) + mark
    }

    static func cut(_ text: String, bytesMax: Int, mark: String = mark) -> String {
        guard text.utf8.count > bytesMax else { return text }
        var kept = String.UnicodeScalarView()
        var bytes = mark.utf8.count
        for scalar in text.unicodeScalars {
            bytes += UTF8.width(scalar)
            if bytes > bytesMax { break }
            kept.append(scalar)
        }
        return String(kept) + mark
    }

    /// Between commas; what is empty is left out.
    static func list(_ text: String) -> [String] {
        trimmed(text).split(separator: ",").map(String.init)
    }

    static func trimmed(_ text: String) -> String {
        var rest = Substring(text)
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}

extension GroupNotification {
    /// What tells the group apart at services that keep incidents; Alertmanager's, so what it opened is resolved here.
    var incidentKey: String { SHA256.hash(data: Array(groupKey.utf8)).hexadecimal }
}

extension Sequence<UInt8> {
    var hexadecimal: String {
        reduce(into: "") { $0 += ($1 < 16 ? "0" : "") + String($1, radix: 16) }
    }
}
