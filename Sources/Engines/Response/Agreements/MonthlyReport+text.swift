import Basics
import SignalModel

extension MonthlyReport {
    package var markdown: String {
        var lines = ["# Agreements in \(month)", ""]
        if isPreliminary { lines += ["Preliminary: the month is not settled yet.", ""] }
        if let omissions, !omissions.isEmpty {
            lines += ["Not complete: \(omissions.joined(separator: "; ")).", ""]
        }
        lines += [
            "| for | what | service | agreed | measured | of | verdict |",
            "| --- | --- | --- | --- | --- | ---: | --- |",
        ]
        for row in rows {
            let cells = [
                row.audience, row.name, row.service, row.target, row.measured, String(row.count),
                row.verdict.rawValue,
            ]
            lines.append("| " + cells.map(Self.cell).joined(separator: " | ") + " |")
        }
        lines += ["", "## P0 and P1", ""]
        lines +=
            pages.isEmpty
            ? ["None."]
            : ["| opened | severity | what | answered after | lasted |", "| --- | --- | --- | --- | --- |"]
        for page in pages {
            let cells = [
                Self.time(page.openedAtMilliseconds), page.severity.rawValue, page.title,
                Self.span(page.openedAtMilliseconds, page.acknowledgedAtMilliseconds, "nobody"),
                Self.span(page.openedAtMilliseconds, page.closedAtMilliseconds, "open"),
            ]
            lines.append("| " + cells.map(Self.cell).joined(separator: " | ") + " |")
        }
        if !support.isEmpty {
            lines += ["", "## Critical support", "", "| reference | asked | answered after |", "| --- | --- | --- |"]
            for answer in support {
                let cells = [
                    answer.reference, Self.time(answer.askedAtMilliseconds),
                    Self.span(answer.askedAtMilliseconds, answer.answeredAtMilliseconds, ""),
                ]
                lines.append("| " + cells.map(Self.cell).joined(separator: " | ") + " |")
            }
        }
        if !breakGlasses.isEmpty {
            lines += ["", "## Break-glass", "", "| at | service | by | reason |", "| --- | --- | --- | --- |"]
            for glass in breakGlasses {
                let cells = [Self.time(glass.atMilliseconds), glass.service, glass.by, glass.reason]
                lines.append("| " + cells.map(Self.cell).joined(separator: " | ") + " |")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// RFC 4180, the table of figures alone.
    package var csv: String {
        var text = "month,for,what,service,agreed,measured,of,verdict\r\n"
        for row in rows {
            let cells = [
                "\(month)", row.audience, row.name, row.service, row.target, row.measured, String(row.count),
                row.verdict.rawValue,
            ]
            text += cells.map(Self.field).joined(separator: ",") + "\r\n"
        }
        return text
    }

    private static func cell(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "|", "\\", "`", "<", "*", "_", "[": result += "\\" + String(character)
            default: result += character.isNewline ? " " : String(character)
            }
        }
        return result
    }

    private static func field(_ text: String) -> String {
        // A cell that begins like a formula is run by spreadsheets.
        let safe = text.first.map { "=+-@\t\r".contains($0) } == true ? "'" + text : text
        guard safe.contains(where: { ",\"\r\n".contains($0) || $0.isNewline }) else { return safe }
        return "\"" + safe.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
    }

    private static func time(_ milliseconds: Int64) -> String {
        RFC3339.format(Timestamp(milliseconds: milliseconds / 1000 * 1000))
    }

    private static func span(_ from: Int64, _ to: Int64?, _ missing: String) -> String {
        to.map { text($0 - from) } ?? missing
    }
}
