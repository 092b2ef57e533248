import Basics
import Glibc
import TestKit
import Testing

/// What every `FileSystem` promises, asked of the machine's disk and of the one in memory.
@Suite("File systems")
struct FileSystemTests {
    enum Kind: CaseIterable { case posix, memory }

    /// Calls `body` with a file system and an empty directory in it.
    private func with(_ kind: Kind, _ body: (any FileSystem, String) throws -> Void) throws {
        switch kind {
        case .memory:
            let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
            try disk.createDirectory("/test")
            try body(disk, "/test")
        case .posix:
            var template = Array("/tmp/signalbox-files-XXXXXX".utf8CString)
            let made = try #require(mkdtemp(&template))
            let path = String(cString: made)
            defer { removeAll(path) }
            try body(PosixFileSystem(), path)
        }
    }

    private func removeAll(_ path: String) {
        for name in (try? PosixFileSystem().list(path)) ?? [] { removeAll("\(path)/\(name)") }
        try? PosixFileSystem().remove(path)
    }

    private func append(_ text: String, to file: any AppendableFile) throws {
        try Array(text.utf8).withUnsafeBytes { try file.append($0) }
    }

    private func text(_ disk: any FileSystem, _ path: String) throws -> String {
        String(decoding: try disk.read(path, bytesMax: 1000), as: UTF8.self)
    }

    @Test("a file grows at its end, is cut, and is found again", arguments: Kind.allCases)
    func appending(kind: Kind) throws {
        try with(kind) { disk, directory in
            let file = try disk.openForAppending("\(directory)/a")
            try append("hello ", to: file)
            try append("world", to: file)
            try file.sync()
            #expect(file.count == 11)
            try file.truncate(to: 6)
            try append("again", to: file)
            #expect(file.count == 11)
            file.close()
            #expect(try text(disk, "\(directory)/a") == "hello again")
            let reopened = try disk.openForAppending("\(directory)/a")
            #expect(reopened.count == 11)
            try append("!", to: reopened)
            reopened.close()
            #expect(try disk.size("\(directory)/a") == 12)
            try disk.truncate("\(directory)/a", to: 5)
            #expect(try text(disk, "\(directory)/a") == "hello")
        }
    }

    @Test("replacing, renaming, removing and listing", arguments: Kind.allCases)
    func entries(kind: Kind) throws {
        try with(kind) { disk, directory in
            try disk.replace("\(directory)/a", with: Array("one".utf8))
            try disk.replace("\(directory)/a", with: Array("two".utf8))
            #expect(try text(disk, "\(directory)/a") == "two")
            try disk.createDirectory("\(directory)/x/y")
            try disk.createDirectory("\(directory)/x/y")
            try disk.replace("\(directory)/x/y/f", with: [1])
            #expect(try disk.list(directory).sorted() == ["a", "x"])
            #expect(try disk.list("\(directory)/x/y") == ["f"])
            try disk.rename("\(directory)/x/y", to: "\(directory)/z")
            #expect(try disk.list("\(directory)/z") == ["f"])
            #expect(!disk.exists("\(directory)/x/y") && disk.exists("\(directory)/z/f"))
            try disk.remove("\(directory)/z/f")
            try disk.remove("\(directory)/z")
            try disk.syncDirectory(directory)
            #expect(try disk.list(directory).sorted() == ["a", "x"])
        }
    }

    @Test("what is not there is not found, what is too large not read", arguments: Kind.allCases)
    func refusals(kind: Kind) throws {
        try with(kind) { disk, directory in
            for attempt: () throws -> Void in [
                { _ = try disk.read("\(directory)/none", bytesMax: 1) }, { _ = try disk.size("\(directory)/none") },
                { try disk.remove("\(directory)/none") }, { _ = try disk.list("\(directory)/none") },
                { try disk.truncate("\(directory)/none", to: 0) },
                { _ = try disk.openForAppending("\(directory)/none/file") },
            ] {
                let error = #expect(throws: FileSystemError.self) { try attempt() }
                #expect(error?.code == .notFound)
            }
            try disk.replace("\(directory)/a", with: [1, 2, 3])
            let error = #expect(throws: FileSystemError.self) { try disk.read("\(directory)/a", bytesMax: 2) }
            #expect(error?.code == .tooLarge)
        }
    }

    @Test("a crash keeps what was synced, and of the rest a beginning", arguments: 0..<30)
    func crash(seed: UInt64) throws {
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: seed))
        try disk.createDirectory("/d")
        let file = try disk.openForAppending("/d/a")
        try disk.syncDirectory("/d")
        try append("synced", to: file)
        try file.sync()
        try append("|not synced", to: file)
        let other = try disk.openForAppending("/d/unlisted")
        try append("x", to: other)
        try other.sync()
        disk.crash()
        let kept = try text(disk, "/d/a")
        #expect(kept.hasPrefix("synced") && "synced|not synced".hasPrefix(kept), "seed \(seed)")
        #expect(throws: FileSystemError.self) { try append("late", to: file) }
        if disk.exists("/d/unlisted") { #expect(try text(disk, "/d/unlisted") == "x") }
    }
}
