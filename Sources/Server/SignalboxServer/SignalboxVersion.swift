/// The version that `signalbox version`, buildinfo and User-Agent headers show.
package enum SignalboxVersion {
    package static let current = "0.1.0"
}
