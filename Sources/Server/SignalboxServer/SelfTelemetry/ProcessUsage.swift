import Glibc

/// What this process uses, from /proc.
enum ProcessUsage {
    /// Resident memory; zero when /proc cannot be read.
    static var residentBytes: Int {
        guard let text = read("/proc/self/statm") else { return 0 }
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// User and system time of all threads.
    static var cpuSeconds: Double {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    /// Zero when /proc cannot be read.
    static var threadCount: Int {
        // The twentieth field, counted behind the command's closing parenthesis.
        let fields = (read("/proc/self/stat") ?? "").split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 17 ? Int(fields[17]) ?? 0 : 0
    }

    static var hostname: String { text { gethostname($0, $1) == 0 } }
    static var workingDirectory: String { text { getcwd($0, $1) != nil } }

    private static func text(_ fill: (UnsafeMutablePointer<CChar>, Int) -> Bool) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
            buffer.initialize(repeating: 0)
            guard let start = buffer.baseAddress, fill(start, buffer.count - 1) else { return "" }
            return String(cString: start)
        }
    }

    private static func read(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }
}
