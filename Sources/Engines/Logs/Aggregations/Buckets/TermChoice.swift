internal import Basics
internal import SignalModel

/// Which values `include` and `exclude` leave.
struct TermChoice {
    private enum Set {
        case values(Swift.Set<String>)
        case expression(RegularExpression)

        func contains(_ text: String) -> Bool {
            switch self {
            case .values(let values): values.contains(text)
            case .expression(let expression): expression.matchesWhole(text)
            }
        }
    }

    private let include: Set?
    private let exclude: Set?

    var isEverything: Bool { include == nil && exclude == nil }

    init(_ parameters: AggregationParameters) throws(LogQueryError) {
        func set(_ member: String) throws(LogQueryError) -> Set? {
            switch parameters.object[member] {
            case nil, .null: return nil
            case .string(let source):
                do { return .expression(try RegularExpression(try LuceneExpression.translated(source))) } catch {
                    throw parameters.error("[\(member)]: \(error)")
                }
            case .array(let elements):
                var values: Swift.Set<String> = []
                for element in elements { values.insert(try QueryParameters.constant(element, parameters.type).text) }
                return .values(values)
            default: throw parameters.error("[\(member)] must be a regular expression or an array of values")
            }
        }
        include = try set("include")
        exclude = try set("exclude")
    }

    func contains(_ text: String) -> Bool { include?.contains(text) ?? true && !(exclude?.contains(text) ?? false) }
}
