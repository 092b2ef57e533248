import HTTPAPI
import Testing

@Suite("Form parameters")
struct FormParametersTests {
    @Test("percent signs and pluses are decoded, order and repeats kept, broken escapes stand for themselves")
    func decoding() throws {
        let form = try FormParameters(
            "query=up%7Ba%3D%22b%22%7D+%2B+1&match[]=a&match%5B%5D=b&empty=&bare&odd=%zz%4&=x")
        #expect(form["query"] == #"up{a="b"} + 1"#)
        #expect(form.all("match[]") == ["a", "b"])
        #expect(form["empty"] == "")
        #expect(form["bare"] == "")
        #expect(form["odd"] == "%zz%4")
        #expect(form["missing"] == nil)
    }

    @Test("in a path a plus is a plus, and an escaped slash a slash")
    func pathPart() {
        #expect(FormParameters.decode(pathPart: "a+b%20c%2Fd%C3%9F%") == "a+b c/dß%")
    }

    @Test("more parameters than any endpoint takes are refused")
    func tooMany() {
        let text = String(repeating: "a=1&", count: FormParameters.countMax + 1)
        #expect(throws: FormParameters.TooMany.self) { try FormParameters(text) }
    }
}
