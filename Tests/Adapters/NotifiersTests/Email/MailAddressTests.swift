import Notifiers
import Testing

@Suite struct MailAddressTests {
    @Test(
        "addresses with and without a name are understood",
        arguments: [
            ("ann@example.org", "", "ann@example.org"), ("Ann <ann@example.org>", "Ann", "ann@example.org"),
            ("\"Ann, on call\" <a.b+c@ex-ample.org>", "Ann, on call", "a.b+c@ex-ample.org"),
            ("<root@localhost>", "", "root@localhost"), ("o'neil@example.org", "", "o'neil@example.org"),
        ])
    func understood(text: String, name: String, mailbox: String) {
        #expect(MailAddress(text)?.name == name)
        #expect(MailAddress(text)?.mailbox == mailbox)
    }

    @Test(
        "what could be more or less than one address is refused",
        arguments: [
            "", "ann", "@example.org", "ann@", "a b@example.org", "ann@exa mple.org", "ann@example.org\r\nBcc: x@y.z",
            "ann@example.org,bob@example.org", "Ann\n <ann@example.org>", "ann@example.org>", "a<b@example.org",
            "ann@example.org> SIZE=1 <x@y.z", ".a@example.org", "a..b@example.org", "a@b..c", "a@-b.org",
            "änn@example.org",
            "ann@exämple.org", "\"a\"b\" <a@b.c>", String(repeating: "a", count: 65) + "@example.org",
            "a@" + String(repeating: "b", count: 300), "a@[127.0.0.1]", "<@relay:a@example.org>",
        ])
    func refused(text: String) {
        #expect(MailAddress(text) == nil)
    }
}
