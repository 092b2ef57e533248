internal import Basics

/// Fields that are hidden: the names themselves and all below them.
struct FieldMask: Sendable {
    private let names: [String]

    init(_ names: [String]) { self.names = names }

    var isEmpty: Bool { names.isEmpty }

    func hides(_ name: String) -> Bool {
        guard !names.isEmpty else { return false }
        return names.contains { Wildcard.matches(name, $0) || Wildcard.matches(name, $0 + ".*") }
    }
}
