import Identity
import Testing

@Suite struct UserNameTests {
    @Test("names have one spelling", arguments: [("Ann", "ann"), ("a.b-c_d+1@example.org", "a.b-c_d+1@example.org")])
    func accepted(text: String, spelled: String) {
        #expect(UserName(text)?.text == spelled)
    }

    @Test(
        "names that could be mistaken for others are refused",
        arguments: [
            "", " ann", "ann\n", "änn", ".ann", "a b", "a/b", String(repeating: "a", count: 65), "\u{2167}",
            "\u{212A}",
        ])
    func refused(text: String) {
        #expect(UserName(text) == nil)
    }
}
