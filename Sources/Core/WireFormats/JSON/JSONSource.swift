/// The bytes of one text, a cursor in them, and the containers that are being read.
final class JSONSource {
    /// An object or array whose parts are being read.
    struct Frame {
        struct Member {
            var key: Range<Int>
            var isEscaped: Bool
            var value: Int
        }

        /// Of what stands behind the bracket.
        let start: Int
        let isObject: Bool
        /// Where the next part, a comma or the closing bracket comes.
        var next: Int
        var isAtEnd = false
        /// Members that were passed by while another was looked for.
        var passed: [Member] = []
        /// Of `passed`, the one after that which was found last.
        var hint = 0
    }

    /// As many zero bytes stand behind the text, so that none of its readers looks for the end.
    private static let padding = 8

    let bytes: UnsafeMutableRawBufferPointer
    let count: Int
    var cursor = 0
    /// The outermost first.
    var frames: [Frame] = []
    /// What was met where nothing can be thrown; the value that is being read is refused for it.
    private var damage: (any Error)?
    private var pairs: [(String, String)] = []
    /// Of the text that was read last.
    var unescaped: [UInt8] = []

    init(_ text: some Collection<UInt8>) {
        count = text.count
        bytes = .allocate(byteCount: count + Self.padding, alignment: 8)
        bytes.copyBytes(from: text)
        UnsafeMutableRawBufferPointer(rebasing: bytes[count...]).initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { bytes.deallocate() }

    // MARK: Values

    func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
        // Fast path: what most of a state consists of needs no container.
        if type == String.self { return unsafeBitCast(try string(), to: Value.self) }
        if type == [String: String].self { return unsafeBitCast(try texts(), to: Value.self) }
        if type == UInt64.self { return unsafeBitCast(try integer(UInt64.self), to: Value.self) }
        if type == Int64.self { return unsafeBitCast(try integer(Int64.self), to: Value.self) }
        skipBlanks()
        let (start, base) = (cursor, frames.count)
        let value = try Value(from: JSONStreamDecoder(source: self, start: start))
        if let damage { throw damage }
        if frames.count > base {
            // What it left unread of its container.
            if frames[base].start == start + 1 { cursor = try end(of: base) }
            frames.removeLast(frames.count - base)
        } else if cursor == start {
            try skip()
        }
        return value
    }

    /// For what must not throw.
    func attempt<Result>(or fallback: Result, _ body: () throws -> Result) -> Result {
        do { return try body() } catch {
            damage = damage ?? error
            return fallback
        }
    }

    /// Opens the container at `start`; its place among `frames`.
    func open(at start: Int, _ bracket: Unicode.Scalar) throws -> Int {
        cursor = start
        skipBlanks()
        guard byte == UInt8(ascii: bracket) else { throw expected(bracket == "{" ? "an object" : "an array") }
        frames.append(Frame(start: cursor + 1, isObject: bracket == "{", next: cursor + 1))
        return frames.count - 1
    }

    /// Behind the closing bracket.
    func end(of frame: Int) throws -> Int {
        while try enterNext(frame) {
            if frames[frame].isObject { _ = try key() }
            try skip()
            frames[frame].next = cursor
        }
        return frames[frame].next
    }

    /// At the next part of a container; false when there is none.
    func enterNext(_ frame: Int) throws -> Bool {
        if frames[frame].isAtEnd { return false }
        cursor = frames[frame].next
        skipBlanks()
        if byte == (frames[frame].isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
            frames[frame].isAtEnd = true
            frames[frame].next = cursor + 1
            return false
        }
        if frames[frame].next > frames[frame].start {
            guard byte == UInt8(ascii: ",") else {
                throw expected(frames[frame].isObject ? "a comma or }" : "a comma or ]")
            }
            cursor += 1
            skipBlanks()
        }
        return true
    }

    // MARK: Members of objects

    enum Place {
        case absent
        /// Where reading goes on behind it.
        case next
        case passed
    }

    /// At the value of a member.
    func enter(_ name: String, in frame: Int) throws -> Place {
        if let member = passed(name, frame) {
            cursor = member
            return .passed
        }
        while try enterNext(frame) {
            let key = try key()
            if try matches(name, key.range, key.isEscaped) { return .next }
            try passBy(frame, key)
        }
        return .absent
    }

    private func passBy(_ frame: Int, _ key: (range: Range<Int>, isEscaped: Bool)) throws {
        frames[frame].passed.append(Frame.Member(key: key.range, isEscaped: key.isEscaped, value: cursor))
        try skip()
        frames[frame].next = cursor
    }

    /// Behind the value of a member that has been read.
    func leave(_ place: Place, _ frame: Int) {
        if case .next = place { frames[frame].next = cursor }
    }

    private func passed(_ name: String, _ frame: Int) -> Int? {
        let count = frames[frame].passed.count
        // Asked for one after another, each is the one behind the last.
        for step in 0..<count {
            let index = (frames[frame].hint + step) % count
            let member = frames[frame].passed[index]
            guard (try? matches(name, member.key, member.isEscaped)) == true else { continue }
            frames[frame].hint = index + 1
            return member.value
        }
        return nil
    }

    /// The names of all members.
    func names(of frame: Int) throws -> [String] {
        frames[frame].next = frames[frame].start
        frames[frame].isAtEnd = false
        frames[frame].passed = []
        while try enterNext(frame) { try passBy(frame, try key()) }
        return try frames[frame].passed.map { try text($0.key, $0.isEscaped) }
    }

    private func matches(_ name: String, _ range: Range<Int>, _ isEscaped: Bool) throws -> Bool {
        guard !isEscaped else { return try text(range, true) == name }
        var name = name
        return name.withUTF8 { name in
            name.count == range.count && name.elementsEqual(UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
    }

    /// A key, past its colon.
    private func key() throws -> (range: Range<Int>, isEscaped: Bool) {
        guard byte == UInt8(ascii: "\"") else { throw expected("a key in quotation marks") }
        let key = try quotedRange()
        skipBlanks()
        guard byte == UInt8(ascii: ":") else { throw expected("a colon") }
        cursor += 1
        skipBlanks()
        return key
    }

    private func texts() throws -> [String: String] {
        let (start, base) = (cursor, frames.count)
        let frame = try open(at: start, "{")
        defer { frames.removeLast(frames.count - base) }
        pairs.removeAll(keepingCapacity: true)
        while try enterNext(frame) {
            let (range, isEscaped) = try key()
            pairs.append((try text(range, isEscaped), try string()))
            frames[frame].next = cursor
        }
        cursor = frames[frame].next
        var result = [String: String](minimumCapacity: pairs.count)
        for (name, text) in pairs { result[name] = text }
        return result
    }
}
