import EntitledCore
import EntitledWire
import Foundation
import NIOCore
import SwiftProtobuf
import Testing

/// One file of proto-spec/vectors/messages; its README says what the lines mean.
struct MessageVector {
    let messageName: String
    let text: String
    let bytes: [UInt8]

    static let folder = FrameVector.protocolFolder.appending(path: "vectors/messages")

    /// Writes a file anew; see the README there.
    static func write<Message: SwiftProtobuf.Message>(_ name: String, _ message: Message, _ bytes: ByteBuffer) throws {
        let comments =
            ["message: \(Message.protoMessageName)"]
            + message.textFormatString().split(separator: "\n").map(String.init)
        let digits = bytes.readableBytesView.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        let hex = stride(from: 0, to: digits.count, by: 32).map { digits[$0...].prefix(32).joined() }
        let lines = comments.map { "# " + $0 } + hex
        let file = folder.appending(path: "\(name).hex")
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
    }

    init(_ name: String) throws {
        var messageName = ""
        var text = ""
        var digits = ""
        let file = Self.folder.appending(path: "\(name).hex")
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            if line.hasPrefix("# message: ") {
                messageName = String(line.dropFirst("# message: ".count))
            } else if line.hasPrefix("#") {
                text += line.dropFirst() + "\n"
            } else {
                digits += line.filter { $0 != " " }
            }
        }
        self.messageName = messageName
        self.text = text
        bytes = try stride(from: 0, to: digits.count, by: 2).map { offset in
            try #require(UInt8(digits.dropFirst(offset).prefix(2), radix: 16), "\(name): no hex")
        }
    }
}

struct ConversionVectorTests {
    private static let rewrites = ProcessInfo.processInfo.environment["ENTITLED_WRITE_VECTORS"] != nil

    @Test(.enabled(if: rewrites), arguments: ConversionSample.all)
    func writeAnew(sample: ConversionSample) throws {
        try MessageVector.write(sample.name, sample.message, try sample.encode())
    }

    @Test(.disabled(if: rewrites), arguments: ConversionSample.all)
    func goldenMessage(sample: ConversionSample) throws {
        let vector = try MessageVector(sample.name)
        let golden = ByteBuffer(bytes: vector.bytes)
        #expect(try sample.encode() == golden)
        #expect(try sample.decodesBack(golden))
        try Self.expect(sample.message, vector)
    }

    /// The text above the hex says the same as the hex.
    private static func expect<Message: SwiftProtobuf.Message>(_ sample: Message, _ vector: MessageVector) throws {
        #expect(vector.messageName == Message.protoMessageName)
        #expect(try Message(textFormatString: vector.text).isEqualTo(message: sample))
    }

    @Test func everyFileIsRead() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: MessageVector.folder.path())
        #expect(
            Set(files) == Set(ConversionSample.all.map { "\($0.name).hex" }).union(["README.md"]))
    }
}
