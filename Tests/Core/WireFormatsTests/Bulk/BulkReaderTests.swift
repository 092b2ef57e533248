import Testing
import WireFormats

@Suite("Bulk requests")
struct BulkReaderTests {
    private func items(_ text: String) throws -> [(BulkItem, String)] {
        let bytes = Array(text.utf8)
        return try bytes.withUnsafeBytes { raw in
            var reader = BulkReader(raw)
            var found: [(BulkItem, String)] = []
            while let item = try reader.next() {
                found.append((item, String(decoding: raw[item.source], as: UTF8.self)))
            }
            return found
        }
    }

    @Test("actions and documents are paired, deletions have none, lines are counted")
    func pairs() throws {
        let found = try items(
            """
            {"create":{"_index":"a","_id":"1"}}
            {"x":1}
            {"delete":{"_id":7}}

            {"index":{"pipeline":"p","_type":null}}
            {"x":2}\r
            {"index":{}}
            {"x":3}
            """)
        #expect(found.map(\.0.operation) == [.create, .delete, .index, .index])
        #expect(found.map(\.0.line) == [1, 3, 5, 7])
        #expect(found.map(\.1) == [#"{"x":1}"#, "", #"{"x":2}"#, #"{"x":3}"#])
        #expect(found[0].0.index == "a" && found[0].0.identity == "1")
        #expect(found[1].0.identity == "7" && found[1].0.index == nil)
        #expect(found[2].0.pipeline == "p" && found[3].0.pipeline == nil)
    }

    @Test("op_type makes another action of index, and a condition is told")
    func metadata() throws {
        let found = try items(
            """
            {"index":{"op_type":"create"}}
            {}
            {"index":{"op_type":"index","version_type":"internal"}}
            {}
            {"delete":{"_id":"1","if_seq_no":3}}
            {"create":{"version":4}}
            {}
            """)
        #expect(found.map(\.0.operation) == [.create, .index, .delete, .create])
        #expect(found.map(\.0.condition) == [nil, nil, "if_seq_no", "version"])
    }

    @Test(
        "actions that cannot be read make the request bad, with the line",
        arguments: [
            ("{\"create\":{}}\n{}\nnothing\n{}", "line 3, column 1: the action is no JSON"),
            ("{\"create\":{}", "line 1, column 13: the action is no JSON"),
            ("[]\n{}", "expected START_OBJECT but found an array"),
            ("{\"upsert\":{}}\n{}", "found [upsert]"),
            ("{\"create\":{},\"index\":{}}\n{}", "expected one action but found 2"),
            ("{\"index\":{\"op_type\":\"update\"}}\n{}", "line [1]: [op_type] must be"),
            ("{\"create\":{\"_idx\":1}}\n{}", "unknown parameter [_idx]"),
            ("{\"create\":{}}\n", "the action has no document behind it"),
            ("{\"create\":{\"_index\":{}}}\n{}", "[_index] must be a text, not an object"),
        ])
    func refused(text: String, reason: String) {
        #expect { try items(text) } throws: { "\($0)".contains(reason) }
    }
}
