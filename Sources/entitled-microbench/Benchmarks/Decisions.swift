import EntitledCore

extension Benchmark {
    /// What a server's busiest lane puts into one transaction.
    static let batch = 512

    /// Opening and checking on facts that are there already.
    static var decisions: [Benchmark] {
        [
            open("decide.open.simple", 1, Scene.simple),
            open("decide.open.simple.batch", batch, Scene.simple),
            open("decide.open.tree", 1, Scene.tree),
            check("decide.check.simple", Scene.simple),
            check("decide.check.tree", Scene.tree),
            Benchmark("needs.open.batch", operations: batch) {
                try Scene.tree().calls(batch).map(\.command)
            } run: { commands in
                var needs = Needs()
                for command in commands { command.add(to: &needs) }
                keep(needs)
            },
            Benchmark("decide.fingerprint") {
                try Scene.tree().calls(1)[0].command
            } run: { command in
                keep(Fingerprint(of: command))
            },
        ]
    }

    private static func open(_ name: String, _ count: Int, _ scene: @escaping () throws -> Scene) -> Benchmark {
        Benchmark(name, operations: count) {
            let scene = try scene()
            return (facts: scene.facts, calls: try scene.calls(count))
        } change: { state in
            for call in state.calls { try state.facts.open(call) }
        }
    }

    private static func check(_ name: String, _ scene: @escaping () throws -> Scene) -> Benchmark {
        Benchmark(name) {
            let scene = try scene()
            return (facts: scene.facts, query: CheckCase(scene.inquiry))
        } run: { state in
            let answer = try state.query.answer(from: state.facts)
            guard case .covered = answer else { throw UnexpectedAnswer(description: "\(answer)") }
        }
    }
}
