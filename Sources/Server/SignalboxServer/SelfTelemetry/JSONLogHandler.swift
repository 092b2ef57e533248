package import Basics
import Glibc
import HTTPAPI
package import Logging
import Synchronization

/// One JSON object a line on standard error: `time`, `level`, `logger`, `message`, then the metadata.
package struct JSONLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    private let label: String
    private let clock: any WallClock
    private static let output = Mutex(())

    package init(label: String, level: Logger.Level, clock: any WallClock) {
        self.label = label
        logLevel = level
        self.clock = clock
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var line = JSONWriter()
        line.object { json in
            json.key("time")
            json.string(RFC3339.format(clock.now()))
            json.key("level")
            json.string(event.level.rawValue)
            json.key("logger")
            json.string(label)
            json.key("message")
            json.string(event.message.description)
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            for (name, value) in all.sorted(by: { $0.key < $1.key }) {
                json.key(name)
                json.string(value.description)
            }
        }
        var bytes = line.bytes
        bytes.append(UInt8(ascii: "\n"))
        // One write a line, so that lines of several threads never mix. A log that cannot be written
        // must not stop the server, and there is nowhere else to say so.
        Self.output.withLock { _ in
            bytes.withUnsafeBytes { _ = Glibc.write(2, $0.baseAddress, $0.count) }
        }
    }
}
