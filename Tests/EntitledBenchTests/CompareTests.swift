import EntitledDevelopment
import Foundation
import Testing

@Suite("The whole comparison")
struct CompareTests {
    @Test("It runs, everything adds up, and nothing is left behind", .timeLimit(.minutes(5)))
    func smoke() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "bench-\(UUID())")
        let data = FileManager.default.temporaryDirectory.appending(path: "bench-data-\(UUID())")
        for folder in [folder, data] {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        defer { for folder in [folder, data] { try? FileManager.default.removeItem(at: folder) } }

        let process = Process()
        process.executableURL = DevelopmentServer.programs.appending(path: "entitled-bench")
        process.arguments = ["compare", "--smoke", "--output", folder.path, "--data", data.path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()

        try #require(process.terminationStatus == 0, "\(text)")
        #expect(text.contains("sums: reconciled"))
        #expect(text.split(separator: "\n").last?.hasPrefix("hot_ratio=") == true, "\(text)")
        #expect(FileManager.default.fileExists(atPath: folder.appending(path: "results.json").path))
        #expect(FileManager.default.fileExists(atPath: folder.appending(path: "curves.svg").path))
        #expect(try FileManager.default.contentsOfDirectory(atPath: data.path).isEmpty)
    }
}
