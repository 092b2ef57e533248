import HTTPTypes
import Hummingbird
import NIOCore
import Pipeline
import WireFormats

extension DeadLetterAPI {
    /// Letters written at a time, so that a long file takes no memory here.
    private static let pageLetters = 500

    /// Those that are there when it begins, oldest first.
    func export(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        var choice = try DeadLetterChoice(try FormParameters(request.uri.query ?? ""))
        choice.to = min(choice.to, settled.numbers.upperBound)
        let body = ResponseBody { [threads, scan, choice] writer in
            var choice = choice
            while true {
                let (bytes, next) = try await threads.run { [choice] in
                    let found = try scan.find(choice, limit: Self.pageLetters)
                    return (found.letters.flatMap(Self.line), found.next)
                }
                if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
                guard let next else { break }
                choice.from = next
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/x-ndjson",
                .contentDisposition: "attachment; filename=\"dead-letters.ndjson\"",
            ],
            body: body)
    }

    private static func line(_ letter: DeadLetter) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            write(letter, to: &json)
            json.key("document")
            // An end of line within JSON is white space: one letter is one line.
            let text = letter.document.source.map { $0 == 0x0a || $0 == 0x0d ? 0x20 : $0 }
            let isObject = (try? DocumentReader.object(text)) != nil
            if isObject {
                json.raw(String(decoding: text, as: UTF8.self))
            } else {
                json.string(String(decoding: letter.document.source, as: UTF8.self))
            }
        }
        return json.bytes + [0x0a]
    }
}
