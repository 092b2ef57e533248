import StateStore
import Testing

@Suite("Settled dead letters in SQLite")
struct SettledLetterStoreTests {
    private let directory = TemporaryDirectory()

    @Test("ranges give way to others in one step, and a file opened anew has them in order")
    func replacing() throws {
        do {
            let database = try StateDatabase(path: directory.database)
            let store = SQLiteSettledLetters(database)
            try store.replace([], with: [7..<9, 1..<3])
            try store.replace([1..<3], with: [1..<5, 20..<21])
            try database.close()
        }
        let store = SQLiteSettledLetters(try StateDatabase(path: directory.database))
        #expect(try store.load() == [1..<5, 7..<9, 20..<21])
        try store.replace([1..<5, 7..<9, 20..<21, 30..<31], with: [])
        #expect(try store.load().isEmpty)
    }
}
