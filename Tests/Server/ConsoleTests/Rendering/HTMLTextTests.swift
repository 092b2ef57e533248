import Testing

@testable import Console

@Suite("Escaping")
struct HTMLTextTests {
    @Test(
        "nothing that means something in HTML gets through",
        arguments: [
            ("<script>", "&lt;script&gt;"), ("a & b", "a &amp; b"),
            ("\" onclick='x' `", "&quot; onclick=&#39;x&#39; &#96;"),
            ("plain ü 漢", "plain ü 漢"), ("", ""),
        ])
    func escape(_ text: String, _ escaped: String) { #expect(HTMLText.escape(text) == escaped) }

    @Test("a quote joined to a combining accent is still a quote")
    func combining() {
        let hostile = "\"\u{301} onmouseover=alert(1) x=\"\u{301}"
        #expect(!HTMLText.escape(hostile).utf8.contains(UInt8(ascii: "\"")))
        #expect(!HTMLText.escape("<\u{301}b").utf8.contains(UInt8(ascii: "<")))
    }

    @Test("every template uses this escaping, in partials and sections too")
    func templates() throws {
        struct Inner: Sendable { let text: String }
        struct Outer: Sendable { let items: [Inner] }
        let templates = try Templates([
            "outer": "{{#items}}<i a=\"{{text}}\">{{>inner}}</i>{{/items}}", "inner": "{{text}}",
        ])
        let rendered = try templates.render(Outer(items: [Inner(text: "\"\u{301}")]), with: "outer")
        #expect(rendered == "<i a=\"&quot;\u{301}\">&quot;\u{301}</i>")
    }
}
