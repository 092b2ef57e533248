/// A pattern of java.time's formatters, with English names.
struct DatePattern: Sendable {
    struct Invalid: Error, CustomStringConvertible {
        var description: String
    }

    enum Element: Sendable, Hashable {
        case literal(String)
        case year(width: Int)
        case month(width: Int)
        case monthName(isFull: Bool)
        case day(width: Int)
        case dayOfYear(width: Int)
        case weekday(isFull: Bool)
        case weekdayNumber
        case half
        /// 0…23, 1…24, 0…11, 1…12.
        case hour(width: Int, isHalf: Bool, fromOne: Bool)
        case minute(width: Int)
        case second(width: Int)
        case fraction(width: Int)
        case nanosecond(width: Int)
        case offset(style: String)
        case zone
        case optional([Element])
    }

    let elements: [Element]

    init(_ text: String) throws(Invalid) {
        var rest = text[...]
        elements = try Self.elements(&rest, isOptional: false)
    }

    private static func elements(_ rest: inout Substring, isOptional: Bool) throws(Invalid) -> [Element] {
        var elements: [Element] = []
        while let letter = rest.first {
            switch letter {
            case "'": elements.append(.literal(try quoted(&rest)))
            case "[":
                rest.removeFirst()
                elements.append(.optional(try self.elements(&rest, isOptional: true)))
            case "]":
                guard isOptional else {
                    throw Invalid(description: "Pattern invalid as it contains ] without previous [")
                }
                rest.removeFirst()
                return elements
            case _ where letter.isASCII && letter.isLetter:
                let run = rest.prefix { $0 == letter }
                rest = rest.dropFirst(run.count)
                elements.append(try field(letter, run.count))
            case "{", "}", "#": throw Invalid(description: "Pattern includes reserved character: '\(letter)'")
            default:
                elements.append(.literal(String(letter)))
                rest.removeFirst()
            }
        }
        if isOptional { throw Invalid(description: "Pattern ends with an incomplete optional section") }
        return elements
    }

    private static func quoted(_ rest: inout Substring) throws(Invalid) -> String {
        rest.removeFirst()
        var text = ""
        while let character = rest.popFirst() {
            if character != "'" {
                text.append(character)
            } else if rest.first == "'" {
                text.append("'")
                rest.removeFirst()
            } else {
                return text.isEmpty ? "'" : text
            }
        }
        throw Invalid(description: "Pattern ends with an incomplete string literal")
    }

    private static func field(_ letter: Character, _ count: Int) throws(Invalid) -> Element {
        switch letter {
        case "y", "u",
            "Y" where count <= 9:
            return .year(width: count)
        case "M", "L":
            if count <= 2 { return .month(width: count) }
            if count <= 4 { return .monthName(isFull: count == 4) }
        case "d" where count <= 2: return .day(width: count)
        case "D" where count <= 3: return .dayOfYear(width: count)
        case "E" where count <= 4: return .weekday(isFull: count == 4)
        case "e" where count <= 4, "c" where count <= 4:
            return count <= 2 ? .weekdayNumber : .weekday(isFull: count == 4)
        case "a" where count == 1: return .half
        case "H" where count <= 2: return .hour(width: count, isHalf: false, fromOne: false)
        case "k" where count <= 2: return .hour(width: count, isHalf: false, fromOne: true)
        case "K" where count <= 2: return .hour(width: count, isHalf: true, fromOne: false)
        case "h" where count <= 2: return .hour(width: count, isHalf: true, fromOne: true)
        case "m" where count <= 2: return .minute(width: count)
        case "s" where count <= 2: return .second(width: count)
        case "S" where count <= 9: return .fraction(width: count)
        case "n": return .nanosecond(width: count)
        case "X" where count <= 5, "x" where count <= 5:
            return .offset(style: String(repeating: letter, count: count))
        case "Z" where count <= 5:
            return .offset(style: count <= 3 ? "xx" : count == 4 ? "O" : "XXX")
        case "O": return .offset(style: "O")
        case "z" where count <= 4, "v",
            "V" where count == 2:
            return .zone
        default: break
        }
        throw Invalid(description: "Unknown pattern letter: \(String(repeating: letter, count: count))")
    }

    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
}
