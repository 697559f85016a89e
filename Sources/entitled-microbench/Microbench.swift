import ArgumentParser
import CAllocations
import Foundation

/// Counts what the product's innermost pieces cost.
///
/// Not asynchronous: valgrind (3.19) fails in the main function that Swift makes for an asynchronous command.
@main
struct Microbench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "entitled-microbench",
        abstract: "Count what frames, conversions and decisions cost.",
        discussion: """
            Allocations and bytes are counted where the C library is glibc; instructions by valgrind, if asked for. \
            The counts of one build are the same each time. The nanoseconds are not, and only to be looked at.
            """)

    @Option(name: .long, help: "Only benchmarks whose names begin with this.")
    var only: String?

    @Option(name: .long, help: "Counted runs of each benchmark, 1 or more; the least counts.")
    var iterations = 3

    @Flag(name: .long, help: "Count instructions too; needs valgrind and strip (Debian: valgrind, binutils).")
    var instructions = false

    @Flag(name: .long, help: "Print the counts as JSON, as the tests hold them.")
    var json = false

    func validate() throws {
        guard iterations >= 1 else {
            throw ValidationError("--iterations is \(iterations); allowed: 1 or more")
        }
        if let only, Benchmark.named(only).isEmpty {
            let names = Benchmark.all.map(\.name).joined(separator: ", ")
            throw ValidationError("--only is '\(only)'; allowed: what one of these begins with: \(names)")
        }
    }

    func run() throws {
        try Self.becomeRepeatable()
        let benchmarks = Benchmark.named(only)
        let counted = instructions ? try Callgrind.instructions(of: benchmarks, named: only) : [:]
        var report = Report()
        for benchmark in benchmarks {
            report.add(
                benchmark, try benchmark.measured(iterations: iterations), instructions: counted[benchmark.name])
        }
        print(json ? try report.json() : report.table)
    }

    /// Begins anew with hashing that has the same seed each time: with another one, a dictionary has other collisions.
    private static func becomeRepeatable() throws {
        let variable = "SWIFT_DETERMINISTIC_HASHING"
        guard getenv(variable) == nil else { return }
        setenv(variable, "1", 1)
        // An argument vector ends with a null pointer.
        execv("/proc/self/exe", CommandLine.unsafeArgv)
        throw ValidationError("can't begin anew with \(variable)=1: \(String(cString: strerror(errno)))")
    }
}

extension Benchmark {
    static var all: [Benchmark] { frames + conversions + decisions + writing }

    /// Those whose names begin with it; all if it is nil.
    static func named(_ beginning: String?) -> [Benchmark] {
        all.filter { benchmark in beginning.map(benchmark.name.hasPrefix) ?? true }
    }
}
