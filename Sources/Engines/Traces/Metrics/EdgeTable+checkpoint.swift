import Basics
import SignalModel

extension EdgeTable {
    func write(to writer: inout CheckpointWriter) {
        writer.append(unpairedCount)
        writer.append(droppedCount)
        writer.append(UInt64(keys.count))
        for edge in keys.indices {
            writer.append(keys[edge].client)
            writer.append(keys[edge].server)
            writer.append(keys[edge].connection)
            writer.append(totals[edge].failed)
            writer.append(UInt64(bitPattern: totals[edge].seenAt.milliseconds))
            writer.append(totals[edge].start.number)
            serverDurations.write(edge, to: &writer)
            clientDurations.write(edge, to: &writer)
        }
        writer.append(UInt64(clients.count))
        for (meeting, side) in clients { Self.write(meeting, side, to: &writer) }
        let sides = servers.flatMap { meeting, sides in sides.map { (meeting, $0) } }
        writer.append(UInt64(sides.count))
        for (meeting, side) in sides { Self.write(meeting, side, to: &writer) }
    }

    private static func write(_ meeting: Meeting, _ side: Side, to writer: inout CheckpointWriter) {
        for number in [meeting.trace.high, meeting.trace.low, meeting.span, side.span.id] { writer.append(number) }
        writer.append(side.service)
        writer.append(UInt64(bitPattern: side.span.durationNanoseconds))
        writer.append(side.span.weight)
        writer.append(
            UInt64(side.span.status.rawValue) | (side.isMessage ? 4 : 0) | (side.isPaired ? 8 : 0))
        writer.append(UInt64(bitPattern: side.deadline.milliseconds))
    }

    mutating func read(_ reader: inout CheckpointReader, hasNative: Bool) throws(CheckpointError) {
        isRestored = true
        unpairedCount = try reader.number()
        droppedCount = try reader.number()
        for _ in 0..<(try reader.count()) {
            let key = Key(client: try reader.text(), server: try reader.text(), connection: try reader.text())
            var totals = Totals(
                failed: try reader.double(),
                seenAt: Timestamp(milliseconds: Int64(bitPattern: try reader.number())))
            totals.start = SeriesStart(number: try reader.number())
            guard numbers[key] == nil else { throw CheckpointError("an edge twice") }
            numbers[key] = keys.count
            keys.append(key)
            self.totals.append(totals)
            try serverDurations.read(&reader, hasNative: hasNative)
            try clientDurations.read(&reader, hasNative: hasNative)
        }
        for _ in 0..<(try reader.count()) {
            let (meeting, side) = try Self.side(&reader)
            clients[meeting] = side
            waiting.append((meeting, side.deadline))
        }
        for _ in 0..<(try reader.count()) {
            let (meeting, side) = try Self.side(&reader)
            servers[meeting, default: []].append(side)
            waiting.append((meeting, side.deadline))
        }
        waiting.sort { $0.deadline < $1.deadline }
    }

    private static func side(
        _ reader: inout CheckpointReader
    ) throws(CheckpointError) -> (Meeting, Side) {
        let trace = TraceID(high: try reader.number(), low: try reader.number())
        let meeting = Meeting(trace: trace, span: try reader.number())
        var span = Span(trace: trace, id: try reader.number(), startNanoseconds: 0, name: 0, resource: 0)
        let service = try reader.text()
        span.durationNanoseconds = Int64(bitPattern: try reader.number())
        span.weight = try reader.double()
        let bits = try reader.number()
        span.status = Span.Status(rawValue: UInt8(bits & 3)) ?? .unset
        return (
            meeting,
            Side(
                service: service, span: span, isMessage: bits & 4 != 0, isPaired: bits & 8 != 0,
                deadline: Timestamp(milliseconds: Int64(bitPattern: try reader.number())))
        )
    }
}
