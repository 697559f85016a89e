import EntitledWire
import Foundation
import NIOCore
import SwiftProtobuf
import Testing

struct FrameBodyTests {
    static let malformed: [([UInt8], BodyError)] = [
        ([], .truncated(bodyBytes: 0)),
        ([0], .truncated(bodyBytes: 1)),
        ([0, 1], .headerBeyondBody(headerBytes: 1, availableBytes: 0)),
        ([0xff, 0xff, 8, 1], .headerBeyondBody(headerBytes: 65_535, availableBytes: 2)),
        ([0, 2, 8, 0xff], .undecodableHeader),
        ([0, 3, 0x1a, 1, 0xa0], .invalidRequestID(bytes: 1)),
    ]

    @Test(arguments: malformed)
    func refusesAMalformedBody(bytes: [UInt8], error: BodyError) {
        #expect(throws: error) { try RequestBody.read(from: ByteBuffer(bytes: bytes)) }
        #expect(!error.description.isEmpty)
    }

    @Test func refusesARequestIDThatIsTooLong() throws {
        let body = RequestBody(header: .with { $0.requestID = Data(repeating: 1, count: 17) })
        #expect(throws: BodyError.invalidRequestID(bytes: 17)) { try RequestBody.read(from: try body.joined()) }
    }

    @Test func splitsWhatItJoined() throws {
        let header = Entitled_V1_ResponseHeader.with {
            $0.status = 9
            $0.reason = "wrong_state"
            $0.details = ["a": "1", "b": "2", "c": "3"]
        }
        let body = try ResponseBody(header: header, encoding: Entitled_V1_Hello.with { $0.client = "Grüße" })
        let read = try ResponseBody.read(from: try body.joined())
        #expect(read == body)
        #expect(try read.decodedMessage(as: Entitled_V1_Hello.self).client == "Grüße")
    }

    /// The body of a real frame starts in the middle of a longer buffer.
    @Test func startsWhereTheBufferDoes() throws {
        var buffer = ByteBuffer(bytes: [9, 9, 9])
        buffer.writeImmutableBuffer(try RequestBody(header: .with { $0.method = 3 }).joined())
        buffer.moveReaderIndex(forwardBy: 3)
        #expect(try RequestBody.read(from: buffer).header.method == 3)
    }

    @Test func refusesAnUndecodableMessage() throws {
        let body = RequestBody(header: .with { $0.method = 3 }, message: ByteBuffer(bytes: [0x0a, 9, 1]))
        let read = try RequestBody.read(from: try body.joined())
        #expect(throws: BodyError.undecodableMessage) { try read.decodedMessage(as: Entitled_V1_Hello.self) }
        let frame = Frame(kind: .hello, body: ByteBuffer(bytes: [0xff]))
        #expect(throws: BodyError.undecodableMessage) { try frame.message(as: Entitled_V1_Hello.self) }
    }

    @Test func boundsTheHeader() throws {
        func body(messageBytes: Int) -> ResponseBody {
            ResponseBody(header: .with { $0.message = String(repeating: "x", count: messageBytes) })
        }
        #expect(try body(messageBytes: 65_531).joined().readableBytes == 65_537)
        #expect(throws: BodyError.headerTooLong(headerBytes: 65_536)) { try body(messageBytes: 65_532).joined() }
    }

    @Test func readsCountsAndTokensOfTheirKindsOnly() {
        #expect(Frame.credit(items: .max, callID: 1).creditItems == .max)
        #expect(Frame.ping(token: .max).creditItems == nil)
        #expect(Frame.pong(answering: .ping(token: 7)).pingToken == 7)
        #expect(Frame.cancel(callID: 1).pingToken == nil)
    }

    @Test func everyKindNumberComesBack() {
        for number in UInt8.min...UInt8.max {
            let kind = FrameKind(rawValue: number)
            #expect(kind.rawValue == number)
            #expect(FrameKind.known.contains(kind) == (1...10).contains(number))
        }
    }
}
