import Foundation

/// Where two that carry out the same workload don't agree.
package struct WorkloadFailure: Error, CustomStringConvertible {
    private let seed: UInt64
    private let step: Int
    private let what: String

    package init(seed: UInt64, step: Int, what: String) {
        self.seed = seed
        self.step = step
        self.what = what
    }

    package var description: String {
        "seed \(seed), step \(step): \(what)\nagain with: ENTITLED_SEED=\(seed) swift test --filter Workload"
    }
}

extension Workload {
    /// The seed of the one workload that is to run again; nil for those that usually run.
    package static var wantedSeed: UInt64? {
        ProcessInfo.processInfo.environment["ENTITLED_SEED"].flatMap(UInt64.init)
    }
}
