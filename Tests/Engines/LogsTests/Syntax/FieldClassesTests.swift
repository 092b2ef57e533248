import Logs
import Testing

struct FieldClassesTests {
    @Test(arguments: [
        ("message", FieldClasses.Class.text), ("error.message", .text), ("error.stack_trace", .text),
        ("service.name", .keyword), ("messages", .keyword), ("labels.note", .text), ("", .keyword),
    ])
    func messagesAndStackTracesAreText(field: String, expected: FieldClasses.Class) {
        let classes = FieldClasses(exceptions: ["labels.note": .text])
        #expect(classes.class(of: field) == expected)
    }
}
