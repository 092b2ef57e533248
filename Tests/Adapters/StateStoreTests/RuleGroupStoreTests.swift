import StateStore
import Testing

@Suite("Rule groups in SQLite")
struct RuleGroupStoreTests {
    private let directory = TemporaryDirectory()

    private static func group(_ namespace: String, _ name: String, _ text: String = "x") -> StoredRuleGroup {
        StoredRuleGroup(namespace: namespace, name: name, text: text)
    }

    @Test("a group takes the place of its namesake in the same namespace only, and a file opened anew has it")
    func replacing() throws {
        do {
            let database = try StateDatabase(path: directory.database)
            let store = SQLiteRuleGroupStore(database)
            for group in [Self.group("b", "g"), Self.group("a", "g", "é\n\"'"), Self.group("b", "g", "new")] {
                try store.put(group)
            }
            try database.close()
        }
        let store = SQLiteRuleGroupStore(try StateDatabase(path: directory.database))
        #expect(try store.load() == [Self.group("a", "g", "é\n\"'"), Self.group("b", "g", "new")])
    }

    @Test("one group or a whole namespace goes, and what is not there is no error")
    func removing() throws {
        let store = SQLiteRuleGroupStore(try StateDatabase(path: directory.database))
        for (namespace, name) in [("a", "1"), ("a", "2"), ("b", "1"), ("b", "2")] {
            try store.put(Self.group(namespace, name))
        }
        try store.remove(namespace: "a", name: "1")
        try store.remove(namespace: "a", name: "none")
        try store.removeAll(in: "b")
        try store.removeAll(in: "none")
        #expect(try store.load() == [Self.group("a", "2")])
    }
}
