import SignalModel
import Testing

struct DocumentValueTests {
    @Test func membersKeepTheirOrderAndTheLaterOfTwoCounts() {
        var object = DocumentObject(["b": 1, "a": 2])
        object["b"] = .integer(3)
        object["c"] = .null
        object["a"] = nil
        #expect(object.members.map(\.name) == ["b", "c"])
        #expect(object["b"] == .integer(3))
    }
}

extension DocumentValue: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int64) { self = .integer(value) }
}
