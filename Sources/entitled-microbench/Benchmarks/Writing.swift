import EntitledCore
import EntitledPostgres
import EntitledStore

extension Benchmark {
    /// From a decided batch to the statements' parameters.
    static var writing: [Benchmark] {
        [
            Benchmark("write.open.simple.batch", operations: batch) {
                let scene = try Scene.simple()
                var facts = scene.facts
                for call in try scene.calls(batch) { try facts.open(call) }
                return facts
            } run: { facts in
                keep(try ChangeWriter(facts: facts).steps())
            }
        ]
    }
}
