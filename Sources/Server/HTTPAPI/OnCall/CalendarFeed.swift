import Basics

/// Events as RFC 5545 writes them (https://www.rfc-editor.org/rfc/rfc5545): lines end with CRLF and are folded at 75
/// octets, times are UTC, a text's commas, semicolons, backslashes and line ends are escaped.
struct CalendarFeed {
    private var lines: [String]
    private static let lineOctetsMax = 75

    init(name: String) {
        lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Signalbox//On call//EN", "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH", "X-WR-CALNAME:" + Self.escaped(name), "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
            "X-PUBLISHED-TTL:PT1H",
        ]
    }

    mutating func add(
        uid: String, stamp: Int64, from: Int64, through: Int64, summary: String, description: String
    ) {
        lines += [
            "BEGIN:VEVENT", "UID:" + Self.escaped(uid), "DTSTAMP:" + Self.time(stamp), "DTSTART:" + Self.time(from),
            "DTEND:" + Self.time(through), "SUMMARY:" + Self.escaped(summary),
        ]
        if !description.isEmpty { lines.append("DESCRIPTION:" + Self.escaped(description)) }
        // Being on call leaves a person free for meetings.
        lines += ["TRANSP:TRANSPARENT", "END:VEVENT"]
    }

    var text: String { (lines + ["END:VCALENDAR"]).map { Self.folded($0) + "\r\n" }.joined() }

    /// `20260105T090000Z`.
    private static func time(_ milliseconds: Int64) -> String {
        let whole = Timestamp(milliseconds: Timestamp(milliseconds: milliseconds).wholeSeconds * 1000)
        return RFC3339.format(whole).filter { $0 != "-" && $0 != ":" }
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", ";", ",": result += "\\\(scalar)"
            case "\n": result += "\\n"
            // Other control characters have no place in a text value.
            case _ where scalar.value < 0x20 || scalar.value == 0x7f: break
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Never within a character's bytes.
    private static func folded(_ line: String) -> String {
        var result = ""
        var octets = 0
        for scalar in line.unicodeScalars {
            let count = scalar.utf8.count
            if octets + count > lineOctetsMax {
                result += "\r\n "
                octets = 1
            }
            result.unicodeScalars.append(scalar)
            octets += count
        }
        return result
    }
}
