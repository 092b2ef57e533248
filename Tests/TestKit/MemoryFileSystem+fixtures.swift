package import Basics

extension MemoryFileSystem {
    /// A disk with what lies in a folder of `Fixtures`, durable, in `directory`.
    package convenience init(fixture: String, in directory: String) throws {
        self.init(randomness: SeededRandomness(seed: 1))
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        try copy(PosixFileSystem(), "/\(root)/Fixtures/\(fixture)", to: directory)
    }

    private func copy(_ real: PosixFileSystem, _ path: String, to folder: String) throws {
        try createDirectory(folder)
        for entry in try real.list(path) {
            if let bytes = try? real.read(path + "/" + entry, bytesMax: 1 << 20) {
                try replace(folder + "/" + entry, with: bytes)
            } else {
                try copy(real, path + "/" + entry, to: folder + "/" + entry)
            }
        }
    }
}
