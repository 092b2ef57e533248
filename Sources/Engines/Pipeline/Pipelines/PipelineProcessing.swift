package import SignalModel
internal import Synchronization
internal import WireFormats

/// Runs pipelines on documents of the queue: the one that the request asked for, else the index' default one; where
/// `reroute` sends a document elsewhere, that index' default one; then the index' final one.
package final class PipelineProcessing: DocumentProcessing {
    /// The pipelines that an index asks for.
    package struct IndexPipelines: Sendable, Hashable {
        package var initial: String?
        package var final: String?

        package init(initial: String? = nil, final: String? = nil) {
            self.initial = initial
            self.final = final
        }

        fileprivate var isEmpty: Bool { named(initial) == nil && named(final) == nil }

        /// `_none` is no pipeline.
        fileprivate func named(_ name: String?) -> String? { name == "_none" || name?.isEmpty == true ? nil : name }
    }

    /// Indices that one document may be sent to, one after another.
    private static let reroutesMax = 10
    /// Of what is kept with a document that failed.
    private static let reasonCharactersMax = 2000

    private let installed: Mutex<PipelineSet>
    private let pipelines: @Sendable (_ index: String) -> IndexPipelines

    /// `pipelines` is called for each document, from several threads.
    package init(_ set: PipelineSet, pipelines: @escaping @Sendable (_ index: String) -> IndexPipelines) {
        installed = Mutex(set)
        self.pipelines = pipelines
    }

    /// Takes effect with the next document.
    package func replace(_ set: PipelineSet) { installed.withLock { $0 = set } }

    package var current: PipelineSet { installed.withLock { $0 } }

    package func isProcessed(index: String, pipeline: String?) -> Bool {
        let asked = pipelines(index)
        return pipeline == nil
            ? !asked.isEmpty : IndexPipelines(initial: pipeline, final: asked.final).isEmpty == false
    }

    package func process(_ document: QueuedDocument, ordinal: UInt64, receivedAt: Int64) -> ProcessedDocument {
        let source: DocumentObject
        do throws(WireFormatError) { source = try DocumentReader.object(document.source) } catch {
            return .failed(reason: "the document cannot be read: \(error)")
        }
        var working = IngestDocument(
            source: source, index: document.index, identity: document.identity, receivedNanoseconds: receivedAt)
        return run(&working, pipeline: document.pipeline)
    }

    private func run(_ document: inout IngestDocument, pipeline: String?) -> ProcessedDocument {
        let set = current
        var asked = pipelines(document.index)
        var next = asked.named(pipeline ?? asked.initial)
        var visited = [document.index]
        while let name = next {
            next = nil
            if let ended = ended(set.run(name, &document)) { return ended }
            guard document.isRerouted else { continue }
            document.isRerouted = false
            guard !visited.contains(document.index) || visited.last == document.index,
                visited.count <= Self.reroutesMax
            else {
                return .failed(
                    reason: "index cycle detected: \((visited + [document.index]).joined(separator: " -> "))")
            }
            asked = pipelines(document.index)
            if visited.last != document.index { next = asked.named(asked.initial) }
            visited.append(document.index)
        }
        if let name = asked.named(asked.final) {
            let index = document.index
            if let ended = ended(set.run(name, &document)) { return ended }
            guard document.index == index else {
                return .failed(reason: "final pipeline [\(name)] can't change the target index")
            }
        }
        if document.index != visited[0], let refusal = IndexName.refusal(document.index) {
            return .failed(reason: "invalid_index_name_exception: \(refusal)")
        }
        return .changed(document.source, index: document.index, identity: document.identity)
    }

    /// Nil while there is more to do.
    private func ended(_ outcome: PipelineSet.Outcome) -> ProcessedDocument? {
        switch outcome {
        case .indexed: return nil
        case .dropped: return .dropped
        case .failed(let failure):
            let place = [
                failure.pipeline.map { "pipeline \($0)" }, failure.processorType.map { "processor \($0)" },
                failure.processorTag.map { "tag \($0)" },
            ].compactMap { $0 }.joined(separator: ", ")
            // Texts that do not match are in it: the document has them, too.
            let reason = failure.reason.prefix(Self.reasonCharactersMax)
            return .failed(reason: "\(failure.type): \(reason)" + (place.isEmpty ? "" : " (\(place))"))
        }
    }
}
