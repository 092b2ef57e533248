import SignalModel
import Testing

@Suite("Label names")
struct LabelNameTests {
    private static let escaped: [(String, String)] = [
        ("up", "up"), ("U__", ""), ("U__http_2e_status__code", "http.status_code"),
        ("U__label_with__x", "U__label_with__x"),
        ("U___1f600_", "😀"), ("U__a_zz_", "U__a_zz_"), ("U__a_110000_", "U__a_110000_"), ("U__a_d800_", "U__a_d800_"),
        ("U__a_2e", "U__a_2e"), ("__name__", "__name__"),
    ]

    @Test("a name that is escaped is itself again", arguments: ["dotted.name", "a b", "ü_x", "0", "_"])
    func escaping(_ name: String) {
        #expect(LabelName.isLegacy(LabelName.escaped(name)))
        #expect(LabelName.unescaped(LabelName.escaped(name)) == name)
    }

    @Test("an escaped name is what it stands for, any other text itself", arguments: escaped)
    func unescaped(_ text: String, _ name: String) { #expect(LabelName.unescaped(text) == name) }
}
