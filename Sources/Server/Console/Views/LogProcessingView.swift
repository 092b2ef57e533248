/// How lines come in; scripts ask for the rest.
struct LogProcessingView: Sendable {
    let tabTitle = "Processing"
    let mayEditPipelines: Bool
}
