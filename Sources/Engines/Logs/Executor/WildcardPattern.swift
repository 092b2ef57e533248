/// `*` for any characters, `?` for one, a backslash before either for itself; on UTF-8.
struct WildcardPattern: Sendable {
    private enum Step {
        static let any: UInt16 = 0x100
        static let one: UInt16 = 0x101
    }

    private let steps: [UInt16]
    private let ignoresCase: Bool

    init(_ text: String, ignoresCase: Bool) {
        self.ignoresCase = ignoresCase
        var steps: [UInt16] = []
        var isEscaped = false
        for byte in ignoresCase ? Words.lowered(text) : Array(text.utf8) {
            switch byte {
            case _ where isEscaped:
                steps.append(UInt16(byte))
                isEscaped = false
            case UInt8(ascii: "\\"): isEscaped = true
            case UInt8(ascii: "*"): if steps.last != Step.any { steps.append(Step.any) }
            case UInt8(ascii: "?"): steps.append(Step.one)
            default: steps.append(UInt16(byte))
            }
        }
        if isEscaped { steps.append(UInt16(UInt8(ascii: "\\"))) }
        self.steps = steps
    }

    func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard ignoresCase else { return run(bytes) }
        return Words.lowered(bytes, isWide: bytes.contains { $0 >= 0x80 }).withUnsafeBytes { run($0) }
    }

    /// Greedy, with one point to come back to: linear in the text for each star.
    private func run(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var position = 0
        var cursor = 0
        var star: (step: Int, position: Int)?
        while position < bytes.count {
            if cursor < steps.count, steps[cursor] == Step.any {
                star = (cursor, position)
                cursor += 1
            } else if cursor < steps.count, steps[cursor] == UInt16(bytes[position]) {
                cursor += 1
                position += 1
            } else if cursor < steps.count, steps[cursor] == Step.one {
                cursor += 1
                position = Self.after(bytes, position)
            } else if let last = star {
                star = (last.step, Self.after(bytes, last.position))
                cursor = last.step + 1
                position = Self.after(bytes, last.position)
            } else {
                return false
            }
        }
        return steps[cursor...].allSatisfy { $0 == Step.any }
    }

    /// Past one character.
    private static func after(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> Int {
        var next = position + 1
        while next < bytes.count, bytes[next] & 0xc0 == 0x80 { next += 1 }
        return next
    }
}
