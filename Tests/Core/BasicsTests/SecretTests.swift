import Basics
import Testing

@Suite struct SecretTests {
    private struct Holder { var password: Secret }

    @Test("a secret is not in any description of itself or of what holds it")
    func prints() {
        let holder = Holder(password: "hunter2")
        var dumped = ""
        dump(holder, to: &dumped)
        for text in ["\(holder)", String(reflecting: holder), dumped, "\(holder.password)", "\([holder.password])"] {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("<secret>"))
        }
        #expect(holder.password.revealed == "hunter2")
    }
}
