import Basics
import SignalModel

extension ConfigurationNode {
    /// A text that may name environment variables, `${NAME}`, or a file that holds it, `file:PATH`. `$${` is a plain
    /// `${`. A variable that is not set and a file that cannot be read are problems.
    func secret(_ files: ConfigurationFiles) -> Secret? {
        guard let text = string() else { return nil }
        if text.hasPrefix("file:") {
            let path = PathText.resolve(String(text.dropFirst(5)), against: PathText.folder(of: file))
            do { return try files.secret(path) } catch {
                note("\(self.path): \(path): \(error.message)")
                return nil
            }
        }
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstRange(of: "${") {
            let before = rest[..<dollar.lowerBound]
            if before.hasSuffix("$") {
                result += before.dropLast() + "${"
                rest = rest[dollar.upperBound...]
                continue
            }
            guard let close = rest[dollar.upperBound...].firstIndex(of: "}") else {
                note("\(path): ${ has no closing }")
                return nil
            }
            let name = String(rest[dollar.upperBound..<close])
            guard LabelName.isLegacy(name) else {
                note("\(path): \(quoted(name)) is no name of an environment variable")
                return nil
            }
            guard let value = files.variable(name) else {
                note("\(path): the environment variable \(name) is not set")
                return nil
            }
            result += before + value
            rest = rest[rest.index(after: close)...]
        }
        return Secret(result + rest)
    }

    /// A path, relative ones resolved against this file's folder. Whether anything is there is not looked at.
    func filePath() -> String? {
        guard let text = string() else { return nil }
        guard !text.isEmpty, !text.utf8.contains(0) else {
            expected("a path")
            return nil
        }
        return PathText.resolve(text, against: PathText.folder(of: file))
    }
}
