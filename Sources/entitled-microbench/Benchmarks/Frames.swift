import EntitledCore
import EntitledWire
import Foundation
import NIOCore

extension Benchmark {
    /// An open case's request and response: between values and frames, and between frames and bytes.
    static var frames: [Benchmark] {
        [
            Benchmark("body.request.encode") {
                try Scene.tree().calls(1)[0].command
            } run: { call in
                keep(try request(call))
            },
            Benchmark("body.request.decode") {
                try request(Scene.tree().calls(1)[0].command)
            } run: { frame in
                keep(try OpenCase.decodeCall(try RequestBody.read(from: frame.body).message))
            },
            Benchmark("body.response.encode") {
                try Scene.tree().opened()
            } run: { answer in
                keep(try response(answer))
            },
            Benchmark("body.response.decode") {
                try response(Scene.tree().opened())
            } run: { frame in
                keep(try OpenCase.decodeAnswer(try ResponseBody.read(from: frame.body).message))
            },
        ] + codec("request") { try request(Scene.tree().calls(1)[0].command) }
            + codec("response") { try response(Scene.tree().opened()) }
    }

    private static func request(_ call: OpenCase) throws -> Frame {
        var header = Entitled_V1_RequestHeader()
        header.method = UInt32(OpenCase.method.rawValue)
        header.timeLeftMs = 5_000
        header.requestID = Data(repeating: 7, count: ProtocolLimits.requestIDBytes)
        return try .request(RequestBody(header: header, message: try call.encodeCall()), callID: 1)
    }

    private static func response(_ answer: CaseDecision) throws -> Frame {
        var header = Entitled_V1_ResponseHeader()
        header.journalNumber = 1_000_000
        return try .response(ResponseBody(header: header, message: try OpenCase.encode(answer)), callID: 1)
    }

    /// Many frames to one buffer and from it, as a connection gathers and receives them.
    private static func codec(_ name: String, _ frame: @escaping () throws -> Frame) -> [Benchmark] {
        let count = 64
        return [
            Benchmark("frame.\(name).write", operations: count) {
                try frame()
            } run: { frame in
                var bytes = ByteBuffer()
                for _ in 0..<count { bytes.writeFrame(frame) }
                keep(bytes)
            },
            Benchmark("frame.\(name).read", operations: count) {
                let frame = try frame()
                var bytes = ByteBuffer()
                for _ in 0..<count { bytes.writeFrame(frame) }
                return (bytes: bytes, decoder: FrameDecoder(limit: FrameLimit()))
            } change: { state in
                for _ in 0..<count {
                    guard try state.decoder.decode(buffer: &state.bytes) != nil else {
                        throw UnexpectedAnswer(description: "a frame is missing")
                    }
                }
            },
        ]
    }
}
