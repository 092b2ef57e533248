import Basics
import SignalModel
import TestKit
import WireFormats

/// A script in the language of Prometheus' `promqltest`: what to load, what to ask, what to expect.
///
///     load 1m
///       up{job="api"} 1 1 0
///
///     eval instant at 2m sum by (job) (up)
///       {job="api"} 0
///
/// A block ends at an empty line, or where a line without indentation begins the next.
struct QueryScript {
    enum Command {
        case clear
        case load(step: Int64, lines: [String])
        case evaluate(QueryCase)
        /// A form this reader does not know, such as loads of native histograms.
        case unsupported(String)
    }

    struct Malformed: Error, CustomStringConvertible {
        var line: Int
        var text: String
        var description: String { "line \(line): \(text)" }
    }

    var commands: [(line: Int, command: Command)] = []

    init(_ text: String) throws {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).trimmed }
        var cursor = 0
        while cursor < lines.count {
            let line = lines[cursor]
            let start = cursor
            cursor += 1
            if line.isEmpty || line.hasPrefix("#") { continue }
            var body: [String] = []
            if line != "clear" {
                while cursor < lines.count, !lines[cursor].isEmpty, !lines[cursor].hasPrefix("#") {
                    body.append(lines[cursor])
                    cursor += 1
                }
            }
            commands.append((start + 1, try Self.command(line, body, at: start + 1)))
        }
    }

    private static func command(_ line: String, _ body: [String], at number: Int) throws -> Command {
        if line == "clear" { return .clear }
        if line.hasPrefix("load ") {
            guard let step = LoadedStore.duration(line.dropFirst(5).trimmed) else {
                throw Malformed(line: number, text: line)
            }
            return .load(step: step, lines: body)
        }
        // The same with converted histograms beside it, which the runner leaves out.
        if line.hasPrefix("load_with_nhcb "), let step = LoadedStore.duration(line.dropFirst(15).trimmed) {
            let names = Set(body.compactMap { try? LabelText.parse($0).0.name })
            let bases = names.filter { $0.hasSuffix("_bucket") }.map { $0.dropLast(7) }
            return .load(step: step, lines: body + bases.map { "\($0) {{}}" })
        }
        if line.hasPrefix("eval_fail ") {
            return .evaluate(try QueryCase("eval " + line.dropFirst(10), body + ["expect fail"], at: number))
        }
        if line.hasPrefix("eval ") { return .evaluate(try QueryCase(line, body, at: number)) }
        return .unsupported(line)
    }
}

extension StringProtocol {
    var trimmed: String {
        var text = Substring(self)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text.drop(while: \.isWhitespace))
    }
}
