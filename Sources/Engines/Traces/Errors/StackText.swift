import SignalModel

/// A stack as lines of text, innermost first, and which of them are the service's own.
struct StackText {
    struct Frame: Hashable {
        /// What stays the same when lines of the source move: module and function.
        var place: String
        var line: String
        var isLibrary: Bool

        init(place: String, line: String, isLibrary: Bool) {
            self.place = place
            self.line = line
            self.isLibrary = isLibrary
        }

        init(_ frame: StackFrame, _ batch: SpanBatch) {
            let module = batch.name(frame.module)
            let function = batch.name(frame.function)
            let file = batch.name(frame.file)
            // A file's folders differ from machine to machine.
            let origin = module.isEmpty ? String(file.split(separator: "/").last ?? "") : module
            place = StackText.normalised(function.isEmpty ? origin : origin + "." + function)
            var line = "  at " + (module.isEmpty ? "" : module + ".") + (function.isEmpty ? "<unknown>" : function)
            if !file.isEmpty {
                line += " (" + file
                if frame.line > 0 { line += ":\(frame.line)" }
                if frame.column > 0 { line += ":\(frame.column)" }
                line += ")"
            }
            self.line = line
            isLibrary = frame.isLibrary
        }
    }

    var frames: [Frame]
    /// As it was given, where it was a text.
    private var given: String?

    init(frames: [Frame]) { self.frames = frames }

    /// Lines that name a call, as the runtimes of Java, .NET, JavaScript, Python, Go, Ruby and PHP write them.
    init(text: String) {
        given = text
        var frames: [Frame] = []
        var isPython = false
        for line in text.split(whereSeparator: \.isNewline) {
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            if trimmed.hasPrefix("Traceback (most recent call last)") { isPython = true }
            guard let place = Self.call(trimmed), !place.isEmpty else { continue }
            frames.append(Frame(place: Self.normalised(place), line: String(line), isLibrary: false))
            if frames.count == Self.framesMax { break }
        }
        // Python writes the innermost call last.
        self.frames = isPython ? frames.reversed() : frames
    }

    /// Of a text no more frames are looked at.
    private static let framesMax = 200

    private static func call(_ line: Substring) -> String? {
        if line.hasPrefix("at ") {
            let call = line.dropFirst(3)
            // JavaScript: `at name (file:1:2)`, Java: `at class.method(File.java:1)`, .NET: `at Class.Method() in file`.
            return String(call.prefix { $0 != "(" && $0 != " " })
        }
        if line.hasPrefix("File \""), let end = line.firstRange(of: "\", line ") {
            let file = line.dropFirst(6).prefix(upTo: end.lowerBound).split(separator: "/").last ?? ""
            let function = line.firstRange(of: ", in ").map { String(line[$0.upperBound...]) } ?? ""
            return String(file) + "." + function
        }
        if line.hasPrefix("from "), line.contains(":in ") || line.hasPrefix("from /") {
            return String(line.dropFirst(5))
        }
        if line.hasPrefix("#"), line.contains("(") { return String(line.drop { $0 != " " }.dropFirst()) }
        // Go: `package.function(0x…)` on a line of its own.
        if line.hasSuffix(")"), !line.contains(" "), line.contains("."), let end = line.firstIndex(of: "(") {
            return String(line[..<end])
        }
        return nil
    }

    /// Without what differs from one occurrence to the next: numbers, and the names that compilers make up.
    static func normalised(_ text: String) -> String {
        var result = ""
        var isNumber = false
        for character in text {
            if character.isASCII, character.isNumber {
                if !isNumber { result.append("#") }
                isNumber = true
            } else {
                result.append(character)
                isNumber = false
            }
        }
        return result
    }

    /// The innermost call of the service's own.
    var culprit: String { (frames.first { !$0.isLibrary } ?? frames.first)?.place ?? "" }

    var text: String { given ?? frames.map(\.line).joined(separator: "\n") }
}
