import Basics

/// `time.Time.Format`: a layout shows how 2006-01-02 15:04:05 would look.
enum GoTimeLayout {
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    /// Longer marks first, so that `January` is not read as `Jan`.
    private static let marks = [
        "January", "Monday", "-07:00", "Z07:00", "-0700", "Z0700", "-07", "2006", "Jan", "Mon", "MST", "002", "01",
        "02", "03", "04",
        "05", "06", "15", "PM", "pm", "_2", "1", "2", "3", "4", "5",
    ]

    /// `ahead`: the clocks of a place, so far ahead of UTC; nil: UTC itself.
    static func format(_ time: Timestamp, _ layout: String, aheadSeconds ahead: Int64? = nil) -> String {
        let time = time + .seconds(ahead ?? 0)
        let seconds = (time.milliseconds - (time.milliseconds % 1000 + 1000) % 1000) / 1000
        let day = (seconds - (seconds % 86_400 + 86_400) % 86_400) / 86_400
        let parts = Parts(
            date: CivilDate(daysSinceEpoch: day), day: day, second: seconds - day * 86_400,
            milliseconds: time.milliseconds - seconds * 1000, ahead: ahead)
        var result = ""
        var rest = layout[...]
        while let first = rest.first {
            if first == "." || first == ",", let fraction = takeFraction(&rest, parts.milliseconds) {
                result += fraction
            } else if let mark = marks.first(where: rest.hasPrefix) {
                rest = rest.dropFirst(mark.count)
                result += parts.text(of: mark)
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    /// `.000` keeps its zeros, `.999` drops them.
    private static func takeFraction(_ rest: inout Substring, _ milliseconds: Int64) -> String? {
        let digits = rest.dropFirst().prefix { $0 == rest.dropFirst().first }
        guard let kind = digits.first, kind == "0" || kind == "9" else { return nil }
        let separator = String(rest.prefix(1))
        rest = rest.dropFirst(1 + digits.count)
        var text = String(String(1000 + milliseconds).dropFirst())
        while text.count < digits.count { text += "0" }
        text = String(text.prefix(digits.count))
        if kind == "9" { while text.hasSuffix("0") { text.removeLast() } }
        return text.isEmpty ? "" : separator + text
    }

    private struct Parts {
        var date: CivilDate
        var day: Int64
        var second: Int64
        var milliseconds: Int64
        var ahead: Int64?

        func text(of mark: String) -> String {
            let hour = second / 3600
            let hour12 = hour % 12 == 0 ? 12 : hour % 12
            let weekday = days[Int(((day + 4) % 7 + 7) % 7)]
            let month = months[Int(date.month - 1)]
            switch mark {
            case "2006": return padded(date.year, 4)
            case "06": return padded(date.year % 100, 2)
            case "January": return month
            case "Jan": return String(month.prefix(3))
            case "01": return padded(date.month, 2)
            case "1": return String(date.month)
            case "Monday": return weekday
            case "Mon": return String(weekday.prefix(3))
            case "02": return padded(date.day, 2)
            case "_2": return date.day < 10 ? " \(date.day)" : String(date.day)
            case "2": return String(date.day)
            case "002":
                let first = CivilDate(year: date.year, month: 1, day: 1).daysSinceEpoch
                return padded(date.daysSinceEpoch - first + 1, 3)
            case "15": return padded(hour, 2)
            case "03": return padded(hour12, 2)
            case "3": return String(hour12)
            case "04": return padded(second / 60 % 60, 2)
            case "4": return String(second / 60 % 60)
            case "05": return padded(second % 60, 2)
            case "5": return String(second % 60)
            case "PM": return hour < 12 ? "AM" : "PM"
            case "pm": return hour < 12 ? "am" : "pm"
            case "MST": return ahead.map(GoTime.name) ?? "UTC"
            case "Z07:00", "-07:00":
                return ahead ?? 0 == 0 && mark.first == "Z" ? "Z" : GoTime.offset(ahead ?? 0, colon: true)
            case "-07": return String(GoTime.offset(ahead ?? 0, colon: false).dropLast(2))
            default: return ahead ?? 0 == 0 && mark.first == "Z" ? "Z" : GoTime.offset(ahead ?? 0, colon: false)
            }
        }

        private func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
    }
}
