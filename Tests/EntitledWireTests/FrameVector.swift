import EntitledCore
import EntitledWire
import Foundation
import NIOCore

/// One file of proto-spec/vectors/frames; its README says what the lines mean.
struct FrameVector: Sendable, CustomStringConvertible {
    enum Expectation: Hashable, Sendable {
        case frame
        case ignored
        case violation(String)
        case fault(reason: String, callID: UInt32)
    }

    let name: String
    let limitBytes: Int
    let expectation: Expectation
    /// Kind, flags and call id as the file says them; nil unless a good frame is expected.
    let head: String?
    let bytes: [UInt8]

    var description: String { name }

    static let protocolFolder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../proto-spec").standardizedFileURL

    static let all: [FrameVector] = {
        let folder = protocolFolder.appending(path: "vectors/frames")
        do {
            return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .filter { $0.pathExtension == "hex" }
                .sorted { $0.lastPathComponent < $1.lastPathComponent }
                .map(FrameVector.init(file:))
        } catch {
            preconditionFailure("the golden frames in \(folder.path()) can't be read: \(error)")
        }
    }()

    /// Those that a receiver takes as frames: good ones, and those whose fault lies within the body.
    static let framed = all.filter { vector in
        switch vector.expectation {
        case .frame, .fault: true
        case .ignored, .violation: false
        }
    }

    static let good = all.filter { $0.expectation == .frame }
    static let ignored = all.filter { $0.expectation == .ignored }
    static let violations = all.filter { vector in
        if case .violation = vector.expectation { true } else { false }
    }
    static let faults = all.filter { vector in
        if case .fault = vector.expectation { true } else { false }
    }

    struct Unreadable: Error {
        let file: String
        let line: String
    }

    init(file: URL) throws {
        name = file.deletingPathExtension().lastPathComponent
        var limitBytes: Int?
        var expected: [String]?
        var hex = ""
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            if line.hasPrefix("# limit: ") {
                limitBytes = Int(line.dropFirst("# limit: ".count))
            } else if line.hasPrefix("# expect: ") {
                expected = line.dropFirst("# expect: ".count).split(separator: " ").map(String.init)
            } else if !line.hasPrefix("#") {
                hex += line.filter { $0 != " " }
            }
        }
        guard let limitBytes, let expected else { throw Unreadable(file: name, line: "limit or expect") }
        self.limitBytes = limitBytes
        switch (expected.first, expected.count) {
        case ("frame", 4): expectation = .frame
        case ("ignored", 1): expectation = .ignored
        case ("violation", 2): expectation = .violation(expected[1])
        case ("fault", 3): expectation = .fault(reason: expected[1], callID: UInt32(expected[2]) ?? 0)
        default: throw Unreadable(file: name, line: expected.joined(separator: " "))
        }
        head = expectation == .frame ? expected.dropFirst().joined(separator: " ") : nil
        let digits = hex.compactMap(\.hexDigitValue).map(UInt8.init)
        guard digits.count == hex.count, digits.count.isMultiple(of: 2) else {
            throw Unreadable(file: name, line: hex)
        }
        bytes = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

extension Frame {
    /// Kind, flags and call id as the golden files write them.
    var head: String {
        let flagBits = String(flags.rawValue, radix: 16)
        return "\(kind) \(flagBits.count < 2 ? "0" : "")\(flagBits) \(callID)".lowercased()
    }

    /// The frame as it travels.
    var encoded: [UInt8] {
        var buffer = ByteBuffer()
        buffer.writeFrame(self)
        return Array(buffer.readableBytesView)
    }
}
