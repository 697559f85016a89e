import EntitledCore
import EntitledWire

extension Benchmark {
    /// Between the domain's values and the messages that they travel as, without the messages' bytes.
    static var conversions: [Benchmark] {
        conversions("open") { scene in
            (call: try scene.calls(1)[0].command, answer: try scene.opened())
        }
            + conversions("check") { scene in
                let query = CheckCase(scene.inquiry)
                return (call: query, answer: try query.answer(from: scene.facts))
            }
    }

    /// A call and its answer, both ways.
    private static func conversions<Call: WireCall>(
        _ name: String, _ sample: @escaping (Scene) throws -> (call: Call, answer: Call.Answer)
    ) -> [Benchmark] {
        [
            Benchmark("convert.\(name).call.to-message") {
                try sample(.tree()).call
            } run: { call in
                keep(call.message)
            },
            Benchmark("convert.\(name).call.from-message") {
                try sample(.tree()).call.message
            } run: { message in
                keep(try Call(message: message))
            },
            Benchmark("convert.\(name).answer.to-message") {
                try sample(.tree()).answer
            } run: { answer in
                keep(Call.message(of: answer))
            },
            Benchmark("convert.\(name).answer.from-message") {
                Call.message(of: try sample(.tree()).answer)
            } run: { message in
                keep(try Call.answer(from: message))
            },
        ]
    }
}
